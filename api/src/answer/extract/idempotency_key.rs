//! The Idempotency-Key header.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName};

use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Of the key itself, without quotes.
const LONGEST: usize = 255;

/// The client's name for a request that must not happen twice, 1 to 255 visible ASCII characters or spaces.
///
/// The IETF draft makes it a structured-field string, `"8e03…"` in quotes; many clients send it bare. Both mean the
/// same key. Refuses with `IDEMPOTENCY_KEY_REQUIRED`, or `VALIDATION_ERROR` for a malformed one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl FromRequestParts<AppState> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        key_in(&parts.headers)
    }
}

fn key_in(headers: &HeaderMap) -> Result<IdempotencyKey, ApiError> {
    let mut given = headers.get_all(HEADER).iter();
    let value = given.next().ok_or(Rejection::IdempotencyKeyRequired)?;
    if given.next().is_some() {
        return Err(malformed("is there twice"));
    }
    let text = value.to_str().map_err(|_| malformed("must be visible ASCII"))?.trim();
    let key = match text.strip_prefix('"') {
        Some(quoted) => unquote(quoted).ok_or_else(|| malformed("opens a quote and does not close it well"))?,
        None => text.to_owned(),
    };
    match key.len() {
        0 => Err(Rejection::IdempotencyKeyRequired.into()),
        1..=LONGEST => Ok(IdempotencyKey(key)),
        _ => Err(malformed("must have at most 255 characters")),
    }
}

fn malformed(problem: &str) -> ApiError {
    ApiError::invalid("Idempotency-Key", problem)
}

/// The rest of a structured-field string (RFC 8941, 3.3.3) after its opening quote. Parameters are refused.
fn unquote(rest: &str) -> Option<String> {
    let mut key = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return characters.as_str().is_empty().then_some(key),
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => key.push(escaped),
                _ => return None,
            },
            plain => key.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn key(values: &[&str]) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).unwrap());
        }
        key_in(&headers).map(|key| key.0).map_err(|error| error.code())
    }

    #[test]
    fn quoted_and_bare_forms_are_the_same_key() {
        assert_eq!(key(&["8e03-x"]), Ok("8e03-x".to_owned()));
        assert_eq!(key(&["\"8e03-x\""]), Ok("8e03-x".to_owned()));
        assert_eq!(key(&[r#""a\"b\\c""#]), Ok(r#"a"b\c"#.to_owned()));
    }

    #[test]
    fn an_absent_or_empty_key_is_required() {
        for values in [&[][..], &[""], &["\"\""], &["  "]] {
            assert_eq!(key(values), Err("IDEMPOTENCY_KEY_REQUIRED".to_owned()), "{values:?}");
        }
    }

    #[test]
    fn malformed_keys_are_refused() {
        let long = "k".repeat(256);
        for values in [&["\"open"][..], &["\"a\"b"], &[r#""a\b""#], &["one", "two"], &[&long]] {
            assert_eq!(key(values), Err("VALIDATION_ERROR".to_owned()), "{values:?}");
        }
    }
}

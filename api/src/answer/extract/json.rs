//! JSON bodies.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::problem;
use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};

/// A body that must be there. Refuses with `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`, or `VALIDATION_ERROR` with the
/// path of the field.
pub struct Json<T>(pub T);

/// A body that may be absent, empty or null, which all mean `{}`.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(Rejection::UnsupportedMediaType.into());
        }
        parse(&body(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        let json = is_json(request.headers());
        let body = body(request).await?;
        match (body.trim_ascii(), json) {
            (b"", _) | (b"null", true) => parse(b"{}").map(Self),
            (_, true) => parse(&body).map(Self),
            (_, false) => Err(Rejection::UnsupportedMediaType.into()),
        }
    }
}

/// Whether the content type is `application/json`, with any parameters.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// The envelope has read the body already, and checked its size.
async fn body(request: Request) -> Result<Bytes, ApiError> {
    axum::body::to_bytes(request.into_body(), usize::MAX).await.map_err(|error| ApiError::internal(error.to_string()))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            problem::refusal("body", &place, without_position(&cause.to_string()))
        } else {
            Rejection::InvalidJson { problem: cause.to_string() }.into()
        }
    })?;
    reader.end().map_err(|problem| Rejection::InvalidJson { problem: problem.to_string() })?;
    Ok(value)
}

/// The parser's messages end with a line and column, which do not help where the path of the field is known.
fn without_position(problem: &str) -> &str {
    problem.rfind(" at line ").map_or(problem, |at| &problem[..at])
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        inner: Vec<u8>,
    }

    fn refusal(body: &[u8]) -> ApiError {
        parse::<Sample>(body).unwrap_err()
    }

    #[test]
    fn a_wrong_value_is_named_by_its_path() {
        let error = refusal(br#"{"inner": [1, "two"]}"#);
        assert_eq!(error.code(), "VALIDATION_ERROR");
        assert_eq!(error.details()["field"], "inner[1]");
        assert!(!error.to_string().contains("line"), "{}", error.to_string());
    }

    #[test]
    fn unknown_and_missing_fields_are_named() {
        assert_eq!(refusal(br#"{"inner": [], "outer": 1}"#).to_string(), "outer is not known here");
        assert_eq!(refusal(b"{}").to_string(), "inner must be given");
        assert_eq!(refusal(b"[1]").code(), "VALIDATION_ERROR");
    }

    #[test]
    fn what_is_not_json_is_called_so() {
        for body in [&b""[..], b"{", b"\xff\xfe", b"{\"inner\": []} x", br#"{"inner": [1,]}"#] {
            assert_eq!(refusal(body).code(), "INVALID_JSON", "{body:?}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(refusal(format!("{{\"inner\": {deep}").as_bytes()).status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn the_media_type_may_carry_parameters() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("Application/JSON; charset=utf-8"));
        assert!(is_json(&headers));
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
        assert!(!is_json(&headers));
    }
}

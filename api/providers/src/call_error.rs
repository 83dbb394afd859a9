//! Errors of calls to a provider, by what is to be done about them.
//!
//! Messages are made from the status and the provider's code. The provider's own text is left out, because it may name
//! people, calendars and tokens.

use std::time::Duration;

use reqwest::StatusCode;

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    pub kind: CallErrorKind,
    /// The status and the provider's own code, such as `403 rateLimitExceeded`, or what else went wrong, such as
    /// `timeout`.
    pub code: String,
    /// For people; without tokens, codes and personal data.
    pub message: String,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// Try again later, not before `after`. The call may have had its effect.
    Retry { after: Option<Duration> },
    /// The access token is not good: refresh it and try once more.
    Unauthorized,
    /// The owner must connect the account again.
    Reconnect,
    /// The event or the calendar does not exist.
    Gone,
    /// Read the calendar from the beginning, without a cursor.
    CursorExpired,
    /// The same call will never succeed.
    Refused,
}

/// No provider's codes are longer.
const LONGEST_CODE: usize = 64;

impl CallError {
    pub(crate) fn new(kind: CallErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into() }
    }

    /// An answer with an error status. `code` is the provider's, and is dropped if it does not look like a code.
    pub(crate) fn answered(kind: CallErrorKind, status: StatusCode, code: &str) -> Self {
        let code = presentable(code);
        let code = if code.is_empty() { status.as_u16().to_string() } else { format!("{} {code}", status.as_u16()) };
        let message = format!("the provider answered {code}");
        Self { kind, code, message }
    }

    /// It may succeed another time.
    pub(crate) fn retry(code: &str, message: &str) -> Self {
        Self::new(CallErrorKind::Retry { after: None }, code, message)
    }

    pub(crate) fn refused(code: &str, message: &str) -> Self {
        Self::new(CallErrorKind::Refused, code, message)
    }

    pub(crate) fn gone(code: &str, message: &str) -> Self {
        Self::new(CallErrorKind::Gone, code, message)
    }

    /// The same error, to be tried again although it was refused: the cause may be repaired.
    pub fn for_later(mut self) -> Self {
        if self.kind == CallErrorKind::Refused {
            self.kind = CallErrorKind::Retry { after: None };
        }
        self
    }

    /// A good status with a body that cannot be read: cut off, or the page of a proxy.
    pub(crate) fn unreadable() -> Self {
        Self::retry("unreadable", "the provider's answer is not what it should be")
    }
}

/// The kind that the status alone implies, the same for all providers.
pub(crate) fn kind_of(status: StatusCode, after: Option<Duration>) -> CallErrorKind {
    match status.as_u16() {
        401 => CallErrorKind::Unauthorized,
        404 | 410 => CallErrorKind::Gone,
        // Timeouts, conflicts, locks, limits.
        408 | 409 | 412 | 423 | 425 | 429 | 500..=599 => CallErrorKind::Retry { after },
        _ => CallErrorKind::Refused,
    }
}

/// Codes are single words. Anything else could be personal data.
fn presentable(code: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if code.len() <= LONGEST_CODE && code.chars().all(is_word) { code.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_outages_and_conflicts_are_tried_again() {
        for status in [408, 409, 412, 429, 500, 502, 503, 504] {
            let after = Some(Duration::from_secs(7));
            assert_eq!(kind_of(StatusCode::from_u16(status).unwrap(), after), CallErrorKind::Retry { after });
        }
    }

    #[test]
    fn other_statuses_have_their_own_remedy() {
        assert_eq!(kind_of(StatusCode::UNAUTHORIZED, None), CallErrorKind::Unauthorized);
        assert_eq!(kind_of(StatusCode::NOT_FOUND, None), CallErrorKind::Gone);
        assert_eq!(kind_of(StatusCode::GONE, None), CallErrorKind::Gone);
        assert_eq!(kind_of(StatusCode::BAD_REQUEST, None), CallErrorKind::Refused);
        assert_eq!(kind_of(StatusCode::FOUND, None), CallErrorKind::Refused);
    }

    #[test]
    fn a_code_that_is_no_word_is_not_repeated() {
        let error = CallError::answered(CallErrorKind::Refused, StatusCode::FORBIDDEN, "forbidden");
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("403 forbidden", "the provider answered 403 forbidden")
        );
        let error = CallError::answered(CallErrorKind::Refused, StatusCode::FORBIDDEN, "ann@example.org may not");
        assert_eq!(error.code, "403");
    }
}

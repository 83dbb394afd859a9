//! One call, and what its refusal means.

use reqwest::{Method, RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Google;
use crate::address;
use crate::call_error::{CallError, CallErrorKind, kind_of};
use crate::http::Answer;

#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
    error: Refusal,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    errors: Vec<Detail>,
    /// What newer errors have instead of details.
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    location: String,
}

impl Google {
    /// The address of a resource of Calendar v3.
    pub(super) fn url(&self, path: &[&str]) -> Result<Url, CallError> {
        address::below(&self.config.calendar_url, path)
    }

    /// The address of a calendar's events, or of one.
    pub(super) fn events_url(&self, calendar: &str, rest: &[&str]) -> Result<Url, CallError> {
        self.url(&[&["calendars", calendar, "events"], rest].concat())
    }

    pub(super) fn request(&self, method: Method, url: Url, token: &str) -> RequestBuilder {
        self.http.request(method, url).bearer_auth(token)
    }

    /// The answer if it is good.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CallError> {
        let answer = self.http.send(request).await?;
        if answer.status.is_success() { answer.json() } else { Err(refusal(&answer)) }
    }
}

/// Why Google answers so.
pub(super) fn refusal(answer: &Answer) -> CallError {
    let reason = reason(answer);
    let is_limit = matches!(
        reason.as_str(),
        "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" | "RESOURCE_EXHAUSTED"
    );
    let kind = if answer.status == 403 && is_limit {
        CallErrorKind::Retry { after: answer.after }
    } else {
        kind_of(answer.status, answer.after)
    };
    CallError::answered(kind, answer.status, &reason)
}

/// Google's own word for what is wrong.
pub(super) fn reason(answer: &Answer) -> String {
    let Refusal { errors, status } = answer.json::<Body>().unwrap_or_default().error;
    errors.into_iter().next().map_or(status, |detail| detail.reason)
}

/// The same for a call that brought a cursor.
pub(super) fn refusal_of_cursor(answer: &Answer) -> CallError {
    let body: Body = answer.json().unwrap_or_default();
    let blames_cursor = body.error.errors.iter().any(|detail| detail.location == "syncToken");
    let mut error = refusal(answer);
    if answer.status == 410 || (answer.status == 400 && blames_cursor) {
        error.kind = CallErrorKind::CursorExpired;
    }
    error
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::StatusCode;

    use super::*;

    fn answer(status: u16, reason: &str) -> Answer {
        let body = format!(
            r#"{{"error":{{"errors":[{{"domain":"calendar","reason":"{reason}","message":"of ann@example.org",
            "locationType":"parameter","location":"syncToken"}}],"code":{status},"message":"of ann@example.org"}}}}"#
        );
        Answer { status: StatusCode::from_u16(status).unwrap(), after: None, body: body.into() }
    }

    #[test]
    fn limits_come_as_403_too() {
        let retry = CallErrorKind::Retry { after: None };
        for reason in ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"] {
            let error = refusal(&answer(403, reason));
            assert_eq!((error.kind, error.code), (retry, format!("403 {reason}")));
        }
        for reason in ["forbiddenForNonOrganizer", "insufficientPermissions"] {
            assert_eq!(refusal(&answer(403, reason)).kind, CallErrorKind::Refused);
        }
    }

    #[test]
    fn a_limit_says_when_to_come_back() {
        let after = Some(Duration::from_secs(30));
        let answer = Answer { after, ..answer(429, "rateLimitExceeded") };
        assert_eq!(refusal(&answer).kind, CallErrorKind::Retry { after });
    }

    #[test]
    fn what_is_deleted_or_unknown_is_gone() {
        assert_eq!(refusal(&answer(404, "notFound")).kind, CallErrorKind::Gone);
        assert_eq!(refusal(&answer(410, "deleted")).kind, CallErrorKind::Gone);
        assert_eq!(refusal(&answer(401, "authError")).kind, CallErrorKind::Unauthorized);
        assert_eq!(refusal(&answer(400, "timeRangeEmpty")).kind, CallErrorKind::Refused);
    }

    #[test]
    fn a_cursor_may_have_expired() {
        for reason in ["fullSyncRequired", "updatedMinTooLongAgo"] {
            assert_eq!(refusal_of_cursor(&answer(410, reason)).kind, CallErrorKind::CursorExpired);
        }
        assert_eq!(refusal_of_cursor(&answer(400, "invalid")).kind, CallErrorKind::CursorExpired);
        assert_eq!(refusal_of_cursor(&answer(404, "notFound")).kind, CallErrorKind::Gone);
    }

    #[test]
    fn what_google_writes_itself_is_not_repeated() {
        assert!(!format!("{:?}", refusal(&answer(403, "forbidden"))).contains("ann"));
    }

    #[test]
    fn errors_without_details_have_a_status() {
        let body = r#"{"error":{"code":403,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#;
        let answer = Answer { status: StatusCode::FORBIDDEN, after: None, body: body.into() };
        assert_eq!(refusal(&answer).kind, CallErrorKind::Retry { after: None });
    }
}

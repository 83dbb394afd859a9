//! One call, pages, and what a refusal means.

use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Microsoft;
use crate::address;
use crate::call_error::{CallError, CallErrorKind, kind_of};
use crate::http::{Answer, MOST_PAGES};

/// Ids stay the same when an item moves to another calendar, times without an offset are in UTC, and pages are as large as
/// they may be in every listing.
const PREFER: &str = r#"IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=500"#;

#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
    error: Refusal,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: String,
    /// With `ErrorDuplicateTransactionId`, but not always.
    #[serde(rename = "@event.existingEventId")]
    existing_event: Option<String>,
}

/// The event that an earlier write of the same transaction made.
pub(super) enum Duplicate {
    Named(String),
    NotNamed,
}

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta: Option<String>,
}

/// What a listing had.
pub(super) struct Listed<T> {
    pub items: Vec<T>,
    /// Where the next listing of changes begins.
    pub delta: Option<String>,
}

impl Microsoft {
    /// The address of a resource of Graph.
    pub(super) fn url(&self, path: &[&str]) -> Result<Url, CallError> {
        address::below(&self.config.graph_url, path)
    }

    pub(super) fn request(&self, method: Method, url: Url, token: &str) -> RequestBuilder {
        self.http.request(method, url).bearer_auth(token).header("prefer", PREFER)
    }

    /// The answer if it is good.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CallError> {
        let answer = self.http.send(request).await?;
        if answer.status.is_success() { answer.json() } else { Err(refusal(&answer)) }
    }

    /// Every page from `first` on.
    pub(super) async fn list<T: DeserializeOwned>(&self, first: Url, token: &str) -> Result<Listed<T>, CallError> {
        let mut items = Vec::new();
        let mut next = first;
        for _ in 0..MOST_PAGES {
            let page: Page<T> = self.call(self.request(Method::GET, next, token)).await?;
            items.extend(page.value);
            match page.next {
                Some(link) => next = self.continued(&link).ok_or_else(elsewhere)?,
                None => return Ok(Listed { items, delta: page.delta }),
            }
        }
        Err(CallError::refused("too-many-pages", "a listing does not end"))
    }

    /// A link that Graph gave, if it leads to Graph.
    pub(super) fn continued(&self, link: &str) -> Option<Url> {
        address::continued(&self.config.graph_url, link)
    }
}

pub(super) fn elsewhere() -> CallError {
    CallError::refused("elsewhere", "the provider's next page is not below CONVENE_MICROSOFT_GRAPH_URL")
}

/// Whether Graph refuses an event because its transaction has made another before: the same event, as it was to be then.
/// Some have seen it with status 400, others with 409.
pub(super) fn duplicate(answer: &Answer) -> Option<Duplicate> {
    let error = answer.json::<Body>().ok()?.error;
    let is_duplicate = !answer.status.is_success() && error.code == "ErrorDuplicateTransactionId";
    is_duplicate.then(|| error.existing_event.map_or(Duplicate::NotNamed, Duplicate::Named))
}

/// Why Graph answers so.
pub(super) fn refusal(answer: &Answer) -> CallError {
    let body: Body = answer.json().unwrap_or_default();
    let code = body.error.code.as_str();
    let kind = match (answer.status, code) {
        // Has no calendars at all, which no other event or calendar changes.
        (StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI") => CallErrorKind::Refused,
        (_, "syncStateNotFound" | "SyncStateNotFound") => CallErrorKind::CursorExpired,
        (_, "syncStateInvalid" | "SyncStateInvalid") => CallErrorKind::CursorExpired,
        (_, "resyncRequired" | "ResyncRequired") => CallErrorKind::CursorExpired,
        (status, _) => kind_of(status, answer.after),
    };
    CallError::answered(kind, answer.status, code)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn refused(status: u16, code: &str) -> CallError {
        let body = format!(
            r#"{{"error":{{"code":"{code}","message":"of ann@example.org",
            "innerError":{{"date":"2026-01-05T10:00:00","request-id":"r","client-request-id":"c"}}}}}}"#
        );
        let after = Some(Duration::from_secs(10));
        refusal(&Answer { status: StatusCode::from_u16(status).unwrap(), after, body: body.into() })
    }

    #[test]
    fn throttling_says_when_to_come_back() {
        let error = refused(429, "ApplicationThrottled");
        assert_eq!(error.kind, CallErrorKind::Retry { after: Some(Duration::from_secs(10)) });
        assert_eq!(error.code, "429 ApplicationThrottled");
    }

    #[test]
    fn what_is_refused_stays_refused() {
        assert_eq!(refused(401, "InvalidAuthenticationToken").kind, CallErrorKind::Unauthorized);
        assert_eq!(refused(403, "ErrorAccessDenied").kind, CallErrorKind::Refused);
        assert_eq!(refused(404, "ErrorItemNotFound").kind, CallErrorKind::Gone);
        assert_eq!(refused(404, "MailboxNotEnabledForRESTAPI").kind, CallErrorKind::Refused);
    }

    #[test]
    fn a_transaction_that_was_used_may_name_the_event_that_it_made() {
        let answer = |status, more: &str| {
            let body = format!(r#"{{"error":{{"code":"ErrorDuplicateTransactionId","message":"m"{more}}}}}"#);
            Answer { status: StatusCode::from_u16(status).unwrap(), after: None, body: body.into() }
        };
        assert!(matches!(duplicate(&answer(409, "")), Some(Duplicate::NotNamed)));
        let named = duplicate(&answer(400, r#","@event.existingEventId":"AAkALg=""#));
        assert!(matches!(named, Some(Duplicate::Named(id)) if id == "AAkALg="));
        let body = br#"{"error":{"code":"ErrorInvalidRequest"}}"#.to_vec();
        assert!(duplicate(&Answer { status: StatusCode::BAD_REQUEST, after: None, body }).is_none());
    }

    #[test]
    fn a_cursor_may_have_expired() {
        for (status, code) in [(410, "syncStateNotFound"), (400, "syncStateInvalid"), (404, "resyncRequired")] {
            assert_eq!(refused(status, code).kind, CallErrorKind::CursorExpired, "{code}");
        }
    }

    #[test]
    fn what_graph_writes_itself_is_not_repeated() {
        assert!(!format!("{:?}", refused(403, "ErrorAccessDenied")).contains("ann"));
    }
}

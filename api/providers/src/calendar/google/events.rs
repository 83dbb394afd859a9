//! Making, changing and removing an event.
//!
//! The event's key is its id. A write whose answer was lost is found by it: Google refuses a second event of the same
//! id, also after the first was deleted.

use reqwest::{Method, StatusCode, Url};
use serde_json::{Value, json};

use super::Google;
use super::call::refusal;
use super::resource::{Resource, body};
use crate::address::with_query;
use crate::calendar::key;
use crate::calendar::provider::Provider;
use crate::calendar::types::{Conference, Event, Written};
use crate::call_error::CallError;
use crate::http::Answer;

impl Google {
    pub async fn put(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<Written, CallError> {
        key::check(Provider::Google, &event.key)?;
        if let Some(id) = known {
            return self.patch(token, calendar, id, event).await;
        }
        let mut new = body(event);
        new["id"] = json!(event.key);
        let answer = self.write(Method::POST, self.events_url(calendar, &[])?, token, new).await?;
        if answer.status != StatusCode::CONFLICT {
            return written(&answer, event);
        }
        let there = self.get(token, calendar, &event.key).await?;
        if there.is_cancelled() {
            Err(deleted())
        } else if !there.is_of(event) {
            Err(CallError::refused("409 duplicate", "an event with this key is not the booking's"))
        } else if there.is_as_wanted(event) {
            Ok(there.written())
        } else {
            self.patch(token, calendar, &event.key, event).await
        }
    }

    pub async fn remove(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<(), CallError> {
        key::check(Provider::Google, &event.key)?;
        let url = quiet(self.events_url(calendar, &[known.unwrap_or(&event.key)])?);
        let answer = self.http.send(self.request(Method::DELETE, url, token)).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(refusal(&answer)),
        }
    }

    pub async fn conference(&self, token: &str, calendar: &str, id: &str) -> Result<Conference, CallError> {
        let there = self.get(token, calendar, id).await?;
        if there.is_cancelled() { Err(deleted()) } else { Ok(there.conference()) }
    }

    async fn get(&self, token: &str, calendar: &str, id: &str) -> Result<Resource, CallError> {
        self.call(self.request(Method::GET, self.events_url(calendar, &[id])?, token)).await
    }

    async fn patch(&self, token: &str, calendar: &str, id: &str, event: &Event) -> Result<Written, CallError> {
        let url = self.events_url(calendar, &[id])?;
        written(&self.write(Method::PATCH, url, token, body(event)).await?, event)
    }

    /// Sends an event. Not every calendar can have conferences, and Google refuses the whole event then: it is written
    /// without one.
    async fn write(&self, method: Method, url: Url, token: &str, mut event: Value) -> Result<Answer, CallError> {
        let has_conference = event.get("conferenceData").is_some();
        let url = quiet(url);
        let with_conference =
            if has_conference { with_query(url.clone(), &[("conferenceDataVersion", "1")]) } else { url.clone() };
        let request = self.request(method.clone(), with_conference, token).json(&event);
        let answer = self.http.send(request).await?;
        if answer.status != StatusCode::BAD_REQUEST || !has_conference {
            return Ok(answer);
        }
        event.as_object_mut().map(|event| event.remove("conferenceData"));
        self.http.send(self.request(method, url, token).json(&event)).await
    }
}

/// We tell participants ourselves.
fn quiet(url: Url) -> Url {
    with_query(url, &[("sendUpdates", "none")])
}

/// What became of a write. A change of a deleted event succeeds, and leaves it deleted.
fn written(answer: &Answer, event: &Event) -> Result<Written, CallError> {
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    let there: Resource = answer.json()?;
    if there.is_cancelled() {
        return Err(deleted());
    }
    let mut written = there.written();
    if event.wants_conference && written.conference == Conference::None {
        written.conference = Conference::Failed;
    }
    Ok(written)
}

fn deleted() -> CallError {
    CallError::gone("cancelled", "the event was deleted")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::call_error::CallErrorKind;

    fn event() -> Event {
        Event {
            key: "abcde".to_owned(),
            title: String::new(),
            description: String::new(),
            location: None,
            start: "2026-01-05T10:00:00Z".parse().unwrap(),
            end: "2026-01-05T11:00:00Z".parse().unwrap(),
            wants_conference: true,
            booking_id: Uuid::nil(),
        }
    }

    fn answer(body: &str) -> Answer {
        Answer { status: StatusCode::OK, after: None, body: body.into() }
    }

    #[test]
    fn a_change_that_leaves_the_event_deleted_finds_it_gone() {
        let error = written(&answer(r#"{"id":"abcde","status":"cancelled"}"#), &event()).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Gone);
    }

    #[test]
    fn an_event_that_got_no_conference_will_get_none() {
        let written = written(&answer(r#"{"id":"abcde","status":"confirmed","htmlLink":"https://x.test"}"#), &event());
        let expected =
            Written { id: "abcde".to_owned(), url: Some("https://x.test".to_owned()), conference: Conference::Failed };
        assert_eq!(written, Ok(expected));
    }
}

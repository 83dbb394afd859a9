//! Making, changing and removing an event.
//!
//! The event's key is its transaction: Graph answers a second write of the same one with the event that the first made, or
//! refuses it where that event was to be another. The key is a property of the event, too, by which it is found.

use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::Value;

use super::Microsoft;
use super::call::{Duplicate, duplicate, refusal};
use super::resource::{KEY, Resource, change, new, without_conference};
use crate::address::with_query;
use crate::calendar::key;
use crate::calendar::provider::Provider;
use crate::calendar::types::{Conference, Event, Written};
use crate::call_error::{CallError, CallErrorKind};
use crate::http::Answer;

#[derive(Deserialize)]
struct Found {
    id: String,
}

impl Microsoft {
    pub async fn put(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<Written, CallError> {
        if let Some(id) = known {
            return self.patch(token, id, event).await;
        }
        key::check(Provider::Microsoft, &event.key)?;
        let url = self.url(&["me", "calendars", calendar, "events"])?;
        let answer = self.write(Method::POST, url, token, new(event)).await?;
        // Made by an earlier write, of which only the answer was lost. Who owns the calendar may have deleted it since.
        let id = match duplicate(&answer) {
            Some(Duplicate::Named(id)) => id,
            Some(Duplicate::NotNamed) => self.find(token, calendar, event).await?.ok_or_else(deleted)?,
            None => {
                let there = good(&answer)?;
                if there.is_as_wanted(event) {
                    return Ok(written(there, event));
                }
                there.id
            }
        };
        self.patch(token, &id, event).await
    }

    /// Without an id the event may still be there, its answer lost: it is looked for.
    pub async fn remove(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<(), CallError> {
        let id = match known {
            Some(id) => id.to_owned(),
            None => match self.find(token, calendar, event).await {
                Ok(Some(id)) => id,
                Ok(None) => return Ok(()),
                Err(error) if error.kind == CallErrorKind::Gone => return Ok(()),
                Err(error) => return Err(error),
            },
        };
        let answer = self.http.send(self.request(Method::DELETE, self.event_url(&id)?, token)).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(refusal(&answer)),
        }
    }

    pub async fn conference(&self, token: &str, _: &str, id: &str) -> Result<Conference, CallError> {
        let url = with_query(self.event_url(id)?, &[("$select", "id,isOnlineMeeting,onlineMeeting")]);
        let there: Resource = self.call(self.request(Method::GET, url, token)).await?;
        Ok(there.conference())
    }

    /// The id of the calendar's event with this key.
    async fn find(&self, token: &str, calendar: &str, event: &Event) -> Result<Option<String>, CallError> {
        key::check(Provider::Microsoft, &event.key)?;
        let has_key =
            format!("singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{}')", event.key);
        let parameters = [("$filter", has_key.as_str()), ("$select", "id"), ("$top", "1")];
        let url = with_query(self.url(&["me", "calendars", calendar, "events"])?, &parameters);
        let found = self.list::<Found>(url, token).await?.items.into_iter().next();
        Ok(found.map(|event| event.id))
    }

    async fn patch(&self, token: &str, id: &str, event: &Event) -> Result<Written, CallError> {
        let answer = self.write(Method::PATCH, self.event_url(id)?, token, change(event)).await?;
        Ok(written(good(&answer)?, event))
    }

    /// Sends an event. Not every account has Teams, and Graph may refuse the whole event then: it is written without a
    /// conference.
    async fn write(&self, method: Method, url: Url, token: &str, mut event: Value) -> Result<Answer, CallError> {
        let answer = self.http.send(self.request(method.clone(), url.clone(), token).json(&event)).await?;
        let is_refused = answer.status == StatusCode::BAD_REQUEST && duplicate(&answer).is_none();
        if !is_refused || !without_conference(&mut event) {
            return Ok(answer);
        }
        self.http.send(self.request(method, url, token).json(&event)).await
    }

    /// An event is found by its id alone, whatever calendar it is in.
    fn event_url(&self, id: &str) -> Result<Url, CallError> {
        self.url(&["me", "events", id])
    }
}

fn good(answer: &Answer) -> Result<Resource, CallError> {
    if answer.status.is_success() { answer.json() } else { Err(refusal(answer)) }
}

fn deleted() -> CallError {
    CallError::gone("deleted", "the event was deleted")
}

fn written(there: Resource, event: &Event) -> Written {
    let mut written = there.written();
    if event.wants_conference && written.conference == Conference::None {
        written.conference = Conference::Failed;
    }
    written
}

//! What changed in a calendar: events.list with sync tokens.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::{Method, Url};
use serde::Deserialize;

use super::Google;
use super::call::{refusal, refusal_of_cursor};
use super::times::Moment;
use crate::address::with_query;
use crate::calendar::types::{Change, ChangeState, Changes};
use crate::call_error::{CallError, CallErrorKind};
use crate::http::{Answer, MOST_PAGES};

/// What is asked for of an event: when it is and whether it makes its owner busy, and nothing of what it is about.
const FIELDS: &str = "timeZone,nextPageToken,nextSyncToken,\
                      items(id,status,transparency,start,end,attendees(self,responseStatus))";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// The calendar's.
    time_zone: Option<String>,
    #[serde(default)]
    items: Vec<Item>,
    next_page_token: Option<String>,
    /// On the last page only.
    next_sync_token: Option<String>,
}

/// Cancelled events may have nothing but an id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    transparency: String,
    start: Option<Moment>,
    end: Option<Moment>,
    #[serde(default)]
    attendees: Vec<Attendee>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attendee {
    #[serde(default, rename = "self")]
    is_self: bool,
    #[serde(default)]
    response_status: String,
}

impl Google {
    /// `zone` is for calendars whose own is not said or not known.
    pub async fn changes(
        &self,
        token: &str,
        calendar: &str,
        cursor: Option<&str>,
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Changes, CallError> {
        let url = self.changes_url(calendar, cursor, from, until)?;
        let mut events = Vec::new();
        let mut next = url.clone();
        let mut is_first = true;
        for _ in 0..MOST_PAGES {
            let answer = self.http.send(self.request(Method::GET, next, token)).await?;
            if !answer.status.is_success() {
                return Err(failure(&answer, cursor, is_first));
            }
            is_first = false;
            let page: Page = answer.json()?;
            page.read(zone, &mut events)?;
            match (page.next_page_token, page.next_sync_token) {
                (Some(page), _) => next = with_query(url.clone(), &[("pageToken", &page)]),
                (None, Some(cursor)) => return Ok(Changes { events, cursor }),
                (None, None) => return Err(CallError::unreadable()),
            }
        }
        Err(CallError::refused("too-many-pages", "the list of events does not end"))
    }

    /// Google takes no window with a sync token, and wants all else as it was.
    fn changes_url(
        &self,
        calendar: &str,
        cursor: Option<&str>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Url, CallError> {
        let always = [("singleEvents", "true"), ("maxResults", "2500"), ("maxAttendees", "1"), ("fields", FIELDS)];
        let url = with_query(self.events_url(calendar, &[])?, &always);
        Ok(match cursor {
            Some(cursor) => with_query(url, &[("syncToken", cursor)]),
            None => with_query(url, &[("timeMin", &from.to_string()), ("timeMax", &until.to_string())]),
        })
    }
}

/// Where the first page was good and a later one is not, its page token has expired: the calendar is still there.
fn failure(answer: &Answer, cursor: Option<&str>, is_first: bool) -> CallError {
    let mut error = if cursor.is_some() { refusal_of_cursor(answer) } else { refusal(answer) };
    if !is_first && matches!(error.kind, CallErrorKind::Gone | CallErrorKind::Refused) {
        error.kind = CallErrorKind::Retry { after: None };
    }
    error
}

impl Page {
    fn read(&self, zone: &TimeZone, events: &mut Vec<Change>) -> Result<(), CallError> {
        let own = self.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let zone = own.as_ref().unwrap_or(zone);
        for item in &self.items {
            if let Some(state) = item.state(zone)? {
                events.push(Change { id: item.id.clone(), state });
            }
        }
        Ok(())
    }
}

impl Item {
    /// `None` where it neither says when it is nor that it is gone.
    fn state(&self, zone: &TimeZone) -> Result<Option<ChangeState>, CallError> {
        if self.status == "cancelled" {
            return Ok(Some(ChangeState::Gone));
        }
        let (Some(start), Some(end)) = (&self.start, &self.end) else { return Ok(None) };
        let (start, end) = (start.instant(zone)?, end.instant(zone)?);
        let has_declined = self.attendees.iter().any(|one| one.is_self && one.response_status == "declined");
        let busy = self.transparency != "transparent" && !has_declined && start < end;
        Ok(Some(ChangeState::Present { start, end: end.max(start), busy }))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn read(items: &str) -> Vec<ChangeState> {
        let page: Page =
            serde_json::from_str(&format!(r#"{{"timeZone":"Europe/Vienna","items":{items},"nextSyncToken":"s"}}"#))
                .unwrap();
        let mut events = Vec::new();
        page.read(&TimeZone::UTC, &mut events).unwrap();
        events.into_iter().map(|event| event.state).collect()
    }

    fn present(start: &str, end: &str, busy: bool) -> ChangeState {
        ChangeState::Present { start: start.parse().unwrap(), end: end.parse().unwrap(), busy }
    }

    #[test]
    fn a_cancelled_event_is_gone_though_it_has_only_an_id() {
        assert_eq!(read(r#"[{"id":"a","status":"cancelled"}]"#), [ChangeState::Gone]);
    }

    #[test]
    fn a_whole_day_is_one_where_the_calendar_is() {
        let day = r#"[{"id":"a","status":"confirmed","start":{"date":"2026-03-29"},"end":{"date":"2026-03-30"}}]"#;
        // The clocks go forward that night: it has 23 hours.
        assert_eq!(read(day), [present("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", true)]);
    }

    #[test]
    fn free_and_declined_events_do_not_make_busy() {
        let at = r#""start":{"dateTime":"2026-01-05T10:00:00Z"},"end":{"dateTime":"2026-01-05T11:00:00Z"}"#;
        let (start, end) = ("2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z");
        let of = |more: &str| read(&format!(r#"[{{"id":"a","status":"confirmed",{at}{more}}}]"#));
        assert_eq!(of(""), [present(start, end, true)]);
        assert_eq!(of(r#","transparency":"transparent""#), [present(start, end, false)]);
        assert_eq!(of(r#","attendees":[{"self":true,"responseStatus":"declined"}]"#), [present(start, end, false)]);
        assert_eq!(of(r#","attendees":[{"responseStatus":"declined"}]"#), [present(start, end, true)]);
    }

    #[test]
    fn a_page_that_expired_is_for_later() {
        let answer = |status| Answer { status, after: None, body: Vec::new() };
        let kind = |status, cursor, is_first| failure(&answer(status), cursor, is_first).kind;
        let (gone, bad) = (StatusCode::GONE, StatusCode::BAD_REQUEST);
        assert_eq!(kind(bad, None, true), CallErrorKind::Refused);
        assert_eq!(kind(bad, None, false), CallErrorKind::Retry { after: None });
        assert_eq!(kind(gone, None, false), CallErrorKind::Retry { after: None });
        assert_eq!(kind(gone, Some("cursor"), false), CallErrorKind::CursorExpired);
    }

    #[test]
    fn an_event_that_takes_no_time_makes_nobody_busy() {
        let at = r#""start":{"dateTime":"2026-01-05T10:00:00Z"},"end":{"dateTime":"2026-01-05T10:00:00Z"}"#;
        assert_eq!(
            read(&format!(r#"[{{"id":"a",{at}}}]"#)),
            [present("2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z", false)]
        );
    }
}

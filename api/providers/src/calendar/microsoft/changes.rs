//! What changed in a calendar: its view's delta.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Url;
use serde::Deserialize;

use super::Microsoft;
use super::times::{Presence, at_graphs_precision};
use crate::address::with_query;
use crate::calendar::types::{Change, ChangeState, Changes};
use crate::call_error::{CallError, CallErrorKind};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    #[serde(rename = "@removed")]
    removed: Option<serde::de::IgnoredAny>,
    #[serde(rename = "type")]
    kind: Option<String>,
    series_master_id: Option<String>,
    #[serde(flatten)]
    presence: Presence,
}

impl Microsoft {
    pub async fn changes(
        &self,
        token: &str,
        calendar: &str,
        cursor: Option<&str>,
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Changes, CallError> {
        let url = match cursor {
            Some(cursor) => self.continued(cursor).ok_or_else(moved)?,
            None => self.delta_url(calendar, from, until)?,
        };
        let listed = self.list(url, token).await.map_err(|error| expired(error, cursor))?;
        let cursor = listed.delta.ok_or_else(CallError::unreadable)?;
        self.continued(&cursor).ok_or_else(super::call::elsewhere)?;
        Ok(Changes { events: read(&listed.items, zone)?, cursor })
    }

    fn delta_url(&self, calendar: &str, from: Timestamp, until: Timestamp) -> Result<Url, CallError> {
        let (from, until) = (at_graphs_precision(from).to_string(), at_graphs_precision(until).to_string());
        let url = self.url(&["me", "calendars", calendar, "calendarView", "delta"])?;
        Ok(with_query(url, &[("startDateTime", from.as_str()), ("endDateTime", &until)]))
    }
}

/// The cursor is an address of Graph's that is not below the one which is configured now.
fn moved() -> CallError {
    CallError::new(CallErrorKind::CursorExpired, "elsewhere", "the cursor leads to another address")
}

/// A delta that is gone (410) has expired; a calendar that is gone is not found (404). Without a cursor it can only be
/// the link to a next page that has.
fn expired(mut error: CallError, cursor: Option<&str>) -> CallError {
    let is_gone = error.kind == CallErrorKind::Gone && error.code.starts_with("410");
    if is_gone || error.kind == CallErrorKind::CursorExpired {
        error.kind = cursor.map_or(CallErrorKind::Retry { after: None }, |_| CallErrorKind::CursorExpired);
    }
    error
}

/// Series themselves are at no time, only their occurrences are; those may say no more than when they are, and are
/// shown as the series is. An item that says neither when it is nor that it is gone is passed over.
fn read(items: &[Item], zone: &TimeZone) -> Result<Vec<Change>, CallError> {
    let is_series = |item: &&Item| item.kind.as_deref() == Some("seriesMaster") && item.removed.is_none();
    let series: HashMap<&str, &Item> = items.iter().filter(is_series).map(|item| (item.id.as_str(), item)).collect();
    items
        .iter()
        .filter(|item| !is_series(item))
        .filter_map(|item| {
            let of_series = item.series_master_id.as_deref().and_then(|id| series.get(id));
            let state = item.state(of_series.copied(), zone).transpose()?;
            Some(state.map(|state| Change { id: item.id.clone(), state }))
        })
        .collect()
}

impl Item {
    fn state(&self, series: Option<&Self>, zone: &TimeZone) -> Result<Option<ChangeState>, CallError> {
        if self.removed.is_some() || self.presence.is_cancelled() {
            return Ok(Some(ChangeState::Gone));
        }
        let Some((start, end)) = self.presence.times(zone)? else { return Ok(None) };
        let says = if self.presence.show_as.is_some() { self } else { series.unwrap_or(self) };
        Ok(Some(ChangeState::Present { start, end, busy: says.presence.is_busy() && start < end }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(items: &str) -> Vec<(String, ChangeState)> {
        let items: Vec<Item> = serde_json::from_str(items).unwrap();
        read(&items, &TimeZone::UTC).unwrap().into_iter().map(|change| (change.id, change.state)).collect()
    }

    fn present(busy: bool) -> ChangeState {
        let (start, end) = ("2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z");
        ChangeState::Present { start: start.parse().unwrap(), end: end.parse().unwrap(), busy }
    }

    const AT: &str = r#""start":{"dateTime":"2026-01-05T10:00:00.0000000","timeZone":"UTC"},
                        "end":{"dateTime":"2026-01-05T11:00:00.0000000","timeZone":"UTC"}"#;

    #[test]
    fn removed_and_cancelled_events_are_gone() {
        let items = format!(
            r#"[{{"@removed":{{"reason":"deleted"}},"id":"a"}},
                {{"id":"b","isCancelled":true,"showAs":"busy",{AT}}},
                {{"id":"c","type":"singleInstance","isCancelled":false,"showAs":"busy",{AT}}},
                {{"id":"d","showAs":"free",{AT}}}]"#
        );
        assert_eq!(
            states(&items),
            [
                ("a".to_owned(), ChangeState::Gone),
                ("b".to_owned(), ChangeState::Gone),
                ("c".to_owned(), present(true)),
                ("d".to_owned(), present(false)),
            ]
        );
    }

    #[test]
    fn occurrences_are_shown_as_their_series() {
        let items = format!(
            r#"[{{"id":"a1","type":"occurrence","seriesMasterId":"a",{AT}}},
                {{"id":"a","type":"seriesMaster","showAs":"free",{AT}}},
                {{"id":"b1","type":"occurrence","seriesMasterId":"not told of",{AT}}}]"#
        );
        assert_eq!(states(&items), [("a1".to_owned(), present(false)), ("b1".to_owned(), present(true))]);
    }

    #[test]
    fn an_item_without_times_is_passed_over() {
        let items =
            r#"[{"id":"a","type":null,"isCancelled":null,"isAllDay":null,"showAs":null,"start":null,"end":null}]"#;
        assert_eq!(states(items), []);
    }

    #[test]
    fn only_a_cursor_expires() {
        let kind = |code: &str, cursor| expired(CallError::gone(code, "gone"), cursor).kind;
        assert_eq!(kind("410", Some("cursor")), CallErrorKind::CursorExpired);
        assert_eq!(kind("410", None), CallErrorKind::Retry { after: None });
        assert_eq!(kind("404 ErrorItemNotFound", Some("cursor")), CallErrorKind::Gone);
    }
}

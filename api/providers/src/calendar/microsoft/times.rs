//! When an event is, and whether its owner is busy.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::call_error::CallError;

/// `start` or `end` of an event: a time without an offset, in UTC as `Prefer` asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Moment {
    date_time: String,
    #[serde(default)]
    time_zone: String,
}

/// The part of an event that calendars are busy by.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Presence {
    start: Option<Moment>,
    end: Option<Moment>,
    is_all_day: Option<bool>,
    is_cancelled: Option<bool>,
    pub show_as: Option<String>,
}

/// Graph takes seven digits of a second, and Postgres has six.
pub(super) fn at_graphs_precision(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

impl Moment {
    pub fn instant(&self) -> Result<Timestamp, CallError> {
        self.within(&self.zone()?)
    }

    fn within(&self, zone: &TimeZone) -> Result<Timestamp, CallError> {
        let local: DateTime = self.date_time.trim_end_matches('Z').parse().map_err(|_| CallError::unreadable())?;
        zone.to_timestamp(local).map_err(|_| CallError::unreadable())
    }

    fn zone(&self) -> Result<TimeZone, CallError> {
        match self.time_zone.as_str() {
            "" | "UTC" | "tzone://Microsoft/Utc" => Ok(TimeZone::UTC),
            name => TimeZone::get(name).map_err(|_| CallError::unreadable()),
        }
    }
}

impl Presence {
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled == Some(true)
    }

    /// What is not known to be free is busy. Who works elsewhere can be met.
    pub fn is_busy(&self) -> bool {
        !matches!(self.show_as.as_deref(), Some("free" | "workingElsewhere"))
    }

    /// From when to when; `None` where it does not say: it takes no time. Whole days go from midnight to midnight wherever one looks from, whatever `Prefer` asks
    /// (microsoft-graph-docs issue 471): they are meant in `zone`, where the calendar's owner is.
    pub fn times(&self, zone: &TimeZone) -> Result<Option<(Timestamp, Timestamp)>, CallError> {
        let (Some(start), Some(end)) = (&self.start, &self.end) else { return Ok(None) };
        let instant = |moment: &Moment| {
            if self.is_all_day == Some(true) { moment.within(zone) } else { moment.instant() }
        };
        let (start, end) = (instant(start)?, instant(end)?);
        Ok(Some((start, end.max(start))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(json: &str) -> (String, String) {
        let presence: Presence = serde_json::from_str(json).unwrap();
        let (start, end) = presence.times(&TimeZone::get("America/New_York").unwrap()).unwrap().unwrap();
        (start.to_string(), end.to_string())
    }

    #[test]
    fn times_are_in_utc() {
        let json = r#"{"start":{"dateTime":"2026-01-05T10:00:00.0000000","timeZone":"UTC"},
                       "end":{"dateTime":"2026-01-05T11:30:00.0000000","timeZone":"UTC"}}"#;
        assert_eq!(times(json), ("2026-01-05T10:00:00Z".to_owned(), "2026-01-05T11:30:00Z".to_owned()));
    }

    #[test]
    fn whole_days_are_where_the_owner_is() {
        let json = r#"{"isAllDay":true,"start":{"dateTime":"2026-01-05T00:00:00.0000000","timeZone":"UTC"},
                       "end":{"dateTime":"2026-01-06T00:00:00.0000000","timeZone":"UTC"}}"#;
        assert_eq!(times(json), ("2026-01-05T05:00:00Z".to_owned(), "2026-01-06T05:00:00Z".to_owned()));
    }

    #[test]
    fn a_zone_that_nobody_knows_is_not_guessed() {
        let json = r#"{"start":{"dateTime":"2026-01-05T10:00:00","timeZone":"Pacific Standard Time"},
                       "end":{"dateTime":"2026-01-05T11:00:00","timeZone":"Pacific Standard Time"}}"#;
        let presence: Presence = serde_json::from_str(json).unwrap();
        assert!(presence.times(&TimeZone::UTC).is_err());
    }
}

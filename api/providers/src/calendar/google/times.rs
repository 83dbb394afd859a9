//! When an event is.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::call_error::CallError;

/// `start` or `end` of an event: an instant, or a day for those that last whole days.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Moment {
    date_time: Option<String>,
    date: Option<Date>,
    time_zone: Option<String>,
}

impl Moment {
    /// The instant. A day begins at midnight in its own zone or in that of the calendar.
    pub fn instant(&self, calendar: &TimeZone) -> Result<Timestamp, CallError> {
        match (&self.date_time, self.date) {
            (Some(text), _) => text.parse().or_else(|_| {
                let local: DateTime = text.parse().map_err(|_| CallError::unreadable())?;
                self.zone(calendar).to_timestamp(local).map_err(|_| CallError::unreadable())
            }),
            (None, Some(date)) => {
                let midnight = date.to_datetime(jiff::civil::Time::midnight());
                self.zone(calendar).to_timestamp(midnight).map_err(|_| CallError::unreadable())
            }
            (None, None) => Err(CallError::unreadable()),
        }
    }

    fn zone(&self, calendar: &TimeZone) -> TimeZone {
        let own = self.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        own.unwrap_or_else(|| calendar.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(json: &str) -> String {
        let moment: Moment = serde_json::from_str(json).unwrap();
        moment.instant(&TimeZone::get("Europe/Vienna").unwrap()).unwrap().to_string()
    }

    #[test]
    fn an_instant_has_an_offset() {
        let json = r#"{"dateTime":"2026-01-05T10:00:00+01:00","timeZone":"America/New_York"}"#;
        assert_eq!(instant(json), "2026-01-05T09:00:00Z");
    }

    #[test]
    fn a_day_begins_at_midnight_where_the_calendar_is() {
        assert_eq!(instant(r#"{"date":"2026-07-05"}"#), "2026-07-04T22:00:00Z");
        assert_eq!(instant(r#"{"date":"2026-07-05","timeZone":"Nowhere/Land"}"#), "2026-07-04T22:00:00Z");
        assert_eq!(instant(r#"{"date":"2026-07-05","timeZone":"Asia/Tokyo"}"#), "2026-07-04T15:00:00Z");
    }

    #[test]
    fn a_time_without_an_offset_is_in_its_zone() {
        assert_eq!(
            instant(r#"{"dateTime":"2026-01-05T10:00:00","timeZone":"America/New_York"}"#),
            "2026-01-05T15:00:00Z"
        );
    }

    #[test]
    fn an_event_must_be_at_some_time() {
        let moment: Moment = serde_json::from_str("{}").unwrap();
        assert!(moment.instant(&TimeZone::UTC).is_err());
    }
}

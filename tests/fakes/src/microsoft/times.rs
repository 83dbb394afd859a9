//! When an event is: `{"dateTime", "timeZone"}`, the time without an offset.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::strict;

/// The longest `calendarView`.
const LONGEST_VIEW: SignedDuration = SignedDuration::from_hours(1825 * 24);

/// From the start up to and without the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Times {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Times {
    /// Out of an event's `start` and `end`.
    pub fn take(event: &mut Map<String, Value>) -> Result<Self, Refusal> {
        let start = point(&event.remove("start").unwrap_or_default())?;
        let end = point(&event.remove("end").unwrap_or_default())?;
        if end < start {
            return Err(Refusal::invalid("The start time must be before the end time."));
        }
        Ok(Self { start, end })
    }

    /// Of `startDateTime` and `endDateTime`, which are UTC unless they say otherwise.
    pub fn of_view(query: &HashMap<String, String>) -> Result<Self, Refusal> {
        let time = |name: &str| {
            let text = query.get(name).ok_or_else(|| Refusal::invalid(&format!("{name} is missing.")))?;
            strict::time(text)?.parse().or_else(|_| local(text, &TimeZone::UTC))
        };
        let times = Self { start: time("startDateTime")?, end: time("endDateTime")? };
        if times.end <= times.start || times.end.duration_since(times.start) > LONGEST_VIEW {
            return Err(Refusal::invalid("The time range must be positive, and 1825 days at most."));
        }
        Ok(times)
    }

    pub fn overlap(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A point in time, of an event or of a schedule's range.
pub(super) fn point(value: &Value) -> Result<Timestamp, Refusal> {
    let text = value["dateTime"].as_str().ok_or_else(|| Refusal::invalid("dateTime is missing."))?;
    let name = value["timeZone"].as_str().unwrap_or("UTC");
    let zone = TimeZone::get(name).map_err(|_| Refusal::invalid(&format!("A time zone {name} is not supported.")))?;
    strict::time(text)?.parse().or_else(|_| local(text, &zone))
}

/// In UTC, with as many digits of a second as Graph has.
pub(super) fn instant(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string()
}

/// In UTC, with seven digits of a second and without an offset.
pub(super) fn show(time: Timestamp) -> Value {
    json!({ "dateTime": time.strftime("%Y-%m-%dT%H:%M:%S.%7f").to_string(), "timeZone": "UTC" })
}

fn local(text: &str, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    let time = text.parse::<DateTime>().and_then(|time| zone.to_timestamp(time));
    time.map_err(|_| Refusal::invalid(&format!("{text} is no time.")))
}

//! When an event is: `{"dateTime", "timeZone"}` or, for whole days, `{"date"}`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// From the start up to and without the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Times {
    pub start: Timestamp,
    pub end: Timestamp,
    pub is_all_day: bool,
}

impl Times {
    /// Out of an event's `start` and `end`; `zone` is the calendar's.
    pub fn take(event: &mut Map<String, Value>, zone: &TimeZone) -> Result<Self, Refusal> {
        let (start, is_all_day) = point(&event.remove("start").unwrap_or_default(), zone, "start")?;
        let (end, _) = point(&event.remove("end").unwrap_or_default(), zone, "end")?;
        if end < start {
            return Err(Refusal::range_empty());
        }
        Ok(Self { start, end, is_all_day })
    }

    /// Whole days, the last one included, where the calendar is.
    pub fn days(first: Date, last: Date, zone: &TimeZone) -> Self {
        let midnight = |date: Date| date.to_zoned(zone.clone()).expect("a day of these centuries").timestamp();
        Self { start: midnight(first), end: midnight(last + 1.day()), is_all_day: true }
    }

    /// `start` and `end` as Google shows them: with the offset of the calendar's zone.
    pub fn show(&self, zone: &TimeZone) -> (Value, Value) {
        let show = |time: Timestamp| {
            if self.is_all_day {
                return json!({ "date": time.to_zoned(zone.clone()).date().to_string() });
            }
            let local = time.display_with_offset(zone.to_offset(time)).to_string();
            json!({ "dateTime": local, "timeZone": zone.iana_name().unwrap_or("UTC") })
        };
        (show(self.start), show(self.end))
    }
}

fn point(value: &Value, zone: &TimeZone, name: &'static str) -> Result<(Timestamp, bool), Refusal> {
    if let Some(date) = value["date"].as_str() {
        let date: Date = date.parse().map_err(|_| Refusal::invalid(name, "Invalid date"))?;
        return Ok((Times::days(date, date, zone).start, true));
    }
    let text = value["dateTime"].as_str().ok_or_else(|| Refusal::required(name))?;
    if let Ok(time) = text.parse() {
        return Ok((time, false));
    }
    let named = value["timeZone"].as_str().and_then(|name| TimeZone::get(name).ok());
    let local: Option<DateTime> = text.parse().ok();
    let time = named.zip(local).and_then(|(zone, local)| zone.to_timestamp(local).ok());
    Ok((time.ok_or_else(|| Refusal::invalid(name, "Missing time zone definition"))?, false))
}

/// An instant of a query or a body, RFC 3339.
pub(super) fn instant(text: &str, name: &'static str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::invalid(name, "Bad Request"))
}

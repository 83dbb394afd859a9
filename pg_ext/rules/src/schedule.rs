//! When jobs are due.

use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The latest minute at or before an instant that a cron expression names: five fields, in UTC, as pg_cron has them.
/// `None` for one that is not understood, or names no minute before.
pub fn last_due(schedule: &str, at: Timestamp) -> Option<Timestamp> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let clock = TimeZone::UTC.to_datetime(at);
    let due = parser.parse(schedule).ok()?.find_previous_occurrence(&clock, true).ok()?;
    TimeZone::UTC.to_timestamp(due).ok()
}

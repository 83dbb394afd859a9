//! Meetings that come back: at the same time by the clocks of a zone.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::refusal::Refusal;
use crate::word::{parse, words};
use crate::zone::Zone;

/// How many meetings a series has.
pub const MEETINGS: RangeInclusive<i32> = 2..=52;

words! {
    /// How far the meetings of a series are apart.
    pub enum Every {
        Day,
        Week,
        TwoWeeks,
        /// On the same day of the month; months that lack it are passed over.
        Month,
    }
}

impl Every {
    /// From `day`, `week`, `two_weeks` or `month`. Refuses others as field `every`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        parse("every", text)
    }

    /// The date of a step, `None` where there is none.
    fn date(self, first: Date, step: i32) -> Option<Date> {
        let span = jiff::Span::new();
        let days = |count: i32| first.checked_add(span.try_days(count).ok()?).ok();
        match self {
            Self::Day => days(step),
            Self::Week => days(step * 7),
            Self::TwoWeeks => days(step * 14),
            Self::Month => {
                let date = first.checked_add(span.try_months(step).ok()?).ok()?;
                (date.day() == first.day()).then_some(date)
            }
        }
    }
}

/// The starts of a series, the first included. A time that clocks skip on one date is the instant at which they skip it.
///
/// Refuses, as field `count`, counts outside [`MEETINGS`], and as field `start` what is no whole minute.
pub fn starts(zone: &Zone, first: Timestamp, every: Every, count: i32) -> Result<Vec<Timestamp>, Refusal> {
    let wanted = usize::try_from(count).ok().filter(|_| MEETINGS.contains(&count));
    let wanted = wanted.ok_or_else(|| {
        Refusal::invalid("count", format!("must lie between {} and {}", MEETINGS.start(), MEETINGS.end()))
    })?;
    let (date, time) = zone.wall_time_at(first).ok_or_else(|| Refusal::invalid("start", "must be whole minutes"))?;
    // Two months a year lack the 31st twice in a row at most, and February the 30th: twice as many steps are enough.
    let steps = 1..count * 2 + 2;
    let later = steps.filter_map(|step| every.date(date, step)).map(|date| zone.instant(date, time));
    std::iter::once(Ok(first)).chain(later).take(wanted).collect()
}

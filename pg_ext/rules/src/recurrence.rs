//! The dates on which a block falls (docs/rules.md). Dates only: no zone, no time.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::{Span, Unit};

use crate::refusal::Refusal;
use crate::word::{self, words};

words! {
    /// How often a block comes back.
    pub enum Recurrence {
        /// On its start date only.
        OneTime,
        /// On the start date's weekday.
        Weekly,
        /// On the start date's day of month, in the months that have it.
        Monthly,
        /// As monthly, in every third month.
        Quarterly,
    }
}

impl Recurrence {
    /// As stored and sent: `one_time`, `weekly`, `monthly` or `quarterly`. Refuses others as field `recurrence`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("recurrence", text)
    }

    fn step(self) -> Step {
        match self {
            Self::OneTime => Step::Never,
            Self::Weekly => Step::Days(7),
            Self::Monthly => Step::Months(1),
            Self::Quarterly => Step::Months(3),
        }
    }
}

/// The dates in `range` on which something falls that begins on `start` and ends, if it does, on `until` (inclusive),
/// in order. A date's presence depends on the first three alone; the work depends on the range alone, however long ago
/// `start` was.
pub fn occurrences(
    recurrence: Recurrence,
    start: Date,
    until: Option<Date>,
    range: RangeInclusive<Date>,
) -> impl Iterator<Item = Date> {
    let step = recurrence.step();
    let first = start.max(*range.start());
    let last = until.map_or(*range.end(), |until| until.min(*range.end()));
    (step.count(start, first)..=step.count(start, last))
        .filter_map(move |n| step.nth(start, n))
        .filter(move |date| first <= *date && *date <= last)
}

#[derive(Clone, Copy)]
enum Step {
    Never,
    Days(i64),
    Months(i64),
}

impl Step {
    /// How many whole steps fit between two dates, counting calendar months whatever the day.
    fn count(self, from: Date, to: Date) -> i64 {
        match self {
            Self::Never => 0,
            Self::Days(days) => days_between(from, to).div_euclid(days),
            Self::Months(months) => (month_number(to) - month_number(from)).div_euclid(months),
        }
    }

    /// The date `n` steps after `start`; `None` where the month lacks the day or the calendar ends.
    fn nth(self, start: Date, n: i64) -> Option<Date> {
        match self {
            Self::Never => Some(start),
            Self::Days(days) => start.checked_add(Span::new().try_days(n * days).ok()?).ok(),
            Self::Months(months) => {
                let month_number = month_number(start) + n * months;
                let year = i16::try_from(month_number.div_euclid(12)).ok()?;
                let month = i8::try_from(month_number.rem_euclid(12) + 1).ok()?;
                Date::new(year, month, start.day()).ok()
            }
        }
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// Months since January of the year 0.
fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

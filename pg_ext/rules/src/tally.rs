//! How many meetings, and how many minutes of them, a host has on a date, in a week and in a month; and how many they may
//! have. Dates are those of the host's zone.

use std::collections::HashMap;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use strum::VariantArray;

use crate::timeline::Span;
use crate::word::words;
use crate::zone::Zone;

words! {
    /// What a limit counts by.
    pub enum Period {
        Day,
        /// ISO week: from Monday.
        Week,
        Month,
    }
}

words! {
    /// What a limit counts.
    pub enum Unit {
        Meetings,
        /// Without buffers.
        Minutes,
    }
}

impl Period {
    /// The first date of the period in which a date lies.
    fn first(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Week => {
                let since_monday = date.weekday().since(Weekday::Monday);
                date.saturating_sub(i32::from(since_monday).days())
            }
            Self::Month => date.first_of_month(),
        }
    }

    /// The first date after it.
    fn next(self, date: Date) -> Date {
        let first = self.first(date);
        match self {
            Self::Day => first.saturating_add(1.day()),
            Self::Week => first.saturating_add(7.days()),
            Self::Month => first.saturating_add(1.month()),
        }
    }
}

/// The most that a host may have of an event type; `None` is without limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub per_day: Limit,
    pub per_week: Limit,
    pub per_month: Limit,
}

/// The most of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    pub meetings: Option<i32>,
    pub minutes: Option<i32>,
}

/// What is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    pub period: Period,
    pub unit: Unit,
    pub limit: i32,
    /// The first date on which it is not.
    pub again_from: Date,
}

impl Limits {
    pub fn is_unlimited(self) -> bool {
        self == Self::default()
    }

    /// With the stricter of each.
    pub fn and_meetings(mut self, per_day: Option<i32>, per_week: Option<i32>) -> Self {
        let stricter = |one: Option<i32>, other: Option<i32>| one.into_iter().chain(other).min();
        self.per_day.meetings = stricter(self.per_day.meetings, per_day);
        self.per_week.meetings = stricter(self.per_week.meetings, per_week);
        self
    }

    fn of(self, period: Period) -> Limit {
        match period {
            Period::Day => self.per_day,
            Period::Week => self.per_week,
            Period::Month => self.per_month,
        }
    }
}

/// Meetings of a host, counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    zone: Zone,
    /// By period and its first date: meetings, and minutes.
    counted: HashMap<(Period, Date), (i64, i64)>,
}

impl Tally {
    /// Of meetings without their buffers.
    pub fn count(zone: Zone, meetings: impl IntoIterator<Item = Span>) -> Self {
        let mut tally = Self { zone, counted: HashMap::new() };
        for meeting in meetings {
            let date = tally.zone.date_at(meeting.start);
            for &period in Period::VARIANTS {
                let (count, minutes) = tally.counted.entry((period, period.first(date))).or_default();
                *count += 1;
                *minutes += minutes_of(meeting);
            }
        }
        tally
    }

    /// What would be exceeded if this one were added, the longest wait first.
    pub fn full(&self, meeting: Span, limits: Limits) -> Option<Full> {
        let date = self.zone.date_at(meeting.start);
        let exceeded = Period::VARIANTS.iter().flat_map(|&period| {
            let (meetings, minutes) = self.counted.get(&(period, period.first(date))).copied().unwrap_or_default();
            let Limit { meetings: most_meetings, minutes: most_minutes } = limits.of(period);
            let full = move |unit, limit| Full { period, unit, limit, again_from: period.next(date) };
            let too_many = most_meetings.filter(|most| meetings + 1 > i64::from(*most));
            let too_long = most_minutes.filter(|most| minutes + minutes_of(meeting) > i64::from(*most));
            let too_many = too_many.map(|most| full(Unit::Meetings, most));
            too_many.into_iter().chain(too_long.map(|most| full(Unit::Minutes, most)))
        });
        exceeded.max_by_key(|full| full.again_from)
    }

    /// The instants around `span` between which meetings count for it: whole months, and the weeks at their ends.
    pub fn reach(span: Span) -> Span {
        let days = |count: i64| jiff::SignedDuration::from_hours(24 * count);
        Span {
            start: span.start.saturating_sub(days(40)).unwrap_or(Timestamp::MIN),
            end: span.end.saturating_add(days(40)).unwrap_or(Timestamp::MAX),
        }
    }
}

fn minutes_of(meeting: Span) -> i64 {
    meeting.end.duration_since(meeting.start).as_mins()
}

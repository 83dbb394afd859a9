//! Windows of wall-clock time, and the slots they are cut into (docs/rules.md).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::recurrence::{Recurrence, occurrences};
use crate::refusal::{Problems, Refusal};
use crate::timeline::Span;
use crate::zone::{WallTime, Zone};

/// Shortest and longest slot, in minutes.
pub const SLOT_MINUTES: RangeInclusive<i32> = 5..=480;
/// Shortest and longest pause between slots, in minutes.
pub const BUFFER_MINUTES: RangeInclusive<i32> = 0..=240;

/// What a window is made of, before anything is checked.
#[derive(Debug, Clone)]
pub struct WindowParts {
    pub start: WallTime,
    pub end: WallTime,
    pub ends_next_day: bool,
    pub zone: Zone,
    pub slot_minutes: i32,
    pub buffer_minutes: i32,
}

/// A stretch of a day between two wall times in a zone, and how it is cut into slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    start: WallTime,
    end: WallTime,
    ends_next_day: bool,
    zone: Zone,
    slot_seconds: i64,
    step_seconds: i64,
}

/// One bookable stretch of time: from `start`, up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Window {
    /// Refuses, as fields `start_time`, `end_time`, `slot_minutes` and `buffer_minutes`: a start of 24:00; an end that
    /// is not after the start, or one on the next day that is; lengths outside [`SLOT_MINUTES`] and
    /// [`BUFFER_MINUTES`].
    pub fn new(parts: WindowParts) -> Result<Self, Refusal> {
        let WindowParts { start, end, ends_next_day, zone, slot_minutes, buffer_minutes } = parts;
        let mut problems = Problems::default();
        let mut wrong = |field, problem: &str| problems.note::<()>(Err(Refusal::invalid(field, problem)));
        if start == WallTime::END_OF_DAY {
            wrong("start_time", "must be before 24:00");
        }
        if ends_next_day && end > start {
            wrong("end_time", "on the next day must not be after start_time");
        }
        if !ends_next_day && end <= start && start != WallTime::END_OF_DAY {
            wrong("end_time", "must be after start_time, unless ends_next_day is set");
        }
        let slot_seconds = problems.note_or(seconds("slot_minutes", slot_minutes, SLOT_MINUTES), &0);
        let buffer_seconds = problems.note_or(seconds("buffer_minutes", buffer_minutes, BUFFER_MINUTES), &0);
        problems.check()?;
        let step_seconds = slot_seconds + buffer_seconds;
        Ok(Self { start, end, ends_next_day, zone, slot_seconds, step_seconds })
    }

    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The instants between which the window of a date lies; `None` if clocks skip all of it. Refuses, as field
    /// `date`, dates at the ends of the calendar.
    pub fn bounds(&self, date: Date) -> Result<Option<(Timestamp, Timestamp)>, Refusal> {
        let last_date = if self.ends_next_day { tomorrow(date)? } else { date };
        let start = self.zone.instant(date, self.start)?;
        let end = self.zone.instant(last_date, self.end)?;
        Ok((start < end).then_some((start, end)))
    }

    /// The slots of the window that starts on a date, in order: the first at the window's start, the others a slot and
    /// a buffer after the one before, in real minutes, as long as they end within the window. A date at the ends of the
    /// calendar has none.
    pub fn slots(&self, date: Date) -> impl Iterator<Item = Slot> + use<> {
        let (slot_seconds, step_seconds) = (self.slot_seconds, self.step_seconds);
        let (start, end) =
            self.bounds(date).ok().flatten().map_or((0, 0), |(start, end)| (start.as_second(), end.as_second()));
        let count = if end - start < slot_seconds { 0 } else { (end - start - slot_seconds) / step_seconds + 1 };
        (0..count).filter_map(move |n| Slot::starting(start + n * step_seconds, slot_seconds))
    }
}

impl Slot {
    fn starting(second: i64, length: i64) -> Option<Self> {
        Some(Self { start: Timestamp::from_second(second).ok()?, end: Timestamp::from_second(second + length).ok()? })
    }
}

fn tomorrow(date: Date) -> Result<Date, Refusal> {
    date.tomorrow().map_err(|_| Refusal::invalid("date", format!("{date} is out of range")))
}

fn seconds(field: &str, minutes: i32, range: RangeInclusive<i32>) -> Result<i64, Refusal> {
    if range.contains(&minutes) {
        return Ok(i64::from(minutes) * 60);
    }
    Err(Refusal::invalid(field, format!("must lie between {} and {}", range.start(), range.end())))
}

/// A window that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub window: Window,
    pub recurrence: Recurrence,
    pub start_date: Date,
    /// Last date on which a window may start; `None` goes on.
    pub until_date: Option<Date>,
}

impl Block {
    /// The windows that start on a date in `range`, in order; those that clocks skip are left out.
    pub fn windows(&self, range: RangeInclusive<Date>) -> impl Iterator<Item = (Date, Span)> {
        occurrences(self.recurrence, self.start_date, self.until_date, range).filter_map(|date| {
            let (start, end) = self.window.bounds(date).ok()??;
            Some((date, Span { start, end }))
        })
    }

    /// The slots of all windows that start on a date in `range` which is no day off, in order. Dates are those of the
    /// window's zone.
    pub fn slots(&self, range: RangeInclusive<Date>, days_off: &BTreeSet<Date>) -> impl Iterator<Item = Slot> {
        occurrences(self.recurrence, self.start_date, self.until_date, range)
            .filter(|date| !days_off.contains(date))
            .flat_map(|date| self.window.slots(date))
    }
}

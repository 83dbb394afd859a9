//! The hours in which a host can be booked: windows that come back every week, dates with others in their place, days off,
//! and dates on which the host is in another zone (docs/event-types.md).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Span as Days, Timestamp};

use crate::timeline::Span;
use crate::zone::{WallTime, Zone};

/// A stretch of one date, between two wall times; the end may be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayWindow {
    pub start: WallTime,
    pub end: WallTime,
}

/// Dates on which the host is in another zone, both included.
#[derive(Debug, Clone, PartialEq)]
pub struct Travel {
    pub first_day: Date,
    pub last_day: Date,
    pub zone: Zone,
}

/// A schedule as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    zone: Zone,
    /// From Monday to Sunday; of each day in order, none of them touching another.
    weekly: [Vec<DayWindow>; 7],
    overrides: BTreeMap<Date, Vec<DayWindow>>,
    days_off: BTreeSet<Date>,
    travels: Vec<Travel>,
}

impl Hours {
    /// Without a window, in `zone`.
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            weekly: Default::default(),
            overrides: BTreeMap::new(),
            days_off: BTreeSet::new(),
            travels: Vec::new(),
        }
    }

    /// Adds a window of each week. `weekday` is ISO's, 1 Monday to 7 Sunday; others are passed over.
    pub fn every_week(&mut self, weekday: i16, window: DayWindow) {
        let day = usize::try_from(weekday - 1).ok().and_then(|day| self.weekly.get_mut(day));
        if let Some(windows) = day {
            add(windows, window);
        }
    }

    /// Adds a window of one date, whose weekly ones then count no more.
    pub fn on_date(&mut self, date: Date, window: DayWindow) {
        add(self.overrides.entry(date).or_default(), window);
    }

    /// Nothing is offered on that date, whatever else is said of it.
    pub fn day_off(&mut self, date: Date) {
        self.days_off.insert(date);
    }

    /// On those dates all hours are read in another zone.
    pub fn travel(&mut self, travel: Travel) {
        self.travels.push(travel);
    }

    /// The zone in which the host's dates, weeks and months are counted, wherever they travel.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The windows that share an instant with `span`, in order. None overlaps another; the windows of two dates may touch.
    pub fn windows(&self, span: Span) -> Vec<Span> {
        // A date here begins within a day of the same date in any other zone; and a date before, whose end may overlap.
        let first = self.zone.date_at(span.start).saturating_sub(Days::new().days(3));
        let last = self.zone.date_at(span.end).saturating_add(Days::new().days(2));
        let mut windows: Vec<Span> = Vec::new();
        for date in first.series(Days::new().days(1)).take_while(|date| *date <= last) {
            let zone = self.zone_on(date);
            for window in self.on(date) {
                let Ok(end) = zone.instant(date, window.end) else { continue };
                let Ok(start) = zone.instant(date, window.start) else { continue };
                // Who travels can have one date end after the next began.
                let start = windows.last().map_or(start, |before| start.max(before.end));
                if start < end {
                    windows.push(Span { start, end });
                }
            }
        }
        windows.retain(|window| window.overlaps(&span));
        windows
    }

    fn on(&self, date: Date) -> &[DayWindow] {
        if self.days_off.contains(&date) {
            return &[];
        }
        let weekday = date.weekday().to_monday_zero_offset();
        self.overrides.get(&date).unwrap_or_else(|| &self.weekly[usize::from(weekday.unsigned_abs())])
    }

    fn zone_on(&self, date: Date) -> &Zone {
        let travel = self.travels.iter().find(|travel| travel.first_day <= date && date <= travel.last_day);
        travel.map_or(&self.zone, |travel| &travel.zone)
    }
}

/// Adds a window to those of a date: what touches or overlaps becomes one.
fn add(windows: &mut Vec<DayWindow>, window: DayWindow) {
    windows.push(window);
    windows.sort_unstable();
    windows.dedup_by(|next, before| {
        let is_one = next.start <= before.end;
        if is_one {
            before.end = before.end.max(next.end);
        }
        is_one
    });
}

/// Windows as times in which a meeting may lie, and its starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// In order, none overlapping another.
    windows: Vec<Span>,
    /// The same, where they touch as one.
    whole: Vec<Span>,
}

impl Opening {
    /// Of windows that are in order and overlap none.
    pub fn new(windows: Vec<Span>) -> Self {
        let mut whole: Vec<Span> = Vec::with_capacity(windows.len());
        for window in &windows {
            match whole.last_mut() {
                Some(before) if before.end >= window.start => before.end = before.end.max(window.end),
                _ => whole.push(*window),
            }
        }
        Self { windows, whole }
    }

    /// The times in which both are open.
    pub fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut mine, mut theirs) = (self.windows.iter().peekable(), other.windows.iter().peekable());
        while let (Some(one), Some(another)) = (mine.peek(), theirs.peek()) {
            let common = Span { start: one.start.max(another.start), end: one.end.min(another.end) };
            if common.start < common.end {
                both.push(common);
            }
            if one.end <= another.end {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Self::new(both)
    }

    /// Whether a meeting may lie there.
    pub fn contains(&self, span: Span) -> bool {
        let begun = self.whole.partition_point(|window| window.start <= span.start);
        begun.checked_sub(1).is_some_and(|at| span.end <= self.whole[at].end)
    }

    /// Whether a meeting of the grid starts there: each window's starts follow one another by the interval, from its own.
    pub fn starts_at(&self, start: Timestamp, grid: Grid) -> bool {
        let begun = self.windows.partition_point(|window| window.start <= start);
        begun.checked_sub(1).is_some_and(|at| {
            let window = self.windows[at];
            start < window.end
                && (start.as_second() - window.start.as_second()) % grid.interval_seconds == 0
                && start.subsec_nanosecond() == 0
        })
    }

    /// The times that the grid offers, in order: those that start from `from` and before `to`, within the hours.
    pub fn offered(&self, from: Timestamp, to: Timestamp, grid: Grid) -> impl Iterator<Item = Span> + '_ {
        self.windows.iter().flat_map(move |window| {
            let first = window.start.as_second();
            // Rounded up, so that nothing starts before `from`.
            let passed = (from.as_second() + i64::from(from.subsec_nanosecond() > 0) - first).max(0);
            let skipped = (passed + grid.interval_seconds - 1) / grid.interval_seconds;
            let before = window.end.as_second().min(to.as_second() + i64::from(to.subsec_nanosecond() > 0));
            (skipped..)
                .map(move |nth| first + nth * grid.interval_seconds)
                .take_while(move |second| *second < before)
                .filter_map(move |second| grid.span(second))
                .filter(|span| self.contains(*span))
        })
    }
}

/// How long meetings are, and how far apart their starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    length_seconds: i64,
    interval_seconds: i64,
}

impl Grid {
    /// Minutes, at least one each; without an interval a meeting starts where the one before ends.
    pub fn new(length_minutes: i32, interval_minutes: Option<i32>) -> Self {
        let seconds = |minutes: i32| i64::from(minutes.max(1)) * 60;
        Self {
            length_seconds: seconds(length_minutes),
            interval_seconds: seconds(interval_minutes.unwrap_or(length_minutes)),
        }
    }

    /// The meeting that starts at that second, unless it lies beyond the calendar.
    fn span(self, second: i64) -> Option<Span> {
        let at = |second| Timestamp::from_second(second).ok();
        Some(Span { start: at(second)?, end: at(second + self.length_seconds)? })
    }
}

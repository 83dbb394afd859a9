//! Wall-clock time and instants: the one place where the first becomes the second (docs/rules.md).

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::refusal::Refusal;

/// Longest zone name looked at, in bytes; the longest real one has 32.
const LONGEST_NAME: usize = 64;

/// Names that find something in a zoneinfo directory and are no place's time: placeholders, the machine's own
/// setting, and four that Postgres reads as abbreviations without daylight saving, though the tz database gives them
/// some.
const NOT_ZONES: [&str; 8] = ["Etc/Unknown", "Factory", "localtime", "posixrules", "CET", "EET", "MET", "WET"];

/// Directories of the tz database that hold its zones once more, counted otherwise (`right` counts leap seconds).
const NOT_AREAS: [&str; 2] = ["posix", "right"];

/// An IANA time zone. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

impl Zone {
    /// The zone of an IANA name in any case, such as `Europe/Berlin` or `UTC`.
    ///
    /// Refuses with `INVALID_TIME_ZONE` what the system's tz database does not have, and what is no IANA name: POSIX
    /// rules such as `EST5EDT`, offsets, paths, placeholders. Whatever passes here passes the type
    /// `convene.iana_zone` of the database, too.
    pub fn iana(name: &str) -> Result<Self, Refusal> {
        Self::lookup(name).ok_or_else(|| Refusal::InvalidTimeZone { time_zone: shown(name) })
    }

    fn lookup(name: &str) -> Option<Self> {
        if !has_iana_form(name) || NOT_ZONES.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return None;
        }
        let rules = jiff::tz::db().get(name).ok()?;
        let name = Arc::from(rules.iana_name()?);
        Some(Self { name, rules })
    }

    /// The IANA name, spelled as the tz database spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendar date that an instant falls on here.
    pub fn date_at(&self, instant: Timestamp) -> Date {
        self.rules.to_datetime(instant).date()
    }

    /// The date and the time that clocks here show at an instant; `None` between two whole minutes.
    pub fn wall_time_at(&self, instant: Timestamp) -> Option<(Date, WallTime)> {
        let shown = self.rules.to_datetime(instant);
        let is_whole = shown.second() == 0 && shown.subsec_nanosecond() == 0;
        let minutes = u16::try_from(shown.hour()).ok()? * 60 + u16::try_from(shown.minute()).ok()?;
        is_whole.then_some((shown.date(), WallTime { minutes }))
    }

    /// What calendars and clocks here show at an instant.
    pub fn reading_at(&self, instant: Timestamp) -> Reading {
        let offset = self.rules.to_offset(instant);
        let shown = offset.to_datetime(instant);
        let is_shown_twice = matches!(self.rules.to_ambiguous_timestamp(shown).offset(), AmbiguousOffset::Fold { .. });
        Reading { shown, offset, is_shown_twice }
    }

    /// The instant at which clocks here show that time on that date.
    ///
    /// More exactly, the first instant at which they show it or a later one: a time that clocks skip becomes the instant
    /// at which they skip it, a time that they show twice its first occurrence (RFC 5545), and 24:00 the next day's
    /// midnight. A later wall time is never an earlier instant. Refuses, as field `date`, dates whose instants lie
    /// beyond the years -9999 to 9999.
    pub fn instant(&self, date: Date, time: WallTime) -> Result<Timestamp, Refusal> {
        self.resolve(date, time).ok_or_else(|| Refusal::invalid("date", format!("{date} is out of range")))
    }

    fn resolve(&self, date: Date, time: WallTime) -> Option<Timestamp> {
        let wall = time.on(date)?;
        match self.rules.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).ok(),
            AmbiguousOffset::Gap { before, after } => self.transition_over(wall, before, after),
        }
    }

    /// The instant at which clocks here jump over `wall`, moving from one offset to the other.
    fn transition_over(&self, wall: DateTime, before: Offset, after: Offset) -> Option<Timestamp> {
        // Read with the offset of the other side, a skipped time lies on the wrong side of the transition: the
        // transition is between the two readings.
        let (earliest, latest) = (after.to_timestamp(wall).ok()?, before.to_timestamp(wall).ok()?);
        self.rules
            .following(earliest)
            .map(|transition| (transition.timestamp(), transition.offset()))
            .take_while(|(instant, _)| *instant <= latest)
            .find_map(|(instant, offset)| (offset == after).then_some(instant))
    }
}

/// What calendars and clocks of a zone show at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub shown: DateTime,
    /// From UTC, at that instant.
    pub offset: Offset,
    /// Whether clocks show this time once more, as they were or will be set back: only the offset tells the two apart.
    pub is_shown_twice: bool,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

/// Whether a name is spelled like an IANA name: no digits or signs before the first slash, no dots, no empty part.
fn has_iana_form(name: &str) -> bool {
    if name.len() > LONGEST_NAME {
        return false;
    }
    let mut parts = name.split('/');
    let area = parts.next().unwrap_or_default();
    area.starts_with(|first: char| first.is_ascii_alphabetic())
        && area.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'))
        && !NOT_AREAS.iter().any(|other| other.eq_ignore_ascii_case(area))
        && parts.all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
        })
}

/// A refused name as the refusal repeats it: as long as a real one could be.
fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// A date as exactly `YYYY-MM-DD`: the date parser alone would take times and zones behind it. Refuses others under the
/// field's name.
pub fn date(field: &str, text: &str) -> Result<Date, Refusal> {
    let has_form = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    has_form.then(|| text.parse().ok()).flatten().ok_or_else(|| Refusal::invalid(field, "must be a date as YYYY-MM-DD"))
}

/// A time on a clock's face in whole minutes, 00:00 to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    minutes: u16,
}

impl WallTime {
    pub const MIDNIGHT: Self = Self { minutes: 0 };
    pub const END_OF_DAY: Self = Self { minutes: 1440 };

    /// From minutes since midnight, 0 to 1440. Refuses others under the field's name.
    pub fn from_minutes(field: &str, minutes: i32) -> Result<Self, Refusal> {
        u16::try_from(minutes)
            .ok()
            .map(|minutes| Self { minutes })
            .filter(|time| *time <= Self::END_OF_DAY)
            .ok_or_else(|| Refusal::invalid(field, "must lie between 00:00 and 24:00"))
    }

    /// From `HH:MM` or `HH:MM:00`, up to `24:00`. Refuses others under the field's name.
    pub fn parse(field: &str, text: &str) -> Result<Self, Refusal> {
        Self::read(text).ok_or_else(|| Refusal::invalid(field, "must be a time as HH:MM, between 00:00 and 24:00"))
    }

    fn read(text: &str) -> Option<Self> {
        let (hour, minute) = text.strip_suffix(":00").filter(|rest| rest.len() == 5).unwrap_or(text).split_once(':')?;
        let minutes = two_digits(hour)? * 60 + two_digits(minute).filter(|minute| *minute < 60)?;
        Some(Self { minutes }).filter(|time| *time <= Self::END_OF_DAY)
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// That time on that date; 24:00 is the next date's midnight.
    fn on(self, date: Date) -> Option<DateTime> {
        if self == Self::END_OF_DAY {
            return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
        }
        let hour = i8::try_from(self.minutes / 60).ok()?;
        let minute = i8::try_from(self.minutes % 60).ok()?;
        Some(date.at(hour, minute, 0, 0))
    }
}

fn two_digits(text: &str) -> Option<u16> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u16::from(tens - b'0') * 10 + u16::from(ones - b'0')),
        _ => None,
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

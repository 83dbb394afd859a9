//! Weeks, as tier limits count them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::ISOWeekDate;

use crate::zone::Zone;

/// How many starts fall into each ISO week of a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Weeks {
    zone: Zone,
    starts: HashMap<(i16, i8), i64>,
}

impl Weeks {
    /// Counts in the organization's zone, never in the viewer's.
    pub fn count(zone: Zone, starts: impl IntoIterator<Item = Timestamp>) -> Self {
        let mut weeks = Self { zone, starts: HashMap::new() };
        for start in starts {
            *weeks.starts.entry(weeks.of(start)).or_default() += 1;
        }
        weeks
    }

    /// How many start in the week in which `start` lies.
    pub fn in_week_of(&self, start: Timestamp) -> i64 {
        self.starts.get(&self.of(start)).copied().unwrap_or_default()
    }

    fn of(&self, start: Timestamp) -> (i16, i8) {
        let week: ISOWeekDate = self.zone.date_at(start).iso_week_date();
        (week.year(), week.week())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_at_midnight_of_the_zone() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // Sunday 23:30 and Monday 00:30 in Berlin.
        let starts = [at("2026-11-22T22:30:00Z"), at("2026-11-22T23:30:00Z"), at("2026-11-25T12:00:00Z")];
        let weeks = Weeks::count(Zone::iana("Europe/Berlin").unwrap(), starts);
        assert_eq!((weeks.in_week_of(starts[0]), weeks.in_week_of(starts[1])), (1, 2));
        // The year's last days may belong to the next year's first week.
        let new_year = Weeks::count(Zone::iana("UTC").unwrap(), [at("2025-12-30T12:00:00Z")]);
        assert_eq!(new_year.in_week_of(at("2026-01-02T12:00:00Z")), 1);
    }
}

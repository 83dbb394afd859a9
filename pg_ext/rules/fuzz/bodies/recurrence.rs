//! Any bytes as a block and a range of dates: the slots keep their laws, and nothing panics.

use std::collections::BTreeSet;

use convene_rules::recurrence::{Recurrence, occurrences};
use convene_rules::slots::{Block, Slot, Window, WindowParts};
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::Date;
use strum::VariantArray;

const ZONES: [&str; 8] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Antarctica/Troll",
];
/// Dates and slots looked at in one run, at most.
const MOST: usize = 300;

/// Panics where a law is broken. Bytes that make no block pass.
pub fn check(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let recurrence = Recurrence::VARIANTS[usize::from(bytes.byte()) % Recurrence::VARIANTS.len()];
    let start_date = bytes.date();
    let until_date = (bytes.byte() % 2 == 0).then(|| bytes.date());
    let (from, to) = (bytes.date(), bytes.date());
    let dates: Vec<_> = occurrences(recurrence, start_date, until_date, from..=to).take(MOST).collect();
    check_dates(&dates, recurrence, (start_date, until_date), (from, to));

    let Some(window) = bytes.window() else { return };
    for date in dates.iter().take(20) {
        check_window(&window, *date);
    }
    let block = Block { window, recurrence, start_date, until_date };
    let no_days_off = BTreeSet::new();
    let slots: Vec<_> = block.slots(from..=to, &no_days_off).take(MOST).collect();
    assert!(slots.windows(2).all(|pair| pair[0].end <= pair[1].start), "slots overlap");
    let one_by_one = dates.iter().flat_map(|date| block.slots(*date..=*date, &no_days_off));
    assert!(dates.len() == MOST || one_by_one.take(MOST).eq(slots), "slots depend on the range");
}

fn check_dates(dates: &[Date], recurrence: Recurrence, (start, until): (Date, Option<Date>), (from, to): (Date, Date)) {
    assert!(dates.is_sorted_by(|earlier, later| earlier < later), "dates out of order");
    for date in dates {
        assert!(start <= *date && from <= *date && *date <= to, "a date outside its range");
        assert!(until.is_none_or(|until| *date <= until), "a date after the last");
        let recurs = match recurrence {
            Recurrence::OneTime => *date == start,
            Recurrence::Weekly => date.weekday() == start.weekday(),
            Recurrence::Monthly => date.day() == start.day(),
            Recurrence::Quarterly => date.day() == start.day() && (date.month() - start.month()) % 3 == 0,
        };
        assert!(recurs, "a date of another recurrence");
    }
}

fn check_window(window: &Window, date: Date) {
    let slots: Vec<Slot> = window.slots(date).collect();
    match window.bounds(date) {
        Ok(Some((start, end))) => {
            assert!(slots.iter().all(|slot| start <= slot.start && slot.start < slot.end && slot.end <= end));
        }
        Ok(None) | Err(_) => assert!(slots.is_empty(), "slots without a window"),
    }
}

/// Reads values off the front; a byte that is not there is 0.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// Mostly a date near ours, sometimes one at an end of the calendar.
    fn date(&mut self) -> Date {
        let days = jiff::Span::new().days(i32::from(self.number()));
        let from = match self.byte() {
            0 => return Date::MIN.saturating_add(days),
            1 => return Date::MAX.saturating_sub(days),
            _ => jiff::civil::date(1970, 1, 1),
        };
        from.saturating_add(days)
    }

    fn window(&mut self) -> Option<Window> {
        let zone = Zone::iana(ZONES[usize::from(self.byte()) % ZONES.len()]).ok()?;
        let start = WallTime::from_minutes("start_time", i32::from(self.number() % 1_442)).ok()?;
        let end = WallTime::from_minutes("end_time", i32::from(self.number() % 1_442)).ok()?;
        let ends_next_day = self.byte() % 2 == 1;
        let (slot_minutes, buffer_minutes) = (i32::from(self.number() % 512), i32::from(self.byte()));
        Window::new(WindowParts { start, end, ends_next_day, zone, slot_minutes, buffer_minutes }).ok()
    }
}

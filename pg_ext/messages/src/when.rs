//! Instants as people read them.

use convene_rules::zone::Zone;
use jiff::Timestamp;
use jiff::civil::Weekday;

use crate::language::Language;
use crate::phrase::Phrase;
use crate::texts::{Args, write};

const MONTHS: [Phrase; 12] = [
    Phrase::MonthJanuary,
    Phrase::MonthFebruary,
    Phrase::MonthMarch,
    Phrase::MonthApril,
    Phrase::MonthMay,
    Phrase::MonthJune,
    Phrase::MonthJuly,
    Phrase::MonthAugust,
    Phrase::MonthSeptember,
    Phrase::MonthOctober,
    Phrase::MonthNovember,
    Phrase::MonthDecember,
];

/// An instant in a zone and a language, such as "Monday, 5 January 2026, 14:30 (Europe/Berlin)".
///
/// In the hour that clocks show twice when they are set back, with the offset from UTC.
pub(crate) fn wall_time(instant: Timestamp, zone: &Zone, language: Language) -> String {
    let reading = zone.reading_at(instant);
    let shown = reading.shown;
    let month = MONTHS.iter().zip(1..).find(|(_, number)| *number == shown.month()).map(|(month, _)| *month);
    let mut args = Args::default();
    args.text("weekday", write(language, weekday(shown.weekday()), &Args::default()));
    args.text("day", shown.day().to_string());
    args.text("month", month.map(|month| write(language, month, &Args::default())).unwrap_or_default());
    args.text("year", shown.year().to_string());
    args.text("time", format!("{:02}:{:02}", shown.hour(), shown.minute()));
    args.text("zone", zone.name());
    if reading.is_shown_twice {
        args.text("offset", reading.offset.to_string());
        return write(language, Phrase::WallTimeShownTwice, &args);
    }
    write(language, Phrase::WallTime, &args)
}

fn weekday(weekday: Weekday) -> Phrase {
    match weekday {
        Weekday::Monday => Phrase::WeekdayMonday,
        Weekday::Tuesday => Phrase::WeekdayTuesday,
        Weekday::Wednesday => Phrase::WeekdayWednesday,
        Weekday::Thursday => Phrase::WeekdayThursday,
        Weekday::Friday => Phrase::WeekdayFriday,
        Weekday::Saturday => Phrase::WeekdaySaturday,
        Weekday::Sunday => Phrase::WeekdaySunday,
    }
}

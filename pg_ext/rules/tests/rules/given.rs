//! What tests start from: zones, dates, windows and blocks, by hand or by chance.

use std::ops::RangeInclusive;

use convene_rules::recurrence::Recurrence;
use convene_rules::refusal::Refusal;
use convene_rules::slots::{Block, Window, WindowParts};
use convene_rules::zone::{WallTime, Zone};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use strum::VariantArray;

/// Zones whose clocks do something odd between 1970 and 2100, and some that never do.
pub const ZONES: [&str; 18] = [
    "UTC",
    "Asia/Kolkata",         // half-hour offset
    "Asia/Kathmandu",       // offset of 45 minutes
    "America/New_York",     // transitions at 02:00
    "Europe/Berlin",        // another month, another hour
    "Europe/Dublin",        // negative daylight saving in winter
    "Australia/Lord_Howe",  // moves by half an hour
    "Antarctica/Troll",     // moves by two hours
    "Pacific/Chatham",      // transitions at 02:45
    "America/St_Johns",     // transitions at 00:01, for a time
    "America/Sao_Paulo",    // transitions at midnight
    "Asia/Beirut",          // midnight is skipped
    "America/Havana",       // midnight is skipped, and repeated at 01:00
    "Africa/Casablanca",    // four transitions a year
    "Asia/Gaza",            // rules by decree
    "Pacific/Apia",         // skipped 2011-12-30
    "Pacific/Kwajalein",    // skipped 1993-08-21
    "America/Scoresbysund", // moved its offset and its daylight saving at once
];

pub fn zone(name: &str) -> Zone {
    Zone::iana(name).unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn time(text: &str) -> WallTime {
    WallTime::parse("time", text).unwrap()
}

/// A same-day window without buffers; `hours` as in `09:00-17:00`.
pub fn window(zone_name: &str, hours: &str, slot_minutes: i32) -> Window {
    build(zone_name, hours, false, slot_minutes)
}

/// A window without buffers that ends on the next day.
pub fn night(zone_name: &str, hours: &str, slot_minutes: i32) -> Window {
    build(zone_name, hours, true, slot_minutes)
}

fn build(zone_name: &str, hours: &str, ends_next_day: bool, slot_minutes: i32) -> Window {
    let (start, end) = hours.split_once('-').unwrap();
    let (start, end, zone) = (time(start), time(end), zone(zone_name));
    Window::new(WindowParts { start, end, ends_next_day, zone, slot_minutes, buffer_minutes: 0 }).unwrap()
}

/// The field that a refused argument is reported under.
pub fn refused_field<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> String {
    match outcome {
        Err(Refusal::ValidationError { field, .. }) => field,
        other => panic!("not a refused argument: {other:?}"),
    }
}

pub fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(ZONES.to_vec()).prop_map(zone)
}

pub fn any_recurrence() -> impl Strategy<Value = Recurrence> {
    prop::sample::select(Recurrence::VARIANTS)
}

/// 1970-01-01 to 2099-12-31.
pub fn any_date() -> impl Strategy<Value = Date> {
    (0..47_482_i32).prop_map(|days| days_after(date("1970-01-01"), days))
}

/// A date within a day of one on which the zone's clocks jump, and the zone: where mistakes are.
pub fn any_odd_date() -> impl Strategy<Value = (Zone, Date)> {
    (any_zone(), any_date(), -1..=1_i32).prop_map(|(zone, from, off)| {
        let rules = jiff::tz::TimeZone::get(zone.name()).unwrap();
        let from_instant = rules.to_timestamp(from.at(12, 0, 0, 0)).unwrap();
        let jump = rules.following(from_instant).next().map(|transition| zone.date_at(transition.timestamp()));
        let odd = days_after(jump.unwrap_or(from), off);
        (zone, odd)
    })
}

pub fn any_zone_and_date() -> impl Strategy<Value = (Zone, Date)> {
    prop_oneof![2 => any_odd_date(), 1 => (any_zone(), any_date())]
}

pub fn any_wall_time() -> impl Strategy<Value = WallTime> {
    prop_oneof![0..=1440_i32, (0..=96_i32).prop_map(|quarters| quarters * 15)]
        .prop_map(|minutes| WallTime::from_minutes("time", minutes).unwrap())
}

/// A window of any accepted form, in parts, and a date, often an odd one.
pub fn any_window_and_date() -> impl Strategy<Value = (WindowParts, Date)> {
    let start = any_wall_time().prop_filter("windows start before 24:00", |start| *start < WallTime::END_OF_DAY);
    let minutes = (5..=480_i32, prop_oneof![Just(0), 0..=240_i32]);
    (any_zone_and_date(), start, any_wall_time(), minutes).prop_map(
        |((zone, date), start, end, (slot_minutes, buffer_minutes))| {
            let ends_next_day = end <= start;
            (WindowParts { start, end, ends_next_day, zone, slot_minutes, buffer_minutes }, date)
        },
    )
}

/// A block around a date, often an odd one, and a range of dates that may miss it.
pub fn any_block_and_range() -> impl Strategy<Value = (Block, RangeInclusive<Date>)> {
    let spread = (-400..=30_i32, prop::option::of(0..=800_i32), -60..=30_i32, -5..=90_i32);
    (any_window_and_date(), any_recurrence(), spread).prop_map(
        |((parts, date), recurrence, (start, until, from, length))| {
            let start_date = days_after(date, start);
            let until_date = until.map(|days| days_after(start_date, days));
            let from = days_after(date, from);
            let window = Window::new(parts).unwrap();
            (Block { window, recurrence, start_date, until_date }, from..=days_after(from, length))
        },
    )
}

pub fn days_after(date: Date, days: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(days))
}

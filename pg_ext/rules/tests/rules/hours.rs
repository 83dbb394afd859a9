//! When hosts can be booked.

use convene_rules::hours::{DayWindow, Grid, Hours, Opening, Travel};
use convene_rules::timeline::Span;
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn window(start: &str, end: &str) -> DayWindow {
    DayWindow { start: WallTime::parse("start", start).unwrap(), end: WallTime::parse("end", end).unwrap() }
}

fn every_day(zone: &str, start: &str, end: &str) -> Hours {
    let mut hours = Hours::new(Zone::iana(zone).unwrap());
    (1..=7).for_each(|weekday| hours.every_week(weekday, window(start, end)));
    hours
}

fn starts(opening: &Opening, grid: Grid, from: &str, to: &str) -> Vec<String> {
    opening.offered(at(from), at(to), grid).map(|span| span.start.to_string()).collect()
}

#[test]
fn windows_of_a_day_that_touch_or_overlap_are_one_whatever_their_order() {
    let mut hours = Hours::new(Zone::iana("UTC").unwrap());
    for (start, end) in [("13:00", "15:00"), ("09:00", "10:00"), ("10:00", "11:00"), ("14:00", "14:30")] {
        hours.every_week(1, window(start, end));
    }
    let monday = Span { start: at("2026-06-01T00:00:00Z"), end: at("2026-06-02T00:00:00Z") };
    let found: Vec<String> = hours.windows(monday).iter().map(|span| format!("{} {}", span.start, span.end)).collect();
    assert_eq!(found, ["2026-06-01T09:00:00Z 2026-06-01T11:00:00Z", "2026-06-01T13:00:00Z 2026-06-01T15:00:00Z"]);
}

#[test]
fn a_clock_change_shortens_or_lengthens_a_day_and_no_time_is_offered_twice() {
    let opening = |day: &str| {
        let start = at(day);
        let span = Span { start, end: start + SignedDuration::from_hours(26) };
        Opening::new(every_day("Europe/Berlin", "00:00", "24:00").windows(span))
    };
    let grid = Grid::new(60, None);
    // 2026-03-29 has 23 hours in Berlin, 2026-10-25 has 25.
    assert_eq!(
        starts(&opening("2026-03-28T23:00:00Z"), grid, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z").len(),
        23
    );
    assert_eq!(
        starts(&opening("2026-10-24T22:00:00Z"), grid, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z").len(),
        25
    );
}

#[test]
fn who_travels_is_there_by_the_clocks_of_that_place() {
    let mut hours = every_day("Europe/Berlin", "09:00", "10:00");
    let zone = Zone::iana("America/New_York").unwrap();
    hours.travel(Travel { first_day: date(2026, 6, 2), last_day: date(2026, 6, 2), zone });
    let span = Span { start: at("2026-06-01T00:00:00Z"), end: at("2026-06-04T00:00:00Z") };
    let found: Vec<String> = hours.windows(span).iter().map(|span| span.start.to_string()).collect();
    assert_eq!(found, ["2026-06-01T07:00:00Z", "2026-06-02T13:00:00Z", "2026-06-03T07:00:00Z"]);
}

#[test]
fn two_hosts_meet_where_both_are_open() {
    let span = Span { start: at("2026-06-01T00:00:00Z"), end: at("2026-06-02T00:00:00Z") };
    let one = Opening::new(every_day("UTC", "09:00", "12:00").windows(span));
    let other = Opening::new(every_day("UTC", "10:15", "18:00").windows(span));
    let found = starts(&one.and(&other), Grid::new(30, None), "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z");
    assert_eq!(found, ["2026-06-01T10:15:00Z", "2026-06-01T10:45:00Z", "2026-06-01T11:15:00Z"]);
}

fn a_date() -> impl Strategy<Value = Date> {
    (0_i64..800).prop_map(|day| date(2026, 1, 1).saturating_add(jiff::Span::new().days(day)))
}

fn some_hours() -> impl Strategy<Value = Hours> {
    let zones =
        prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]);
    let windows = prop::collection::vec((1_i16..=7, 0_i32..1440, 1_i32..600), 0..12);
    let travels =
        prop::collection::vec((a_date(), prop::sample::select(vec!["Pacific/Kiritimati", "Pacific/Honolulu"])), 0..3);
    (zones, windows, prop::collection::vec(a_date(), 0..4), travels).prop_map(|(zone, windows, days_off, travels)| {
        let mut hours = Hours::new(Zone::iana(zone).unwrap());
        for (weekday, start, length) in windows {
            let end = (start + length).min(1440);
            let time = |minutes| WallTime::from_minutes("time", minutes).unwrap();
            hours.every_week(weekday, DayWindow { start: time(start), end: time(end) });
        }
        days_off.into_iter().for_each(|date| hours.day_off(date));
        for (date, zone) in travels {
            hours.travel(Travel { first_day: date, last_day: date, zone: Zone::iana(zone).unwrap() });
        }
        hours
    })
}

proptest! {
    #[test]
    fn what_is_offered_depends_on_no_range_that_is_asked_for(
        hours in some_hours(), day in 0_i64..790, ahead in 1_i64..100, length in 5_i32..300, interval in 5_i32..200,
    ) {
        let start = at("2026-01-01T00:00:00Z") + SignedDuration::from_hours(24 * day) + SignedDuration::from_mins(17);
        let end = start + SignedDuration::from_hours(ahead);
        let grid = Grid::new(length, Some(interval));
        let longest = SignedDuration::from_hours(6);
        let near = Opening::new(hours.windows(Span { start, end: end + longest }));
        let wide = Opening::new(hours.windows(Span { start: start - longest * 20, end: end + longest * 20 }));
        let offered: Vec<Span> = near.offered(start, end, grid).collect();
        prop_assert_eq!(&offered, &wide.offered(start, end, grid).collect::<Vec<_>>());
        for span in &offered {
            prop_assert!(span.start >= start && span.start < end);
            prop_assert!(near.contains(*span) && near.starts_at(span.start, grid));
        }
        prop_assert!(offered.windows(2).all(|pair| pair[0].start < pair[1].start));
        // And nothing that is offered was left out.
        let mut second = start;
        while second < end {
            let span = Span { start: second, end: second + SignedDuration::from_mins(i64::from(length)) };
            let is_offered = wide.starts_at(second, grid) && wide.contains(span);
            prop_assert_eq!(is_offered, offered.iter().any(|offered| offered.start == second));
            second += SignedDuration::from_mins(1);
        }
    }

    #[test]
    fn both_are_open_exactly_where_each_is(one in some_hours(), other in some_hours(), day in 0_i64..790) {
        let start = at("2026-01-01T00:00:00Z") + SignedDuration::from_hours(24 * day);
        let span = Span { start, end: start + SignedDuration::from_hours(72) };
        let (one, other) = (Opening::new(one.windows(span)), Opening::new(other.windows(span)));
        let both = one.and(&other);
        for minute in 0..72 * 60 {
            let start = start + SignedDuration::from_mins(minute);
            let meeting = Span { start, end: start + SignedDuration::from_mins(30) };
            prop_assert_eq!(both.contains(meeting), one.contains(meeting) && other.contains(meeting));
        }
    }
}

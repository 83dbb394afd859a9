//! How many meetings a host may have.

use convene_rules::tally::{Full, Limit, Limits, Period, Tally, Unit};
use convene_rules::timeline::Span;
use convene_rules::zone::Zone;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

fn meeting(start: &str, minutes: i64) -> Span {
    let start: Timestamp = start.parse().unwrap();
    Span { start, end: start + SignedDuration::from_mins(minutes) }
}

fn tally(meetings: &[Span]) -> Tally {
    Tally::count(Zone::iana("Europe/Berlin").unwrap(), meetings.iter().copied())
}

fn meetings(most: i32) -> Limit {
    Limit { meetings: Some(most), minutes: None }
}

#[test]
fn a_day_is_the_hosts_and_its_limit_ends_at_their_midnight() {
    // 23:30 on Monday in Berlin.
    let tally = tally(&[meeting("2026-06-01T21:30:00Z", 60)]);
    let limits = Limits { per_day: meetings(1), ..Limits::default() };
    let full = Full { period: Period::Day, unit: Unit::Meetings, limit: 1, again_from: date(2026, 6, 2) };
    assert_eq!(tally.full(meeting("2026-06-01T10:00:00Z", 30), limits), Some(full));
    assert_eq!(tally.full(meeting("2026-06-01T22:00:00Z", 30), limits), None);
}

#[test]
fn of_several_limits_the_one_that_lasts_longest_is_told() {
    let tally = tally(&[meeting("2026-06-30T10:00:00Z", 30), meeting("2026-06-29T10:00:00Z", 30)]);
    let limits = Limits { per_day: meetings(1), per_week: meetings(2), per_month: meetings(2) };
    // 30 June 2026 is a Tuesday: the next month begins before the next week.
    let full = tally.full(meeting("2026-06-30T12:00:00Z", 30), limits).unwrap();
    assert_eq!((full.period, full.again_from), (Period::Week, date(2026, 7, 6)));
    assert_eq!(tally.full(meeting("2026-07-06T12:00:00Z", 30), limits), None);
}

#[test]
fn minutes_are_those_of_the_meetings_with_the_new_one() {
    let tally = tally(&[meeting("2026-06-01T10:00:00Z", 60)]);
    let limits = Limits { per_week: Limit { meetings: None, minutes: Some(90) }, ..Limits::default() };
    assert_eq!(tally.full(meeting("2026-06-02T10:00:00Z", 30), limits), None);
    let full = tally.full(meeting("2026-06-07T10:00:00Z", 45), limits).unwrap();
    assert_eq!((full.unit, full.limit, full.again_from), (Unit::Minutes, 90, date(2026, 6, 8)));
}

#[test]
fn a_member_has_the_stricter_of_their_own_limit_and_the_event_types() {
    let limits = Limits { per_day: meetings(4), ..Limits::default() }.and_meetings(Some(2), Some(9));
    assert_eq!((limits.per_day, limits.per_week), (meetings(2), meetings(9)));
    assert_eq!(limits.and_meetings(Some(3), None).per_day, meetings(2));
}

use convene_rules::schedule::last_due;
use jiff::Timestamp;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_last_time_a_schedule_fell_due_is_found() {
    for (schedule, now, due) in [
        ("* * * * *", "2026-03-04T05:06:59Z", "2026-03-04T05:06:00Z"),
        ("*/15 * * * *", "2026-03-04T05:14:59Z", "2026-03-04T05:00:00Z"),
        ("0 */4 * * *", "2026-03-04T03:59:00Z", "2026-03-04T00:00:00Z"),
        ("0 0 * * *", "2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z"),
        ("0 0 * * *", "2026-03-03T23:59:59.999999Z", "2026-03-03T00:00:00Z"),
        ("30 6 1 * *", "2026-03-01T06:29:00Z", "2026-02-01T06:30:00Z"),
        ("0 12 31 * *", "2026-03-30T00:00:00Z", "2026-01-31T12:00:00Z"),
        ("0 12 29 2 *", "2026-03-04T00:00:00Z", "2024-02-29T12:00:00Z"),
        ("0 9 * * 1-5", "2026-03-08T12:00:00Z", "2026-03-06T09:00:00Z"),
        ("0 9 * * 7", "2026-03-09T12:00:00Z", "2026-03-08T09:00:00Z"),
        ("5,35 1-3 * * *", "2026-03-04T02:20:00Z", "2026-03-04T02:05:00Z"),
    ] {
        assert_eq!(last_due(schedule, at(now)), Some(at(due)), "{schedule} at {now}");
    }
}

#[test]
fn either_kind_of_day_is_enough_when_both_are_restricted() {
    assert_eq!(last_due("0 9 13 * 5", at("2026-03-09T12:00:00Z")), Some(at("2026-03-06T09:00:00Z")));
}

#[test]
fn what_is_no_schedule_or_names_no_minute_is_never_due() {
    for schedule in ["", "nonsense", "61 * * * *", "* * * *", "* * * * * *", "30 seconds", "0 0 31 2 *"] {
        assert_eq!(last_due(schedule, at("2026-03-04T00:00:00Z")), None, "{schedule}");
    }
}

proptest! {
    #[test]
    fn what_is_due_every_minute_was_due_less_than_a_minute_ago(seconds in 0_i64..=4_102_444_800) {
        let now = Timestamp::from_second(seconds).unwrap();
        prop_assert_eq!(last_due("* * * * *", now).unwrap().as_second(), seconds - seconds % 60);
    }
}

use std::collections::BTreeSet;

use convene_rules::recurrence::Recurrence;
use convene_rules::slots::{Block, Slot, Window, WindowParts};
use jiff::civil::Date;

use crate::given::{date, night, refused_field, time, window, zone};

/// Slots as `start/end`, in UTC without seconds.
fn slots(window: &Window, day: &str) -> Vec<String> {
    window.slots(date(day)).map(shown).collect()
}

fn shown(slot: Slot) -> String {
    format!("{}/{}", slot.start.strftime("%dT%H:%M"), slot.end.strftime("%dT%H:%M"))
}

#[test]
fn a_window_is_cut_from_its_start_and_the_last_slot_ends_within_it() {
    let morning = window("UTC", "09:00-10:20", 30);
    assert_eq!(slots(&morning, "2026-01-05"), ["05T09:00/05T09:30", "05T09:30/05T10:00"]);
}

#[test]
fn a_buffer_separates_slots_and_none_is_needed_after_the_last() {
    let parts = WindowParts {
        start: time("09:00"),
        end: time("10:40"),
        ends_next_day: false,
        zone: zone("UTC"),
        slot_minutes: 30,
        buffer_minutes: 5,
    };
    let buffered = Window::new(parts).unwrap();
    assert_eq!(slots(&buffered, "2026-01-05"), ["05T09:00/05T09:30", "05T09:35/05T10:05", "05T10:10/05T10:40"]);
}

#[test]
fn a_window_over_the_spring_gap_is_an_hour_shorter() {
    let new_york = window("America/New_York", "01:00-04:00", 60);
    assert_eq!(slots(&new_york, "2026-03-08"), ["08T06:00/08T07:00", "08T07:00/08T08:00"]);
    let berlin = window("Europe/Berlin", "01:00-04:00", 60);
    assert_eq!(slots(&berlin, "2026-03-29"), ["29T00:00/29T01:00", "29T01:00/29T02:00"]);
}

#[test]
fn a_window_that_starts_in_the_gap_starts_at_the_transition() {
    assert_eq!(slots(&window("America/New_York", "02:30-04:00", 60), "2026-03-08"), ["08T07:00/08T08:00"]);
}

#[test]
fn a_window_that_ends_in_the_gap_ends_at_the_transition() {
    assert_eq!(
        slots(&window("America/New_York", "01:00-02:30", 30), "2026-03-08"),
        ["08T06:00/08T06:30", "08T06:30/08T07:00"]
    );
}

#[test]
fn a_window_wholly_inside_the_gap_is_empty() {
    for (zone, hours, day) in [
        ("America/New_York", "02:00-03:00", "2026-03-08"),
        ("America/New_York", "02:15-02:45", "2026-03-08"),
        ("Australia/Lord_Howe", "02:05-02:25", "2026-10-04"),
        ("Asia/Beirut", "00:00-01:00", "2022-03-27"),
        ("Pacific/Apia", "09:00-17:00", "2011-12-30"),
        ("Pacific/Apia", "00:00-24:00", "2011-12-30"),
    ] {
        let skipped = window(zone, hours, 5);
        assert_eq!(skipped.bounds(date(day)), Ok(None), "{zone} {hours}");
        assert_eq!(skipped.slots(date(day)).count(), 0, "{zone} {hours}");
    }
}

#[test]
fn a_window_over_the_autumn_fold_is_an_hour_longer() {
    let new_york = window("America/New_York", "00:30-02:30", 60);
    assert_eq!(slots(&new_york, "2026-11-01"), ["01T04:30/01T05:30", "01T05:30/01T06:30", "01T06:30/01T07:30"]);
    assert_eq!(window("Europe/Berlin", "00:00-24:00", 60).slots(date("2026-10-25")).count(), 25);
    assert_eq!(window("Europe/Berlin", "00:00-24:00", 60).slots(date("2026-03-29")).count(), 23);
}

#[test]
fn a_window_that_ends_in_the_fold_ends_at_the_first_occurrence() {
    assert_eq!(slots(&window("America/New_York", "00:30-01:30", 60), "2026-11-01"), ["01T04:30/01T05:30"]);
}

#[test]
fn lord_howe_gains_and_loses_half_an_hour() {
    let day = window("Australia/Lord_Howe", "00:00-24:00", 30);
    assert_eq!(day.slots(date("2026-10-04")).count(), 47);
    assert_eq!(day.slots(date("2026-10-05")).count(), 48);
    assert_eq!(day.slots(date("2026-04-05")).count(), 49);
}

#[test]
fn a_night_into_a_skipped_day_ends_where_the_day_was_skipped() {
    // Friday 2011-12-30 did not happen in Apia: Thursday's night has two hours, and Friday's is Saturday's first two.
    let nights = night("Pacific/Apia", "22:00-02:00", 60);
    assert_eq!(slots(&nights, "2011-12-29"), ["30T08:00/30T09:00", "30T09:00/30T10:00"]);
    assert_eq!(slots(&nights, "2011-12-30"), ["30T10:00/30T11:00", "30T11:00/30T12:00"]);
}

#[test]
fn a_window_may_end_at_24_00() {
    assert_eq!(
        slots(&window("Asia/Kolkata", "23:00-24:00", 30), "2026-01-05"),
        ["05T17:30/05T18:00", "05T18:00/05T18:30"]
    );
}

#[test]
fn a_window_that_crosses_midnight_keeps_real_minutes() {
    let shift = night("America/New_York", "23:00-03:00", 60);
    assert_eq!(shift.slots(date("2026-01-05")).count(), 4);
    assert_eq!(shift.slots(date("2026-03-07")).count(), 3);
    assert_eq!(shift.slots(date("2026-10-31")).count(), 5);
}

#[test]
fn a_night_from_a_time_to_the_same_time_is_a_whole_day() {
    assert_eq!(night("UTC", "09:00-09:00", 60).slots(date("2026-01-05")).count(), 24);
    assert_eq!(night("UTC", "00:00-00:00", 60).slots(date("2026-01-05")).count(), 24);
}

#[test]
fn a_monthly_block_on_the_31st_yields_slots_on_the_31st_only() {
    let block = Block {
        window: window("Europe/Berlin", "09:00-10:00", 60),
        recurrence: Recurrence::Monthly,
        start_date: date("2026-01-31"),
        until_date: None,
    };
    let starts: Vec<_> = block
        .slots(date("2026-02-01")..=date("2026-06-30"), &BTreeSet::new())
        .map(|slot| slot.start.to_string())
        .collect();
    assert_eq!(starts, ["2026-03-31T07:00:00Z", "2026-05-31T07:00:00Z"]);
}

#[test]
fn a_day_off_takes_the_windows_that_start_on_it() {
    let block = Block {
        window: night("America/New_York", "22:00-02:00", 60),
        recurrence: Recurrence::Weekly,
        start_date: date("2026-01-05"),
        until_date: None,
    };
    let range = date("2026-01-01")..=date("2026-01-31");
    let days_off = BTreeSet::from([date("2026-01-12"), date("2026-01-20")]);
    let days: BTreeSet<_> = block.slots(range, &days_off).map(|slot| block.window.zone().date_at(slot.start)).collect();
    let expected = ["2026-01-05", "2026-01-06", "2026-01-19", "2026-01-20", "2026-01-26", "2026-01-27"];
    assert_eq!(days, expected.map(date).into_iter().collect());
}

#[test]
fn windows_of_the_wrong_shape_are_refused_by_field() {
    let refused = |start, end, ends_next_day, slot_minutes, buffer_minutes| {
        let parts = WindowParts {
            start: time(start),
            end: time(end),
            ends_next_day,
            zone: zone("UTC"),
            slot_minutes,
            buffer_minutes,
        };
        refused_field(Window::new(parts))
    };
    assert_eq!(refused("24:00", "24:00", false, 30, 0), "start_time");
    assert_eq!(refused("24:00", "01:00", true, 30, 0), "start_time");
    assert_eq!(refused("10:00", "10:00", false, 30, 0), "end_time");
    assert_eq!(refused("10:00", "09:00", false, 30, 0), "end_time");
    assert_eq!(refused("10:00", "10:01", true, 30, 0), "end_time");
    for minutes in [i32::MIN, -30, 0, 4, 481, i32::MAX] {
        assert_eq!(refused("09:00", "17:00", false, minutes, 0), "slot_minutes");
    }
    for minutes in [i32::MIN, -1, 241, i32::MAX] {
        assert_eq!(refused("09:00", "17:00", false, 30, minutes), "buffer_minutes");
    }
}

#[test]
fn the_ends_of_the_calendar_have_no_slots() {
    for window in [window("Asia/Tokyo", "00:00-24:00", 5), night("America/New_York", "12:00-12:00", 5)] {
        assert_eq!(refused_field(window.bounds(Date::MAX)), "date");
        assert_eq!(window.slots(Date::MAX).count(), 0);
        let _ = window.slots(Date::MIN).count();
    }
}

use convene_rules::availability::{DayWindow, ScheduleDraft, WeeklyWindow, overrides, travels, weekly};
use convene_rules::refusal::Refusal;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::{date, refused_field, time, zone};

fn wrong<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> Value {
    outcome.unwrap_err().details()["fields"].clone()
}

fn hours(text: &str) -> DayWindow {
    let (start, end) = text.split_once('-').unwrap();
    DayWindow::new(time(start), time(end)).unwrap()
}

fn rule(weekday: i32, hours: &str) -> Value {
    let (start, end) = hours.split_once('-').unwrap();
    json!({ "weekday": weekday, "start_time": start, "end_time": end })
}

fn on(day: &str, hours: &str) -> Value {
    let (start, end) = hours.split_once('-').unwrap();
    json!({ "day": day, "start_time": start, "end_time": end })
}

#[test]
fn windows_that_touch_or_overlap_are_one() {
    let week = json!([
        rule(2, "13:00-17:00"),
        rule(1, "09:00-12:00"),
        rule(1, "12:00-13:00"),
        rule(1, "14:00-16:00"),
        rule(1, "14:00-15:00"),
        rule(1, "15:30-24:00"),
    ]);
    let expected = [(1, "09:00-13:00"), (1, "14:00-24:00"), (2, "13:00-17:00")]
        .map(|(weekday, text)| WeeklyWindow { weekday, window: hours(text) });
    assert_eq!(weekly(&week).unwrap(), expected);
    assert_eq!(weekly(&json!([])).unwrap(), []);
}

#[test]
fn everything_wrong_with_every_rule_is_listed() {
    let problems = wrong(weekly(&json!([
        rule(0, "09:00-12:00"), rule(8, "9:00-24:01"), rule(1, "12:00-12:00"), { "weekday": 1 }, "Monday",
        { "weekday": 1.5, "start_time": "09:00", "end_time": "10:00", "zone": "UTC" },
    ])));
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "rules[0].weekday",
            "rules[1].end_time",
            "rules[1].start_time",
            "rules[1].weekday",
            "rules[2].end_time",
            "rules[3].end_time",
            "rules[3].start_time",
            "rules[4]",
            "rules[5].weekday",
            "rules[5].zone",
        ]
    );
}

#[test]
fn a_weekday_has_at_most_twenty_windows() {
    let many = |count: i32| -> Value { (0..count).map(|nth| rule(3, &format!("{nth:02}:00-{nth:02}:30"))).collect() };
    assert_eq!(weekly(&many(20)).unwrap().len(), 20);
    assert_eq!(refused_field(weekly(&many(21))), "rules[20].weekday");
    let all: Value = (0..141).map(|_| rule(1, "09:00-10:00")).collect();
    assert_eq!(refused_field(weekly(&all)), "rules");
}

#[test]
fn a_date_is_off_or_has_windows() {
    let read = overrides(&json!([
        on("2026-12-31", "09:00-12:00"), { "day": "2026-12-24", "is_off": true }, on("2026-12-31", "11:00-13:00"),
        { "day": "2026-12-30", "start_time": "00:00", "end_time": "24:00", "is_off": false },
    ]))
    .unwrap();
    let days: Vec<_> = read.iter().map(|one| (one.day, one.windows.clone())).collect();
    assert_eq!(
        days,
        [
            (date("2026-12-24"), vec![]),
            (date("2026-12-30"), vec![hours("00:00-24:00")]),
            (date("2026-12-31"), vec![hours("09:00-13:00")]),
        ]
    );
    let problems = wrong(overrides(&json!([
        { "day": "2026-12-24", "is_off": true }, on("2026-12-24", "09:00-12:00"), { "day": "1969-12-31", "is_off": true },
        { "day": "2026-12-25", "is_off": true, "start_time": "09:00" }, { "day": "2026-02-30", "is_off": "yes" },
    ])));
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "overrides[1].day",
            "overrides[2].day",
            "overrides[3].start_time",
            "overrides[4].day",
            "overrides[4].end_time",
            "overrides[4].is_off",
            "overrides[4].start_time",
        ]
    );
}

#[test]
fn a_schedule_has_at_most_a_thousand_dates_of_its_own() {
    let first = date("2026-01-01");
    let off = |count: i32| -> Value {
        (0..count)
            .map(|nth| json!({ "day": crate::given::days_after(first, nth).to_string(), "is_off": true }))
            .collect()
    };
    assert_eq!(overrides(&off(1_000)).unwrap().len(), 1_000);
    assert_eq!(refused_field(overrides(&off(1_001))), "overrides");
    let windows: Value = (0..2_001).map(|_| on("2026-01-01", "09:00-10:00")).collect();
    assert_eq!(refused_field(overrides(&windows)), "overrides");
}

#[test]
fn nobody_is_in_two_places_on_one_date() {
    let stay = |first: &str, last: &str| json!({ "first_day": first, "last_day": last, "time_zone": "asia/tokyo" });
    let read = travels(&json!([stay("2026-03-10", "2026-03-20"), stay("2026-03-01", "2026-03-09")])).unwrap();
    assert_eq!(read.iter().map(|one| one.first_day).collect::<Vec<_>>(), [date("2026-03-01"), date("2026-03-10")]);
    assert_eq!(read[0].zone, zone("Asia/Tokyo"));

    let twice =
        json!([stay("2026-03-10", "2026-03-20"), stay("2026-03-01", "2026-04-01"), stay("2026-03-25", "2026-03-26")]);
    let problems = wrong(travels(&twice));
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["travel_dates[0].first_day", "travel_dates[2].first_day"]);

    let nonsense = json!([stay("2026-03-02", "2026-03-01"), { "first_day": "2026-03-05", "last_day": "2026-03-05", "time_zone": "Mars" }]);
    let problems = wrong(travels(&nonsense));
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["travel_dates[0].last_day", "travel_dates[1].time_zone"]);
}

#[test]
fn a_host_has_at_most_a_hundred_stays_elsewhere() {
    let first = date("2026-01-01");
    let stays = |count: i32| -> Value {
        let day = |nth| crate::given::days_after(first, nth).to_string();
        (0..count).map(|nth| json!({ "first_day": day(nth), "last_day": day(nth), "time_zone": "UTC" })).collect()
    };
    assert_eq!(travels(&stays(100)).unwrap().len(), 100);
    assert_eq!(refused_field(travels(&stays(101))), "travel_dates");
}

#[test]
fn a_schedule_has_a_name_and_by_default_its_hosts_zone() {
    let read = |json: Value| ScheduleDraft::from_json(&json, &zone("Europe/Berlin"));
    let draft = read(json!({ "name": " Evenings " })).unwrap();
    assert_eq!((draft.name.as_str(), draft.time_zone.name(), draft.is_default), ("Evenings", "Europe/Berlin", false));
    assert_eq!(read(json!({ "name": "a", "time_zone": "UTC" })).unwrap().time_zone, zone("UTC"));
    for (json, field) in [
        (json!({}), "name"),
        (json!({ "name": "two\nlines" }), "name"),
        (json!({ "name": "a".repeat(101) }), "name"),
        (json!({ "name": "a", "hours": [] }), "hours"),
    ] {
        assert_eq!(refused_field(read(json.clone())), field, "{json}");
    }
    assert_eq!(read(json!({ "name": "a", "time_zone": "Mars" })).unwrap_err().code(), "INVALID_TIME_ZONE");
}

#[test]
fn the_default_schedule_stays_it_until_another_is_made_it() {
    let berlin = zone("Europe/Berlin");
    let usual = ScheduleDraft::from_json(&json!({ "name": "Usual", "is_default": true }), &berlin).unwrap();
    assert_eq!(refused_field(usual.changed(&json!({ "is_default": false }))), "is_default");
    assert_eq!(refused_field(usual.changed(&json!({ "name": null }))), "name");
    let other = ScheduleDraft::from_json(&json!({ "name": "Other" }), &berlin).unwrap();
    assert!(other.changed(&json!({ "is_default": true })).unwrap().is_default);
    assert_eq!(other.changed(&json!({})).unwrap(), other);
}

/// Minutes of each weekday that some window covers.
fn covered<'a>(windows: impl Iterator<Item = (i16, &'a DayWindow)>) -> Vec<(i16, u16)> {
    let mut minutes: Vec<_> = windows
        .flat_map(|(weekday, window)| {
            (window.start.minutes()..window.end.minutes()).map(move |minute| (weekday, minute))
        })
        .collect();
    minutes.sort_unstable();
    minutes.dedup();
    minutes
}

proptest! {
    #[test]
    fn merging_windows_changes_no_minute_and_leaves_none_that_touch(
        sent in prop::collection::vec((1..=3_i16, 0..1_440_u16, 1..=300_u16), 0..20),
    ) {
        let sent: Vec<(i16, DayWindow)> = sent
            .into_iter()
            .map(|(weekday, start, length)| {
                let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
                (weekday, hours(&format!("{}-{}", clock(start), clock((start + length).min(1_440)))))
            })
            .collect();
        let week: Value = sent
            .iter()
            .map(|(weekday, window)| rule((*weekday).into(), &format!("{}-{}", window.start, window.end)))
            .collect();
        let kept = weekly(&week).unwrap();
        let before = covered(sent.iter().map(|(weekday, window)| (*weekday, window)));
        prop_assert_eq!(covered(kept.iter().map(|one| (one.weekday, &one.window))), before);
        for pair in kept.windows(2) {
            prop_assert!(pair[0].weekday < pair[1].weekday || pair[0].window.end < pair[1].window.start);
        }
    }
}

use convene_rules::event_type::EventTypeDraft;
use convene_rules::meeting_type::MeetingType;
use convene_rules::refusal::Refusal;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::{date, refused_field};

const PRESET: &str = "0190a0b0-0000-7000-8000-000000000001";

/// The least that makes an event type, with some fields put in or replaced.
fn with(fields: Value) -> Value {
    let mut event_type = json!({ "slug": "intro", "title": "Introduction" });
    event_type.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    event_type
}

fn created(fields: Value) -> EventTypeDraft {
    EventTypeDraft::from_json(&with(fields)).unwrap()
}

fn refused(fields: Value) -> String {
    refused_field(EventTypeDraft::from_json(&with(fields)))
}

/// Every field that is wrong, with its problems.
fn wrong(outcome: Result<EventTypeDraft, Refusal>) -> Value {
    outcome.unwrap_err().details()["fields"].clone()
}

#[test]
fn what_is_not_said_has_a_default() {
    let draft = created(json!({}));
    assert_eq!(
        (draft.slug.as_str(), draft.title.as_str(), draft.description.as_ref()),
        ("intro", "Introduction", None)
    );
    assert_eq!(draft.durations, [30, 15, 45, 60]);
    assert_eq!((draft.horizon_days, draft.bookable_from, draft.bookable_until), (Some(60), None, None));
    assert_eq!((draft.capacity, draft.meeting_type), (1, MeetingType::Online));
    assert_eq!((draft.is_active, draft.is_private, draft.requires_confirmation), (true, false, false));
    let nulls = json!({ "durations": null, "capacity": null, "color": null, "questions": null, "horizon_days": null });
    assert_eq!(created(nulls), draft);
}

#[test]
fn everything_can_be_said() {
    let draft = created(json!({
        "slug": "deep-dive", "title": " Deep dive ", "description": "Two hours\nfor one topic", "color": "#ABCDEF",
        "schedule_id": PRESET, "durations": [120, 60], "slot_interval_minutes": 30, "buffer_before_minutes": 10,
        "buffer_after_minutes": 240, "minimum_notice_minutes": 527_040, "bookable_from": "2026-06-01",
        "bookable_until": "2026-06-30", "limit_per_day": 1, "limit_per_week": 10_000, "limit_per_month": 100_000,
        "minutes_per_day": 5, "minutes_per_week": 10_080, "minutes_per_month": 44_640, "capacity": 1_000,
        "meeting_type": "link", "location_custom": "https://meet.example/ann", "requires_confirmation": true,
        "questions": [{ "key": "topic", "label": "Topic", "kind": "text" }], "is_active": false, "is_private": true
    }));
    assert_eq!((draft.title.as_str(), draft.color.as_str()), ("Deep dive", "#abcdef"));
    assert_eq!((draft.horizon_days, draft.bookable_from), (None, Some(date("2026-06-01"))));
    assert_eq!(draft.location_custom.as_deref(), Some("https://meet.example/ann"));
}

#[test]
fn every_wrong_field_is_listed_with_its_problems() {
    let problems = wrong(EventTypeDraft::from_json(&json!({
        "slug": "Intro-", "description": 7, "color": "red", "durations": [5, 4, 5, 1441],
        "slot_interval_minutes": 0, "buffer_before_minutes": 241, "minimum_notice_minutes": -1, "horizon_days": 731,
        "limit_per_day": 0, "minutes_per_month": 44_641, "capacity": 1.5, "meeting_type": "pub",
        "questions": [{ "key": "a b", "label": "?", "kind": "text" }], "is_private": "no", "price": 5
    })));
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "buffer_before_minutes",
            "capacity",
            "color",
            "description",
            "durations[1]",
            "durations[2]",
            "durations[3]",
            "horizon_days",
            "is_private",
            "limit_per_day",
            "meeting_type",
            "minimum_notice_minutes",
            "minutes_per_month",
            "price",
            "questions[0].key",
            "slot_interval_minutes",
            "slug",
            "title",
        ]
    );
    assert_eq!(problems["title"], json!(["is required"]));
    assert_eq!(problems["buffer_before_minutes"], json!(["must lie between 0 and 240"]));
}

#[test]
fn a_slug_can_stand_in_an_address() {
    for slug in ["a", "a-b", "30-minutes", &"a".repeat(63)] {
        assert_eq!(created(json!({ "slug": slug })).slug, slug);
    }
    for slug in ["", "-a", "a-", "A", "a b", "ä", &"a".repeat(64)] {
        assert_eq!(refused(json!({ "slug": slug })), "slug", "{slug}");
    }
}

#[test]
fn it_is_booked_for_some_days_ahead_or_between_two_dates() {
    let between = json!({ "bookable_from": "2026-06-01", "bookable_until": "2028-05-31" });
    let draft = created(between);
    assert_eq!((draft.horizon_days, draft.bookable_until), (None, Some(date("2028-05-31"))));
    for (fields, field) in [
        (json!({ "bookable_from": "2026-06-01" }), "bookable_until"),
        (json!({ "bookable_until": "2026-06-01" }), "bookable_from"),
        (json!({ "bookable_from": "2026-06-02", "bookable_until": "2026-06-01" }), "bookable_until"),
        (json!({ "bookable_from": "2026-06-01", "bookable_until": "2028-06-01" }), "bookable_until"),
        (json!({ "bookable_from": "1969-12-31", "bookable_until": "1970-01-01" }), "bookable_from"),
        (json!({ "horizon_days": 5, "bookable_from": "2026-06-01", "bookable_until": "2026-06-02" }), "horizon_days"),
    ] {
        assert_eq!(refused(fields.clone()), field, "{fields}");
    }
}

#[test]
fn days_ahead_and_dates_replace_each_other_when_it_is_changed() {
    let ahead = created(json!({}));
    let dates = ahead.changed(&json!({ "bookable_from": "2026-06-01", "bookable_until": "2026-06-30" })).unwrap();
    assert_eq!((dates.horizon_days, dates.bookable_from), (None, Some(date("2026-06-01"))));
    let again = dates.changed(&json!({ "horizon_days": 14 })).unwrap();
    assert_eq!((again.horizon_days, again.bookable_from, again.bookable_until), (Some(14), None, None));
    assert_eq!(refused_field(again.changed(&json!({ "horizon_days": null }))), "horizon_days");
    assert_eq!(refused_field(dates.changed(&json!({ "bookable_until": null }))), "bookable_until");
}

#[test]
fn a_meeting_type_needs_its_own_place_and_no_other() {
    for (fields, field) in [
        (json!({ "meeting_type": "in_person_preset" }), "location_preset_id"),
        (json!({ "meeting_type": "in_person_custom" }), "location_custom"),
        (json!({ "meeting_type": "link" }), "location_custom"),
        (json!({ "meeting_type": "link", "location_custom": "my room" }), "location_custom"),
        (json!({ "location_custom": "the café" }), "location_custom"),
        (json!({ "meeting_type": "phone", "location_preset_id": PRESET }), "location_preset_id"),
    ] {
        assert_eq!(refused(fields.clone()), field, "{fields}");
    }
    assert_eq!(created(json!({ "meeting_type": "phone" })).location_custom, None, "the attendee may give the number");
    assert!(created(json!({ "meeting_type": "phone", "location_custom": "+49 30 123" })).location_custom.is_some());
    assert!(
        created(json!({ "meeting_type": "in_person_preset", "location_preset_id": PRESET }))
            .location_preset_id
            .is_some()
    );
}

#[test]
fn another_meeting_type_drops_the_place() {
    let link = created(json!({ "meeting_type": "link", "location_custom": "https://meet.example/ann" }));
    assert_eq!(link.changed(&json!({ "meeting_type": "online" })).unwrap().location_custom, None);
    assert_eq!(link.changed(&json!({ "meeting_type": "phone" })).unwrap().location_custom, None);
    assert_eq!(link.changed(&json!({ "title": "Other" })).unwrap().location_custom, link.location_custom);
}

#[test]
fn a_change_leaves_what_it_does_not_name_and_null_clears_what_may_be_nothing() {
    let before = created(json!({ "description": "Long", "limit_per_day": 3, "slot_interval_minutes": 15 }));
    let after = before.changed(&json!({ "description": null, "limit_per_day": null, "capacity": 4 })).unwrap();
    assert_eq!((after.description.as_ref(), after.limit_per_day, after.capacity), (None, None, 4));
    assert_eq!(after.slot_interval_minutes, Some(15));
    for field in ["slug", "title", "color", "durations", "capacity", "meeting_type", "questions", "is_active"] {
        assert_eq!(refused_field(before.changed(&json!({ field: null }))), field);
    }
    assert_eq!(before.changed(&json!({})).unwrap(), before);
}

/// Fields of an event type with values that are right or nearly so.
fn any_fields() -> impl Strategy<Value = Value> {
    let numbers = vec![
        "slot_interval_minutes",
        "buffer_before_minutes",
        "minimum_notice_minutes",
        "horizon_days",
        "limit_per_day",
        "minutes_per_week",
        "capacity",
    ];
    let number = prop_oneof![Just(Value::Null), (-5..1_500_i32).prop_map(Value::from)];
    let date = prop::sample::select(vec!["2026-06-01", "2026-06-30", "2029-01-01"]).prop_map(Value::from);
    let place = prop::sample::select(vec!["online", "in_person_preset", "in_person_custom", "phone", "link"]);
    let one = prop_oneof![
        (prop::sample::select(numbers), number),
        (prop::sample::select(vec!["bookable_from", "bookable_until"]), prop_oneof![Just(Value::Null), date]),
        (Just("meeting_type"), place.prop_map(Value::from)),
        (Just("location_custom"), prop::sample::select(vec![json!(null), json!("https://a.example")])),
        (Just("location_preset_id"), prop::sample::select(vec![json!(null), json!(PRESET)])),
        (Just("durations"), prop::collection::vec(1..100_i32, 0..4).prop_map(Value::from)),
    ];
    prop::collection::vec(one, 0..6).prop_map(|fields| fields.into_iter().collect())
}

/// What the table's checks demand.
fn fits_the_table(draft: &EventTypeDraft) -> bool {
    let (from, until) = (draft.bookable_from, draft.bookable_until);
    let words = draft.location_custom.is_some();
    draft.horizon_days.is_none() == until.is_some()
        && from.is_none() == until.is_none()
        && from.zip(until).is_none_or(|(from, until)| from <= until && (until - from).get_days() <= 730)
        && (draft.meeting_type == MeetingType::InPersonPreset) == draft.location_preset_id.is_some()
        && match draft.meeting_type {
            MeetingType::InPersonCustom | MeetingType::Link => words,
            MeetingType::Phone => true,
            MeetingType::Online | MeetingType::InPersonPreset => !words,
        }
}

proptest! {
    #[test]
    fn what_passes_fits_the_table_however_often_it_is_changed(
        first in any_fields(), changes in prop::collection::vec(any_fields(), 0..5),
    ) {
        let Ok(mut draft) = EventTypeDraft::from_json(&with(first)) else { return Ok(()) };
        prop_assert!(fits_the_table(&draft), "{:?}", draft);
        for change in changes {
            if let Ok(changed) = draft.changed(&change) {
                prop_assert!(fits_the_table(&changed), "{:?}", changed);
                draft = changed;
            }
        }
    }
}

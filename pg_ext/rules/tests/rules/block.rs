use convene_rules::block::BlockDraft;
use convene_rules::meeting_type::MeetingType;
use convene_rules::recurrence::Recurrence;
use convene_rules::refusal::Refusal;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::{date, refused_field, time};

const PRESET: &str = "0190a0b0-0000-7000-8000-000000000001";

/// The least that makes a block.
fn least() -> Value {
    json!({
        "recurrence": "weekly", "start_date": "2026-01-05", "start_time": "09:00", "end_time": "17:00", "slot_minutes": 30
    })
}

/// The least, with some fields put in or replaced.
fn with(fields: Value) -> Value {
    let mut block = least();
    block.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    block
}

fn create(json: &Value) -> Result<BlockDraft, Refusal> {
    BlockDraft::from_json(json, "Europe/Berlin")
}

fn refused(fields: Value) -> String {
    refused_field(create(&with(fields)))
}

#[test]
fn what_is_not_said_has_a_default() {
    let draft = create(&least()).unwrap();
    assert_eq!(draft.recurrence, Recurrence::Weekly);
    assert_eq!((draft.start_date, draft.until_date), (date("2026-01-05"), None));
    assert_eq!((draft.start_time, draft.end_time, draft.ends_next_day), (time("09:00"), time("17:00"), false));
    assert_eq!(draft.time_zone.name(), "Europe/Berlin");
    assert_eq!((draft.slot_minutes, draft.buffer_minutes), (30, 0));
    assert_eq!(
        (draft.meeting_type, draft.location_preset_id, draft.location_custom),
        (MeetingType::Online, None, None)
    );
    assert_eq!((draft.requires_confirmation, draft.is_active), (false, true));
}

#[test]
fn everything_can_be_said() {
    let draft = create(&json!({
        "recurrence": "quarterly", "start_date": "2026-01-31", "until_date": "2027-01-31", "start_time": "22:00:00",
        "end_time": "02:00", "ends_next_day": true, "time_zone": "america/new_york", "slot_minutes": 45,
        "buffer_minutes": 15, "meeting_type": "in_person_custom", "location_preset_id": null,
        "location_custom": " The café on the corner ", "requires_confirmation": true, "is_active": false
    }))
    .unwrap();
    assert_eq!(draft.until_date, Some(date("2027-01-31")));
    assert_eq!(draft.time_zone.name(), "America/New_York");
    assert_eq!(draft.location_custom.as_deref(), Some("The café on the corner"));
    assert!(draft.requires_confirmation && draft.ends_next_day && !draft.is_active);
    assert_eq!(draft.block().unwrap().until_date, draft.until_date);
}

#[test]
fn null_is_like_nothing_when_a_block_is_made() {
    let nulls = with(json!({"until_date": null, "time_zone": null, "buffer_minutes": null, "meeting_type": null}));
    assert_eq!(create(&nulls), create(&least()));
}

#[test]
fn the_required_fields_are_required() {
    for field in ["recurrence", "start_date", "start_time", "end_time", "slot_minutes"] {
        let mut block = least();
        block.as_object_mut().unwrap().remove(field);
        assert_eq!(refused_field(create(&block)), field);
        assert_eq!(refused(json!({field: null})), field);
    }
}

#[test]
fn unknown_fields_are_refused_by_name() {
    assert_eq!(refused(json!({"slots": 3})), "slots");
    assert_eq!(refused(json!({"mentor_id": PRESET})), "mentor_id");
    assert_eq!(refused_field(create(&least()).unwrap().changed(&json!({"Is_active": true}))), "Is_active");
    assert_eq!(refused(json!({"x".repeat(10_000): 1})).len(), 64);
}

#[test]
fn what_is_no_object_is_refused() {
    for json in [json!(null), json!([]), json!("weekly"), json!(1)] {
        assert_eq!(refused_field(create(&json)), "block");
        assert_eq!(refused_field(create(&least()).unwrap().changed(&json)), "block");
    }
}

#[test]
fn values_of_the_wrong_type_or_form_are_refused_by_field() {
    for (field, values) in [
        ("recurrence", vec![json!(1), json!("daily"), json!("Weekly")]),
        ("start_date", vec![json!("2026-02-30"), json!("05.01.2026"), json!("2026-01-05T00:00"), json!(20_260_105)]),
        ("start_date", vec![json!("1969-12-31"), json!("9999-01-01"), json!("-002026-01-05"), json!("infinity")]),
        ("until_date", vec![json!(""), json!("2026-01-04"), json!("9999-12-31"), json!(false)]),
        ("start_time", vec![json!("9:00"), json!("09:00:30"), json!(9), json!("24:00"), json!("09:00+01")]),
        ("end_time", vec![json!("08:00"), json!("09:00"), json!("24:01"), json!({})]),
        ("ends_next_day", vec![json!("true"), json!(1), json!([])]),
        (
            "slot_minutes",
            vec![json!("30"), json!(4), json!(481), json!(30.5), json!(1e300), json!(i64::MAX), json!(-30)],
        ),
        ("buffer_minutes", vec![json!(-1), json!(241), json!(u64::MAX), json!(true)]),
        ("meeting_type", vec![json!("phone"), json!(0)]),
        ("location_preset_id", vec![json!("not an id"), json!(1), json!(PRESET)]),
        ("location_custom", vec![json!(1), json!("a place"), json!(" ")]),
        ("requires_confirmation", vec![json!("yes"), json!(0)]),
        ("is_active", vec![json!("no"), json!({})]),
    ] {
        for value in values {
            assert_eq!(refused(json!({ field: value })), field, "{value}");
        }
    }
}

#[test]
fn an_unknown_zone_is_refused_as_such() {
    for name in ["Europe/Atlantis", "", "EST5EDT"] {
        let outcome = create(&with(json!({"time_zone": name})));
        assert_eq!(outcome, Err(Refusal::InvalidTimeZone { time_zone: name.to_owned() }));
    }
    assert_eq!(refused(json!({"time_zone": 1})), "time_zone");
}

#[test]
fn a_meeting_type_needs_its_own_location_and_no_other() {
    assert_eq!(refused(json!({"meeting_type": "in_person_preset"})), "location_preset_id");
    assert_eq!(refused(json!({"meeting_type": "in_person_custom"})), "location_custom");
    assert_eq!(
        refused(json!({"meeting_type": "in_person_preset", "location_preset_id": PRESET, "location_custom": "x"})),
        "location_custom"
    );
    assert_eq!(refused(json!({"meeting_type": "in_person_custom", "location_custom": "x\0"})), "location_custom");
    assert_eq!(
        refused(json!({"meeting_type": "in_person_custom", "location_custom": "é".repeat(501)})),
        "location_custom"
    );
    assert!(create(&with(json!({"meeting_type": "in_person_custom", "location_custom": "é".repeat(500)}))).is_ok());
}

#[test]
fn a_change_touches_what_it_names() {
    let draft = create(&with(json!({"until_date": "2026-12-31"}))).unwrap();
    let changed = draft.changed(&json!({"end_time": "24:00", "is_active": false})).unwrap();
    assert_eq!(changed, BlockDraft { end_time: time("24:00"), is_active: false, ..draft });
}

#[test]
fn null_clears_what_can_be_empty_and_is_refused_elsewhere() {
    let draft = create(&with(json!({"until_date": "2026-12-31"}))).unwrap();
    assert_eq!(draft.changed(&json!({"until_date": null})).unwrap().until_date, None);
    for field in ["recurrence", "time_zone", "slot_minutes", "buffer_minutes", "meeting_type", "is_active"] {
        assert_eq!(refused_field(draft.changed(&json!({ field: null }))), field);
    }
}

#[test]
fn a_change_must_leave_a_sound_block() {
    let draft = create(&with(json!({"until_date": "2026-12-31"}))).unwrap();
    assert_eq!(refused_field(draft.changed(&json!({"start_date": "2027-01-01"}))), "until_date");
    assert_eq!(refused_field(draft.changed(&json!({"end_time": "08:00"}))), "end_time");
    assert_eq!(refused_field(draft.changed(&json!({"ends_next_day": true}))), "end_time");
    assert!(draft.changed(&json!({"end_time": "08:00", "ends_next_day": true})).is_ok());
}

#[test]
fn a_changed_meeting_type_drops_the_location_it_has_no_place_for() {
    let custom = create(&with(json!({"meeting_type": "in_person_custom", "location_custom": "the café"}))).unwrap();
    let online = custom.changed(&json!({"meeting_type": "online"})).unwrap();
    assert_eq!((online.meeting_type, online.location_custom), (MeetingType::Online, None));
    let preset = custom.changed(&json!({"meeting_type": "in_person_preset", "location_preset_id": PRESET})).unwrap();
    assert_eq!(preset.location_custom, None);
    assert_eq!(
        refused_field(custom.changed(&json!({"meeting_type": "online", "location_custom": "x"}))),
        "location_custom"
    );
    assert_eq!(refused_field(custom.changed(&json!({"location_custom": null}))), "location_custom");
    assert_eq!(custom.changed(&json!({"meeting_type": "in_person_custom"})), Ok(custom.clone()));
}

/// JSON of any shape, with the names and values of blocks among the others.
fn any_json() -> impl Strategy<Value = Value> {
    let known = ["weekly", "2026-01-05", "09:00", "24:00", "UTC", "in_person_custom", PRESET];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..500_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(known.to_vec()).prop_map(Value::from),
    ];
    let names = [
        "recurrence",
        "start_date",
        "until_date",
        "start_time",
        "end_time",
        "ends_next_day",
        "time_zone",
        "slot_minutes",
        "buffer_minutes",
        "meeting_type",
        "location_preset_id",
        "location_custom",
        "is_active",
    ];
    let name = prop_oneof![9 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"];
    leaf.prop_recursive(2, 16, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_reading_panic_and_what_is_accepted_is_sound(json in any_json(), changes in any_json()) {
        let json = if json.is_object() { with(json) } else { json };
        if let Ok(draft) = create(&json) {
            prop_assert!(draft.block().is_ok());
            prop_assert_eq!(draft.changed(&json!({})), Ok(draft.clone()));
            if let Ok(changed) = draft.changed(&changes) {
                prop_assert!(changed.block().is_ok());
                prop_assert_eq!(changed.changed(&changes), Ok(changed.clone()));
            }
        }
    }
}

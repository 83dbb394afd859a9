use convene_rules::membership::{Membership, Suspension};
use convene_rules::role::Role;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::given::refused_field;

const ACTIVE: Membership = Membership { role: Role::Mentee, suspension: None };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-25T12:00:00Z")
}

fn suspended(reason: &str, until: Option<&str>) -> Membership {
    let suspension = Suspension { reason: Some(reason.to_owned()), until: until.map(at) };
    Membership { suspension: Some(suspension), ..ACTIVE }
}

fn refused(before: &Membership, changes: Value) -> String {
    refused_field(before.changed(&changes, now()))
}

#[test]
fn somebody_is_suspended_with_a_reason_and_perhaps_an_end() {
    let changed = |changes: Value| ACTIVE.changed(&changes, now()).unwrap();
    let without_end = changed(json!({ "is_active": false, "suspension_reason": " Spam " }));
    assert_eq!(without_end, suspended("Spam", None));
    let end = "2026-12-01T09:00:00Z";
    let with_end = json!({ "is_active": false, "suspension_reason": "Spam", "suspended_until": end });
    assert_eq!(changed(with_end), suspended("Spam", Some(end)));
    assert_eq!(changed(json!({ "role": "mentor" })), Membership { role: Role::Mentor, ..ACTIVE });
}

#[test]
fn a_suspension_can_be_worded_anew_prolonged_and_lifted() {
    let before = suspended("Spam", Some("2026-12-01T09:00:00Z"));
    let changed = |changes: Value| before.changed(&changes, now()).unwrap();
    assert_eq!(
        changed(json!({ "suspension_reason": "Much spam" })),
        suspended("Much spam", Some("2026-12-01T09:00:00Z"))
    );
    assert_eq!(
        changed(json!({ "suspended_until": "2027-01-01T00:00:00+01:00" })),
        suspended("Spam", Some("2026-12-31T23:00:00Z"))
    );
    assert_eq!(changed(json!({ "suspended_until": null })), suspended("Spam", None));
    assert_eq!(changed(json!({ "is_active": false })), before);
    assert_eq!(changed(json!({ "is_active": true })), ACTIVE);
}

#[test]
fn a_suspension_without_a_reason_or_with_an_end_that_has_passed_is_refused() {
    for (changes, field) in [
        (json!({ "is_active": false }), "suspension_reason"),
        (json!({ "is_active": false, "suspension_reason": null }), "suspension_reason"),
        (json!({ "is_active": false, "suspension_reason": " " }), "suspension_reason"),
        (json!({ "is_active": false, "suspension_reason": "one\ntwo" }), "suspension_reason"),
        (json!({ "is_active": false, "suspension_reason": "x".repeat(501) }), "suspension_reason"),
        (
            json!({ "is_active": false, "suspension_reason": "x", "suspended_until": "2026-11-25T12:00:00Z" }),
            "suspended_until",
        ),
        (json!({ "is_active": false, "suspension_reason": "x", "suspended_until": "tomorrow" }), "suspended_until"),
        (json!({ "suspension_reason": "x" }), "suspension_reason"),
        (json!({ "suspended_until": "2026-12-01T09:00:00Z" }), "suspended_until"),
        (json!({ "is_active": null }), "is_active"),
        (json!({ "role": "boss" }), "role"),
        (json!({ "name": "Ada" }), "name"),
        (json!([]), "changes"),
    ] {
        assert_eq!(refused(&ACTIVE, changes.clone()), field, "{changes}");
    }
    assert!(ACTIVE.changed(&json!({ "is_active": false, "suspension_reason": "x".repeat(500) }), now()).is_ok());
}

#[test]
fn every_wrong_field_is_named() {
    let changes = json!({ "role": "boss", "is_active": "no", "suspended_until": 7, "name": "Ada" });
    let details = ACTIVE.changed(&changes, now()).unwrap_err().details();
    let fields: Vec<&String> = details["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["is_active", "name", "role", "suspended_until"]);
}

#[test]
fn whoever_was_switched_off_by_others_needs_no_reason_to_stay_so() {
    let off = Membership { suspension: Some(Suspension::default()), ..ACTIVE };
    let changed = off.changed(&json!({ "role": "mentor" }), now()).unwrap();
    assert_eq!(changed, Membership { role: Role::Mentor, ..off.clone() });
    let reasoned = off.changed(&json!({ "suspension_reason": "Spam" }), now()).unwrap();
    assert_eq!(reasoned, suspended("Spam", None));
}

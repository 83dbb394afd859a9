//! What is known of a guest, and how long their tokens work.

use convene_rules::guest::Guest;
use convene_rules::refusal::Refusal;
use convene_rules::token::Purpose;
use jiff::Timestamp;
use serde_json::{Value, json};

fn wrong_fields(json: &Value) -> Vec<String> {
    match Guest::parse(json) {
        Err(Refusal::ValidationError { fields, .. }) => fields.into_keys().collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_guest_has_a_name_and_an_address_in_lower_case_and_perhaps_more() {
    let guest =
        Guest::parse(&json!({ "name": " Ada Lovelace ", "email": "Ada@Example.ORG", "company": " ", "phone": null }));
    let guest = guest.unwrap();
    assert_eq!((guest.name.as_str(), guest.email.as_str()), ("Ada Lovelace", "ada@example.org"));
    assert_eq!((guest.company, guest.phone, guest.inquiry), (None, None, None));
    let all =
        json!({ "name": "A", "email": "a@b", "company": "Engines", "phone": "+43 1 234", "inquiry": "Two\nlines" });
    let guest = Guest::parse(&all).unwrap();
    assert_eq!(guest.inquiry.as_deref(), Some("Two\nlines"));
    assert_eq!((guest.company.as_deref(), guest.phone.as_deref()), (Some("Engines"), Some("+43 1 234")));
}

#[test]
fn everything_that_is_wrong_with_a_guest_is_named_at_once() {
    assert_eq!(wrong_fields(&json!({})), ["email", "name"]);
    let wrong = json!({
        "name": "two\nlines", "email": "nobody", "company": "x".repeat(201), "phone": "call me", "inquiry": 7, "age": 3
    });
    assert_eq!(wrong_fields(&wrong), ["age", "company", "email", "inquiry", "name", "phone"]);
    assert_eq!(wrong_fields(&json!({ "name": "A", "email": "a@b", "inquiry": "x".repeat(5001) })), ["inquiry"]);
    assert_eq!(wrong_fields(&json!([])), ["guest"]);
}

#[test]
fn an_inquiry_is_replaced_within_the_same_bounds() {
    let guest = Guest::parse(&json!({ "name": "A", "email": "a@b", "inquiry": "One" })).unwrap();
    assert_eq!(guest.clone().with_inquiry(Some(" Two ")).unwrap().inquiry.as_deref(), Some("Two"));
    assert_eq!(guest.clone().with_inquiry(None).unwrap().inquiry, None);
    assert!(guest.with_inquiry(Some(&"x".repeat(5001))).is_err());
}

#[test]
fn tokens_that_act_end_with_the_meeting_and_those_that_look_30_days_later() {
    let end: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
    let held: Timestamp = "2026-05-01T10:00:00Z".parse().unwrap();
    let expires = |purpose: Purpose| purpose.expires_at(end, Some(held)).to_string();
    assert_eq!(expires(Purpose::Cancel), "2026-06-01T10:00:00Z");
    assert_eq!(expires(Purpose::Reschedule), "2026-06-01T10:00:00Z");
    assert_eq!(expires(Purpose::View), "2026-07-01T10:00:00Z");
    assert_eq!(expires(Purpose::Erase), "2026-07-01T10:00:00Z");
    assert_eq!(expires(Purpose::Finalize), "2026-05-01T10:00:00Z");
}

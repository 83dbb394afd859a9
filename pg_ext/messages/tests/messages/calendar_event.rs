use convene_messages::{CalendarEvent, CalendarEventFacts, Language, calendar_event};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::given::{people, person, with};

fn event_in(facts: &Value, language: Language) -> CalendarEvent {
    calendar_event(&CalendarEventFacts::deserialize(facts).unwrap(), language)
}

fn event(facts: &Value) -> CalendarEvent {
    event_in(facts, Language::English)
}

fn office_hours() -> Value {
    json!({
        "reader": { "id": "ada", "part": "attendee" },
        "hosts": people(&["Theo"]),
        "attendees": [{
            "person": person("Ada"),
            "goal": "Is our signup too long?\nA second look.",
            "materials_urls": ["https://a.test/deck", "https://a.test/numbers"],
        }],
        "conference_url": "https://meet.test/abc",
    })
}

#[test]
fn it_says_who_meets_and_what_for() {
    let english = event(&office_hours());
    assert_eq!(english.title, "Ada / Theo");
    assert_eq!(
        english.description,
        "Is our signup too long?\nA second look.\n\nTo read before:\nhttps://a.test/deck\nhttps://a.test/numbers\n\n\
         Meet at:\nhttps://meet.test/abc"
    );
    let german = event_in(&office_hours(), Language::German);
    assert_eq!(german.title, "Ada / Theo");
    assert!(german.description.contains("Vorher zu lesen:\n") && german.description.contains("Link zum Treffen:\n"));
}

#[test]
fn what_is_missing_leaves_no_gap() {
    let bare = json!({ "attendees": [{ "person": person("Ada") }], "conference_url": null });
    assert_eq!(event(&with(office_hours(), bare)).description, "");
    let nobody = event(&json!({ "reader": { "part": "staff" } }));
    assert_eq!((nobody.title.as_str(), nobody.description.as_str()), ("nobody / nobody", ""));
}

#[test]
fn an_event_types_title_comes_first() {
    assert_eq!(event(&with(office_hours(), json!({ "name": "Intro\ncall" }))).title, "Intro call: Ada / Theo");
}

fn group(part: &str, id: &str) -> Value {
    let attendee = |name: &str| json!({ "person": person(name), "goal": format!("{name} wants to learn") });
    json!({
        "reader": { "id": id, "part": part },
        "hosts": people(&["Theo", "Mia"]),
        "attendees": [attendee("Ada"), attendee("Grace")],
    })
}

#[test]
fn a_host_reads_what_each_attendee_wrote() {
    let event = event(&group("host", "theo"));
    assert_eq!(event.title, "Ada and Grace / Theo and Mia");
    assert_eq!(event.description, "Ada:\nAda wants to learn\n\nGrace:\nGrace wants to learn");
}

#[test]
fn an_attendee_reads_nothing_of_the_others() {
    let event = event(&group("attendee", "grace"));
    assert_eq!(event.title, "Grace / Theo and Mia");
    assert_eq!(event.description, "Grace wants to learn");
}

#[test]
fn a_title_is_as_long_as_every_provider_takes() {
    let long = "é".repeat(400);
    assert_eq!(event(&with(office_hours(), json!({ "name": long }))).title.chars().count(), 250);
}

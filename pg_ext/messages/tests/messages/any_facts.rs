//! Whatever is stored, reading it does no harm.

use convene_messages::{CalendarEventFacts, Kind, Language, calendar_event, render_stored};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::given::{examples, reader_in};

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "host",
        "attendee",
        "former_host",
        "staff",
        "system",
        "time_slot",
        "offer",
        "held",
        "pending",
        "confirmed",
        "canceled",
        "ada",
        "theo",
        "guest",
        "google",
        "2026-10-25T01:30:00Z",
        "-009999-01-02T00:00:00Z",
        "9999-12-30T22:00:00Z",
        "infinity",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let member = prop::sample::select(vec!["id", "name", "part", "person", "account", "goal", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((member, inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// An example some of whose members are replaced by something else, or gone.
fn any_example() -> impl Strategy<Value = (Kind, Value)> {
    let replaced = prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, any_json())), 0..3);
    (0..examples().len(), replaced).prop_map(|(place, replaced)| {
        let example = examples().swap_remove(place);
        let mut facts = example.facts;
        let members = facts.as_object_mut().unwrap();
        for (which, value) in replaced {
            let Some(name) = members.keys().nth(which.index(members.len().max(1))).cloned() else { continue };
            match value {
                Some(value) => members.insert(name, value),
                None => members.remove(&name),
            };
        }
        (example.kind, facts)
    })
}

fn any_reader() -> impl Strategy<Value = convene_messages::Reader> {
    let zones = prop::sample::select(vec!["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]);
    (prop::sample::select(Language::ALL.to_vec()), zones).prop_map(|(language, zone)| reader_in(language, zone))
}

proptest! {
    #[test]
    fn any_facts_are_told_somehow((kind, facts) in any_example(), reader in any_reader()) {
        let text = render_stored(kind.as_str(), &facts, &reader);
        prop_assert!(!text.title.is_empty() && !text.message.is_empty());
        prop_assert!(!text.title.contains('\n'));
    }

    #[test]
    fn anything_at_all_is_told_somehow(
        kind in prop_oneof![
            prop::sample::select(Kind::ALL.to_vec()).prop_map(|kind| kind.to_string()),
            ".{0,20}",
        ],
        facts in any_json(),
        reader in any_reader(),
    ) {
        let text = render_stored(&kind, &facts, &reader);
        prop_assert!(!text.title.is_empty() && !text.message.is_empty());
    }

    #[test]
    fn a_calendar_event_of_any_facts_is_written(reader in any_json(), hosts in any_json(), attendees in any_json()) {
        let reader = if reader.is_object() { reader } else { json!({ "id": "ada", "part": "attendee" }) };
        let facts = json!({ "reader": reader, "hosts": hosts, "attendees": attendees, "name": "{ $x }\n" });
        if let Ok(facts) = CalendarEventFacts::deserialize(&facts) {
            let event = calendar_event(&facts, Language::German);
            prop_assert!(!event.title.contains('\n'));
        }
    }
}

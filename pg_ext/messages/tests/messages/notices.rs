use convene_messages::meeting::Part;
use convene_messages::{Kind, Language, Notice, NoticeError};
use serde_json::json;

use crate::given::{examples, meeting, message, people, person, reader, told, with};

#[test]
fn every_kind_is_told_to_every_part_in_every_language_without_a_gap() {
    for kind in Kind::ALL {
        assert!(examples().iter().any(|example| example.kind == *kind), "{kind}");
    }
    for example in examples() {
        Notice::from_parts(example.kind.as_str(), &example.facts).unwrap();
        for language in Language::ALL {
            let text = told(example.kind, &example.facts, &reader(language));
            let shown = format!("{} {language}: {text:?}", example.name);
            for part in [&text.title, &text.message] {
                assert!(!part.is_empty() && part == part.trim(), "{shown}");
                assert!(!part.contains("  ") && !part.contains(['{', '}', '$', '\u{2068}', '\n']), "{shown}");
            }
            assert!(!text.title.ends_with('.'), "{shown}");
        }
    }
}

#[test]
fn several_people_are_named_or_counted() {
    let meets = |attendees: &[&str]| {
        message(Kind::BookingConfirmed, &with(meeting(Part::Host), json!({ "attendees": people(attendees) })))
    };
    let on = "on Monday, 5 January 2026, 14:30 (Europe/Berlin).";
    assert_eq!(meets(&["Ada"]), format!("You meet Ada {on}"));
    assert_eq!(meets(&["Ada", "Grace"]), format!("You meet Ada and Grace {on}"));
    assert_eq!(meets(&["Ada", "Grace", "Max"]), format!("You meet Ada, Grace and Max {on}"));
    assert_eq!(meets(&["Ada", "Grace", "Max", "Zoe"]), format!("You meet Ada, Grace and 2 others {on}"));
    assert_eq!(meets(&[]), format!("You have a meeting {on}"));
}

#[test]
fn those_who_are_not_named_are_counted() {
    let meets = |attendees: &[&str], count: u32| {
        let attendees = json!({ "attendees": people(attendees), "attendee_count": count });
        let facts = with(meeting(Part::Host), attendees);
        let told = Language::ALL.map(|language| told(Kind::BookingCompleted, &facts, &reader(language)).message);
        told.map(|text| text.split(" on ").next().unwrap().split(" am ").next().unwrap().to_owned())
    };
    let several = ["Ada", "Grace", "Max"];
    assert_eq!(
        meets(&several, 500),
        ["Your meeting with Ada, Grace and 498 others", "Ihr Treffen mit Ada, Grace und 498 weiteren Personen"]
    );
    assert_eq!(
        meets(&several[..2], 3),
        ["Your meeting with Ada, Grace and 1 other", "Ihr Treffen mit Ada, Grace und 1 weiteren Person"]
    );
    assert_eq!(
        meets(&several[..1], 2),
        ["Your meeting with Ada and 1 other", "Ihr Treffen mit Ada und 1 weiteren Person"]
    );
    assert_eq!(meets(&[], 7), ["Your meeting with 7 people", "Ihr Treffen mit 7 Personen"]);
    assert_eq!(meets(&several, 2), ["Your meeting with Ada, Grace and Max", "Ihr Treffen mit Ada, Grace und Max"]);
}

#[test]
fn an_attendee_is_not_told_who_else_attends() {
    let several = json!({ "attendees": people(&["Ada", "Grace"]), "hosts": people(&["Theo", "Mia"]) });
    let facts = with(meeting(Part::Attendee), several);
    assert!(message(Kind::BookingConfirmed, &facts).starts_with("You meet Theo and Mia on"));
    let facts = with(facts, json!({ "actor": person("Theo"), "acted_as": "host" }));
    assert!(message(Kind::BookingCanceled, &facts).starts_with("Theo canceled your meeting with Theo and Mia on"));
}

#[test]
fn a_host_meets_the_other_hosts_too() {
    let facts = with(meeting(Part::Host), json!({ "hosts": people(&["Theo", "Mia"]) }));
    assert!(message(Kind::BookingConfirmed, &facts).starts_with("You meet Ada and Mia on"));
}

#[test]
fn whoever_did_it_need_not_be_named_twice_unless_it_is_another_of_that_name() {
    let canceled = |actor| {
        let facts = with(meeting(Part::Host), json!({ "actor": actor, "acted_as": "staff" }));
        message(Kind::BookingCanceled, &facts)
    };
    assert!(canceled(person("Ada")).starts_with("Ada canceled your meeting on"));
    let another = json!({ "id": "another", "name": "Ada" });
    assert!(canceled(another).starts_with("Ada canceled your meeting with Ada on"));
}

#[test]
fn people_without_a_name_are_called_something() {
    let by = |actor| {
        let facts = with(meeting(Part::Host), json!({ "actor": actor, "acted_as": "attendee" }));
        Language::ALL.map(|language| {
            let text = told(Kind::BookingCanceled, &facts, &reader(language));
            text.message.split_once(" canceled").or(text.message.split_once(" hat")).unwrap().0.to_owned()
        })
    };
    assert_eq!(by(json!({ "id": "ada", "name": null })), ["Erased user", "Gelöschtes Konto"]);
    assert_eq!(by(json!({ "id": "ada", "name": " \n" })), ["Erased user", "Gelöschtes Konto"]);
    assert_eq!(by(json!({ "id": "ada", "account": "guest" })), ["Guest", "Gast"]);
    assert_eq!(by(json!({ "id": "ada", "name": "Gus", "account": "guest" })), ["Gus", "Gus"]);
    // A row of the history whose actor is gone.
    assert_eq!(by(json!(null)), ["Erased user", "Gelöschtes Konto"]);
}

#[test]
fn only_meetings_of_office_hours_are_to_be_rated() {
    let completed = |source| message(Kind::BookingCompleted, &with(meeting(Part::Host), json!({ "source": source })));
    assert!(completed("time_slot").ends_with("is completed. You can rate it now."));
    assert!(completed("event_type").ends_with("is completed."));
}

#[test]
fn lists_may_be_null_and_other_members_are_ignored() {
    let nulls = json!({ "attendees": null, "absent": null, "place": null, "weather": ["rain"] });
    let facts = with(meeting(Part::Host), nulls);
    assert_eq!(
        message(Kind::BookingNoShow, &facts),
        "Your meeting on Monday, 5 January 2026, 14:30 (Europe/Berlin) did not take place."
    );
}

#[test]
fn what_cannot_be_read_is_refused_and_in_a_list_says_so() {
    let unknown = Notice::from_parts("booking_sung", &json!({})).unwrap_err();
    assert!(matches!(&unknown, NoticeError::UnknownKind(kind) if kind == "booking_sung"), "{unknown}");
    let incomplete = Notice::from_parts("booking_canceled", &json!({})).unwrap_err().to_string();
    assert!(incomplete.contains("booking_canceled") && incomplete.contains("reader"), "{incomplete}");

    let text = convene_messages::render_stored("booking_sung", &json!(7), &reader(Language::English));
    assert_eq!((text.title.as_str(), text.message.as_str()), ("Notice", "This notice (booking_sung) cannot be shown."));
    let text = told(Kind::BookingCanceled, &json!([]), &reader(Language::German));
    assert_eq!(text.message, "Diese Nachricht (booking_canceled) kann nicht angezeigt werden.");
}

#[test]
fn kinds_are_stored_by_name() {
    for &kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert_eq!(Kind::BookingNoShow.to_string(), "booking_no_show");
}

#[test]
fn every_kind_is_in_the_document() {
    let document = include_str!("../../../../docs/messages.md");
    for kind in Kind::ALL {
        assert!(document.contains(&format!("| `{kind}` |")), "docs/messages.md lacks {kind}");
    }
}

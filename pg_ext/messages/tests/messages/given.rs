//! What tests start from: people, a meeting, and an example of every kind of notice for every part.

use convene_messages::meeting::Part;
use convene_messages::{Kind, Language, Reader, Text, render_stored};
use convene_rules::zone::Zone;
use serde_json::{Value, json};

pub fn reader(language: Language) -> Reader {
    reader_in(language, "Europe/Berlin")
}

pub fn reader_in(language: Language, zone: &str) -> Reader {
    Reader { language, time_zone: Zone::iana(zone).unwrap() }
}

pub fn person(name: &str) -> Value {
    json!({ "id": name.to_lowercase(), "name": name })
}

pub fn people(names: &[&str]) -> Value {
    names.iter().map(|name| person(name)).collect()
}

/// Whose part it is in the examples: Ada attends, Theo hosts, Mia did before him, Coco coordinates.
pub fn name_of(part: Part) -> &'static str {
    match part {
        Part::Host => "Theo",
        Part::Attendee => "Ada",
        Part::FormerHost => "Mia",
        Part::Staff => "Coco",
    }
}

/// Ada meets Theo, on a Monday in winter. Everything but what is particular to an event, for somebody of that part.
pub fn meeting(part: Part) -> Value {
    json!({
        "booking_id": "01900000-0000-7000-8000-000000000901",
        "reader": { "id": name_of(part).to_lowercase(), "part": part.as_str() },
        "actor": null,
        "acted_as": "system",
        "source": "time_slot",
        "hosts": people(&["Theo"]),
        "attendees": people(&["Ada"]),
        "start": "2026-01-05T13:30:00+00:00",
    })
}

/// With these members set.
pub fn with(mut facts: Value, members: Value) -> Value {
    facts.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    facts
}

pub fn told(kind: Kind, facts: &Value, reader: &Reader) -> Text {
    render_stored(kind.as_str(), facts, reader)
}

/// The message in English.
pub fn message(kind: Kind, facts: &Value) -> String {
    told(kind, facts, &reader(Language::English)).message
}

fn by(name: &str, acted_as: &str) -> Value {
    json!({ "actor": person(name), "acted_as": acted_as })
}

/// One notice: what happened, to be told with the facts.
pub struct Example {
    pub name: String,
    pub kind: Kind,
    pub facts: Value,
}

/// Every kind of notice in the cases that make a difference, for every part where the kind is about a booking.
pub fn examples() -> Vec<Example> {
    Kind::ALL.iter().flat_map(|&kind| examples_of(kind)).collect()
}

fn examples_of(kind: Kind) -> Vec<Example> {
    let cases = cases(kind);
    if let Some(facts) = facts_without_meeting(kind) {
        let example =
            |(name, members)| Example { name: titled(kind, name, None), kind, facts: with(facts.clone(), members) };
        return cases.into_iter().map(example).collect();
    }
    let of_part = |(name, members): &(&str, Value), part: Part| Example {
        name: titled(kind, name, Some(part)),
        kind,
        facts: with(meeting(part), members.clone()),
    };
    cases.iter().flat_map(|case| Part::ALL.iter().map(|&part| of_part(case, part))).collect()
}

fn titled(kind: Kind, case: &str, part: Option<Part>) -> String {
    let part = part.map_or(String::new(), |part| format!(", to {} ({})", name_of(part), part.as_str()));
    format!("{kind}: {case}{part}")
}

fn facts_without_meeting(kind: Kind) -> Option<Value> {
    let mentor = || json!({ "mentor": person("Theo") });
    match kind {
        Kind::TierOverrideApproved => Some(with(mentor(), json!({ "expires_at": "2026-01-12T08:00:00Z" }))),
        Kind::TierOverrideRejected | Kind::TierOverrideExpired => Some(mentor()),
        Kind::CalendarNeedsReconnect | Kind::AirtableBroken => Some(json!({})),
        Kind::UserRemoved => Some(json!({ "person": person("Ada") })),
        _ => None,
    }
}

/// What may be particular about a kind, by name.
fn cases(kind: Kind) -> Vec<(&'static str, Value)> {
    let words = || json!({ "words": "I am at sea." });
    let (by_host, by_attendee, by_staff) = (|| by("Theo", "host"), || by("Ada", "attendee"), || by("Coco", "staff"));
    match kind {
        Kind::BookingCreated => vec![
            ("requested by the attendee", with(by_attendee(), json!({ "to_status": "pending" }))),
            ("requested by staff", with(by_staff(), json!({ "to_status": "pending" }))),
            ("booked", with(by_attendee(), json!({ "to_status": "confirmed", "place": "Library, room 4" }))),
            ("held", with(by_attendee(), json!({ "to_status": "held", "source": "offer" }))),
        ],
        Kind::BookingConfirmed => {
            vec![("with a link", with(by_host(), json!({ "conference_url": "https://meet.test/abc" })))]
        }
        Kind::BookingDeclined => {
            vec![("by the host", with(by_host(), words())), ("by staff", with(by_staff(), words()))]
        }
        Kind::BookingCanceled => vec![
            ("by the attendee", with(by_attendee(), words())),
            ("by the host", by_host()),
            ("by staff", with(by_staff(), words())),
            ("by nobody", words()),
        ],
        Kind::BookingCanceledLate => vec![
            ("by the attendee", by_attendee()),
            ("by the host", with(by_host(), words())),
            ("by staff", by_staff()),
        ],
        Kind::BookingRescheduled => {
            let moved = || json!({ "from_start": "2026-01-02T09:00:00Z", "to_status": "confirmed" });
            let to_answer = json!({ "from_start": "2026-01-02T09:00:00Z", "to_status": "pending" });
            vec![
                ("by the host", with(by_host(), moved())),
                ("by the attendee, to a time that awaits an answer", with(by_attendee(), to_answer)),
                ("by staff", with(with(by_staff(), moved()), words())),
            ]
        }
        Kind::BookingReassigned => {
            let given = |to_status, from_hosts| json!({ "from_start": "2026-01-02T09:00:00Z", "to_status": to_status, "from_hosts": from_hosts });
            let mia = || people(&["Mia"]);
            vec![
                ("by staff", with(with(by_staff(), given("confirmed", mia())), words())),
                ("by staff, to a time that awaits an answer", with(by_staff(), given("pending", mia()))),
                ("by the host before", with(by("Mia", "host"), given("confirmed", mia()))),
                ("by the new host", with(by_host(), given("confirmed", mia()))),
                ("by the attendee", with(by_attendee(), given("confirmed", mia()))),
                (
                    "of an event type",
                    with(with(by_staff(), given("confirmed", mia())), json!({ "source": "event_type" })),
                ),
                ("to the same host", with(by_staff(), given("confirmed", people(&["Theo"])))),
            ]
        }
        Kind::BookingCompleted => {
            vec![("office hours", by_host()), ("an event type", with(by_host(), json!({ "source": "event_type" })))]
        }
        Kind::BookingNoShow => vec![
            ("one did not come", with(by_host(), json!({ "absent": people(&["Ada"]) }))),
            ("nobody came", with(by_staff(), json!({ "absent": people(&["Ada", "Theo"]) }))),
        ],
        Kind::BookingNoShowDisputed => {
            vec![("by the attendee", with(by_attendee(), words())), ("by the host", by_host())]
        }
        Kind::BookingNoShowCorrected => vec![("with words", with(by_staff(), words())), ("without words", by_staff())],
        Kind::BookingExpired => vec![
            ("a request", json!({ "from_status": "pending" })),
            ("a hold", json!({ "from_status": "held", "source": "offer" })),
        ],
        Kind::BookingRated => vec![("by the attendee", by_attendee()), ("by the host", by_host())],
        Kind::BookingJoined | Kind::BookingLeft => {
            let seated = |name| json!({ "participant": person(name), "source": "event_type" });
            vec![
                ("alone", with(by_attendee(), seated("Ada"))),
                ("by staff", with(by_staff(), seated("Ada"))),
                ("another", with(by("Grace", "attendee"), seated("Grace"))),
            ]
        }
        Kind::TierOverrideApproved | Kind::TierOverrideRejected => {
            vec![("with words", words()), ("without words", json!({}))]
        }
        Kind::TierOverrideExpired => vec![("always", json!({}))],
        Kind::CalendarNeedsReconnect => {
            vec![("of Google", json!({ "provider": "google" })), ("of Microsoft", json!({ "provider": "microsoft" }))]
        }
        Kind::AirtableBroken => vec![("always", json!({ "error": "HTTP 401 AUTHENTICATION_REQUIRED" }))],
        Kind::UserRemoved => vec![
            ("with one meeting", json!({ "meetings_canceled": 1 })),
            ("with more", json!({ "meetings_canceled": 3 })),
        ],
    }
}

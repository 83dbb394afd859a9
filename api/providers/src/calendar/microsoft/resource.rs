//! How an event is written, and read back.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::times::{Moment, at_graphs_precision};
use crate::calendar::types::{Conference, Event, Written};

/// An event as Graph shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    pub id: String,
    web_link: Option<String>,
    subject: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    location: Option<Location>,
    is_online_meeting: Option<bool>,
    online_meeting: Option<OnlineMeeting>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlineMeeting {
    join_url: Option<String>,
}

impl Resource {
    /// Whether nothing is left to be changed. Descriptions come back as HTML, and are not compared.
    pub fn is_as_wanted(&self, event: &Event) -> bool {
        let at = |moment: &Option<Moment>| moment.as_ref().and_then(|moment| moment.instant().ok());
        let location = self.location.as_ref().and_then(|location| location.display_name.as_deref());
        at(&self.start) == Some(at_graphs_precision(event.start))
            && at(&self.end) == Some(at_graphs_precision(event.end))
            && self.subject.as_deref().unwrap_or_default() == line(&event.title)
            && location.unwrap_or_default() == place(event)
    }

    /// The link may come after the event.
    pub fn conference(&self) -> Conference {
        let link = self.online_meeting.as_ref().and_then(|meeting| meeting.join_url.clone());
        match link {
            Some(link) if !link.is_empty() => Conference::Ready(link),
            _ if self.is_online_meeting == Some(true) => Conference::Pending,
            _ => Conference::None,
        }
    }

    pub fn written(self) -> Written {
        Written { conference: self.conference(), url: self.web_link, id: self.id }
    }
}

/// Properties of an event in a set of our own: its booking's id, and its key.
const BOOKING: &str = "String {5f0a8c86-54d0-4b0c-9d7c-1f6c1b6a7e11} Name convene_booking";
pub(super) const KEY: &str = "String {5f0a8c86-54d0-4b0c-9d7c-1f6c1b6a7e11} Name convene_key";

/// Exchange takes no longer subject or place, counted as UTF-16.
const LONGEST_LINE: usize = 255;

/// What is sent for a new event.
pub(super) fn new(event: &Event) -> Value {
    let mut body = change(event);
    body["transactionId"] = json!(event.key);
    body["body"] = text(event);
    body["singleValueExtendedProperties"] =
        json!([{ "id": BOOKING, "value": event.booking_id }, { "id": KEY, "value": event.key }]);
    body
}

/// What is sent for one that is there. The text of an online meeting holds what Teams wrote into it, and replacing it
/// ends the meeting (Graph's reference of "Update event"): it stays as it was.
pub(super) fn change(event: &Event) -> Value {
    let mut body = json!({
        "subject": line(&event.title),
        "location": { "displayName": place(event) },
        "start": moment(event.start),
        "end": moment(event.end),
    });
    if event.wants_conference {
        body["isOnlineMeeting"] = json!(true);
        body["onlineMeetingProvider"] = json!("teamsForBusiness");
    } else {
        body["body"] = text(event);
    }
    body
}

/// Takes the wish for a conference out of what is to be sent. Whether there was one.
pub(super) fn without_conference(body: &mut Value) -> bool {
    let Some(fields) = body.as_object_mut() else { return false };
    fields.remove("onlineMeetingProvider");
    fields.remove("isOnlineMeeting").is_some()
}

/// A text as a subject can be: one that is too long ends with an ellipsis.
fn line(text: &str) -> String {
    if units(text) <= LONGEST_LINE {
        return text.to_owned();
    }
    let mut line = String::new();
    for letter in text.chars() {
        if units(&line) + letter.len_utf16() >= LONGEST_LINE {
            break;
        }
        line.push(letter);
    }
    line + "…"
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Where it takes place. The beginning of a link leads nowhere; one that is too long is in the text only.
fn place(event: &Event) -> String {
    let place = event.location.as_deref().unwrap_or_default();
    let is_broken_link = units(place) > LONGEST_LINE && place.starts_with("https://");
    if is_broken_link { String::new() } else { line(place) }
}

fn text(event: &Event) -> Value {
    json!({ "contentType": "text", "content": event.description })
}

/// Graph's times have no offset; their zone is beside them.
fn moment(at: Timestamp) -> Value {
    json!({ "dateTime": TimeZone::UTC.to_datetime(at_graphs_precision(at)), "timeZone": "UTC" })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn event() -> Event {
        Event {
            key: "018f3f3e-5c7a-7bd2-a1b0-c3d4e5f60718".to_owned(),
            title: "Ann & Bob".to_owned(),
            description: "About Rust".to_owned(),
            location: Some("Room 1".to_owned()),
            start: "2026-01-05T10:00:00Z".parse().unwrap(),
            end: "2026-01-05T11:00:00Z".parse().unwrap(),
            wants_conference: false,
            booking_id: Uuid::nil(),
        }
    }

    fn resource(more: &str) -> Resource {
        let text = r#"{"id":"AAMk=","webLink":"https://outlook.office365.com/owa/?itemid=AAMk","subject":"Ann & Bob",
            "body":{"contentType":"html","content":"<html>About Rust</html>"},"location":{"displayName":"Room 1"},
            "start":{"dateTime":"2026-01-05T10:00:00.0000000","timeZone":"UTC"},
            "end":{"dateTime":"2026-01-05T11:00:00.0000000","timeZone":"UTC"}MORE}"#;
        serde_json::from_str(&text.replace("MORE", more)).unwrap()
    }

    #[test]
    fn a_new_event_is_written_in_utc_and_once() {
        assert_eq!(
            new(&event()),
            json!({
                "subject": "Ann & Bob",
                "body": { "contentType": "text", "content": "About Rust" },
                "location": { "displayName": "Room 1" },
                "start": { "dateTime": "2026-01-05T10:00:00", "timeZone": "UTC" },
                "end": { "dateTime": "2026-01-05T11:00:00", "timeZone": "UTC" },
                "transactionId": "018f3f3e-5c7a-7bd2-a1b0-c3d4e5f60718",
                "singleValueExtendedProperties": [{
                    "id": "String {5f0a8c86-54d0-4b0c-9d7c-1f6c1b6a7e11} Name convene_booking",
                    "value": "00000000-0000-0000-0000-000000000000",
                }, {
                    "id": "String {5f0a8c86-54d0-4b0c-9d7c-1f6c1b6a7e11} Name convene_key",
                    "value": "018f3f3e-5c7a-7bd2-a1b0-c3d4e5f60718",
                }],
            })
        );
    }

    #[test]
    fn a_change_of_an_online_meeting_leaves_its_text_alone() {
        let event = Event { wants_conference: true, ..event() };
        assert!(change(&event).get("body").is_none());
        assert_eq!(new(&event)["body"]["content"], "About Rust");
        assert_eq!(change(&event)["onlineMeetingProvider"], "teamsForBusiness");
    }

    #[test]
    fn an_event_can_do_without_its_conference() {
        let mut body = new(&Event { wants_conference: true, ..event() });
        assert!(without_conference(&mut body));
        assert_eq!(body, new(&event()));
        assert!(!without_conference(&mut body));
    }

    #[test]
    fn an_event_of_another_time_is_not_as_wanted() {
        assert!(resource("").is_as_wanted(&event()));
        let end = "2026-01-05T10:30:00Z".parse().unwrap();
        assert!(!resource("").is_as_wanted(&Event { end, ..event() }));
        assert!(!resource("").is_as_wanted(&Event { location: None, ..event() }));
    }

    #[test]
    fn a_subject_that_is_too_long_is_cut_and_a_link_that_is_too_long_is_left_out() {
        let long = "🦀".repeat(200);
        let event = Event { title: long.clone(), location: Some(long), ..event() };
        let body = change(&event);
        let expected = format!("{}…", "🦀".repeat(127));
        assert_eq!((&body["subject"], &body["location"]["displayName"]), (&json!(expected), &json!(expected)));
        let link = format!("https://teams.example/{}", "a".repeat(300));
        assert_eq!(change(&Event { location: Some(link), ..event })["location"]["displayName"], "");
        assert_eq!(line(&"a".repeat(255)), "a".repeat(255));
    }

    #[test]
    fn a_time_has_no_more_digits_than_graph_takes() {
        let start = "2026-01-05T10:00:00.123456789Z".parse().unwrap();
        assert_eq!(change(&Event { start, ..event() })["start"]["dateTime"], "2026-01-05T10:00:00.123456");
    }

    #[test]
    fn a_join_link_may_come_later() {
        assert_eq!(resource("").conference(), Conference::None);
        assert_eq!(resource(r#","isOnlineMeeting":true,"onlineMeeting":null"#).conference(), Conference::Pending);
        let joined = r#","isOnlineMeeting":true,"onlineMeeting":{"joinUrl":"https://teams.microsoft.com/l/x"}"#;
        assert_eq!(resource(joined).conference(), Conference::Ready("https://teams.microsoft.com/l/x".to_owned()));
    }
}

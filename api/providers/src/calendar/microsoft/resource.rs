//! How an event is written, and read back.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::times::Moment;
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
        at(&self.start) == Some(event.start)
            && at(&self.end) == Some(event.end)
            && self.subject.as_deref().unwrap_or_default() == event.title
            && location.unwrap_or_default() == event.location.as_deref().unwrap_or_default()
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

/// The property of an event that holds its booking's id, in a set of our own.
const BOOKING: &str = "String {5f0a8c86-54d0-4b0c-9d7c-1f6c1b6a7e11} Name convene_booking";

/// What is sent for a new event.
pub(super) fn new(event: &Event) -> Value {
    let mut body = change(event);
    body["transactionId"] = json!(event.key);
    body["body"] = text(event);
    body["singleValueExtendedProperties"] = json!([{ "id": BOOKING, "value": event.booking_id }]);
    body
}

/// What is sent for one that is there. The text of an online meeting holds what Teams wrote into it, and replacing it
/// ends the meeting (Graph's reference of "Update event"): it stays as it was.
pub(super) fn change(event: &Event) -> Value {
    let mut body = json!({
        "subject": event.title,
        "location": { "displayName": event.location.as_deref().unwrap_or_default() },
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

fn text(event: &Event) -> Value {
    json!({ "contentType": "text", "content": event.description })
}

/// Graph's times have no offset; their zone is beside them.
fn moment(at: Timestamp) -> Value {
    json!({ "dateTime": TimeZone::UTC.to_datetime(at), "timeZone": "UTC" })
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
    fn a_join_link_may_come_later() {
        assert_eq!(resource("").conference(), Conference::None);
        assert_eq!(resource(r#","isOnlineMeeting":true,"onlineMeeting":null"#).conference(), Conference::Pending);
        let joined = r#","isOnlineMeeting":true,"onlineMeeting":{"joinUrl":"https://teams.microsoft.com/l/x"}"#;
        assert_eq!(resource(joined).conference(), Conference::Ready("https://teams.microsoft.com/l/x".to_owned()));
    }
}

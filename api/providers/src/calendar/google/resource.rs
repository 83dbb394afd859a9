//! How an event is written, and read back.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::times::Moment;
use crate::calendar::types::{Conference, Event, Written};

/// Where an event says whose it is.
const BOOKING: &str = "convene_booking";
/// Google says of no text how long it may be, and refuses descriptions of more than this many characters.
const LONGEST_DESCRIPTION: usize = 8192;
/// What others keep to for titles and places.
const LONGEST_LINE: usize = 1024;

/// An event as Google shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    pub id: String,
    #[serde(default)]
    status: String,
    html_link: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    location: String,
    start: Option<Moment>,
    end: Option<Moment>,
    #[serde(default)]
    extended_properties: Properties,
    hangout_link: Option<String>,
    conference_data: Option<ConferenceData>,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(default)]
    private: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConferenceData {
    #[serde(default)]
    create_request: CreateRequest,
    #[serde(default)]
    entry_points: Vec<EntryPoint>,
}

#[derive(Default, Deserialize)]
struct CreateRequest {
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    status_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryPoint {
    #[serde(default)]
    entry_point_type: String,
    uri: Option<String>,
}

impl Resource {
    pub fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }

    /// Whether it is the booking's, and not one that somebody else made with the same id.
    pub fn is_of(&self, event: &Event) -> bool {
        self.extended_properties.private.get(BOOKING).and_then(Value::as_str)
            == Some(event.booking_id.to_string().as_str())
    }

    /// Whether nothing is left to be changed.
    pub fn is_as_wanted(&self, event: &Event) -> bool {
        let at = |moment: &Option<Moment>| moment.as_ref().and_then(|moment| moment.instant(&TimeZone::UTC).ok());
        let lacks_conference = event.wants_conference && self.conference() == Conference::None;
        self.summary == line(&event.title)
            && self.description == html(&event.description)
            && self.location == line(event.location.as_deref().unwrap_or_default())
            && at(&self.start) == Some(event.start)
            && at(&self.end) == Some(event.end)
            && !lacks_conference
    }

    pub fn conference(&self) -> Conference {
        let Some(data) = &self.conference_data else {
            return self.hangout_link.clone().map_or(Conference::None, Conference::Ready);
        };
        let video = data.entry_points.iter().find(|point| point.entry_point_type == "video");
        let link = self.hangout_link.clone().or_else(|| video.and_then(|point| point.uri.clone()));
        match (link, data.create_request.status.status_code.as_str()) {
            (Some(link), _) => Conference::Ready(link),
            (None, "pending" | "success") => Conference::Pending,
            (None, "failure") => Conference::Failed,
            (None, _) => Conference::None,
        }
    }

    pub fn written(self) -> Written {
        Written { conference: self.conference(), url: self.html_link, id: self.id }
    }
}

/// What is sent for an event, new or changed. Empty texts are sent, too: a change must be able to take one away.
pub(super) fn body(event: &Event) -> Value {
    let mut body = json!({
        "summary": line(&event.title),
        "description": html(&event.description),
        "location": line(event.location.as_deref().unwrap_or_default()),
        "start": { "dateTime": event.start, "timeZone": "UTC" },
        "end": { "dateTime": event.end, "timeZone": "UTC" },
        "reminders": { "useDefault": true },
        "extendedProperties": { "private": { BOOKING: event.booking_id } },
    });
    if event.wants_conference {
        // The same request twice is one conference.
        body["conferenceData"] = json!({ "createRequest": {
            "requestId": event.key,
            "conferenceSolutionKey": { "type": "hangoutsMeet" },
        }});
    }
    body
}

/// Plain text as HTML, which descriptions are. Lines stay lines. Text that is too long ends with an ellipsis.
fn html(text: &str) -> String {
    joined(
        text.chars().map(|letter| match letter {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            other => other.to_string(),
        }),
        LONGEST_DESCRIPTION,
    )
}

fn line(text: &str) -> String {
    joined(text.chars().map(String::from), LONGEST_LINE)
}

/// As many of the parts, from the first on, as have room.
fn joined(parts: impl Iterator<Item = String>, longest: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    let mut room_for_ellipsis = 0;
    for part in parts {
        length += part.chars().count();
        if length > longest {
            text.truncate(room_for_ellipsis);
            return text + "…";
        }
        text.push_str(&part);
        if length < longest {
            room_for_ellipsis = text.len();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn event() -> Event {
        Event {
            key: "018f3f3e5c7a7bd2a1b0c3d4e5f60718".to_owned(),
            title: "Ann & Bob".to_owned(),
            description: "About Rust".to_owned(),
            location: None,
            start: "2026-01-05T10:00:00Z".parse().unwrap(),
            end: "2026-01-05T11:00:00Z".parse().unwrap(),
            wants_conference: false,
            booking_id: Uuid::nil(),
        }
    }

    fn resource(more: &str) -> Resource {
        let text = r#"{"kind":"calendar#event","id":"018f3f3e5c7a7bd2a1b0c3d4e5f60718","status":"confirmed",
            "htmlLink":"https://www.google.com/calendar/event?eid=x","summary":"Ann & Bob","description":"About Rust",
            "start":{"dateTime":"2026-01-05T11:00:00+01:00","timeZone":"UTC"},
            "end":{"dateTime":"2026-01-05T12:00:00+01:00","timeZone":"UTC"},
            "extendedProperties":{"private":{"convene_booking":"00000000-0000-0000-0000-000000000000"}}MORE}"#;
        serde_json::from_str(&text.replace("MORE", more)).unwrap()
    }

    #[test]
    fn an_event_is_written_in_utc_and_says_whose_it_is() {
        assert_eq!(
            body(&event()),
            json!({
                "summary": "Ann & Bob",
                "description": "About Rust",
                "location": "",
                "start": { "dateTime": "2026-01-05T10:00:00Z", "timeZone": "UTC" },
                "end": { "dateTime": "2026-01-05T11:00:00Z", "timeZone": "UTC" },
                "reminders": { "useDefault": true },
                "extendedProperties": { "private": { "convene_booking": Uuid::nil() } },
            })
        );
    }

    #[test]
    fn a_conference_is_asked_for_by_the_events_key() {
        let body = body(&Event { wants_conference: true, ..event() });
        assert_eq!(body["conferenceData"]["createRequest"]["requestId"], "018f3f3e5c7a7bd2a1b0c3d4e5f60718");
    }

    #[test]
    fn an_event_of_another_time_or_text_is_not_as_wanted() {
        assert!(resource("").is_as_wanted(&event()));
        let start = "2026-01-05T10:30:00Z".parse().unwrap();
        assert!(!resource("").is_as_wanted(&Event { start, ..event() }));
        assert!(!resource("").is_as_wanted(&Event { title: "Ann".to_owned(), ..event() }));
        assert!(!resource("").is_as_wanted(&Event { location: Some("Room 1".to_owned()), ..event() }));
        assert!(!resource("").is_as_wanted(&Event { wants_conference: true, ..event() }));
    }

    #[test]
    fn a_description_is_html_that_says_what_was_written() {
        let event = Event { description: "if a < b && b > c\n<b>then</b>".to_owned(), ..event() };
        let expected = "if a &lt; b &amp;&amp; b &gt; c\n&lt;b&gt;then&lt;/b&gt;";
        assert_eq!(body(&event)["description"], expected);
        assert_eq!(body(&event)["summary"], "Ann & Bob", "a title is no HTML");
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_between_two_letters() {
        for (text, expected) in [
            ("a".repeat(8192), "a".repeat(8192)),
            ("a".repeat(8193), format!("{}…", "a".repeat(8191))),
            (format!("{}<", "a".repeat(8190)), format!("{}…", "a".repeat(8190))),
            ("<".repeat(3000), format!("{}…", "&lt;".repeat(2047))),
        ] {
            assert_eq!(html(&text), expected);
        }
        assert_eq!(line(&"é".repeat(1025)).chars().count(), 1024);
    }

    #[test]
    fn an_event_that_says_another_booking_is_not_ours() {
        assert!(resource("").is_of(&event()));
        assert!(!resource("").is_of(&Event { booking_id: Uuid::max(), ..event() }));
    }

    #[test]
    fn a_conference_comes_later_or_never() {
        let status = |code: &str| {
            resource(&format!(
                r#","conferenceData":{{"createRequest":{{"requestId":"r","status":{{"statusCode":"{code}"}}}}}}"#
            ))
            .conference()
        };
        assert_eq!(resource("").conference(), Conference::None);
        assert_eq!(status("pending"), Conference::Pending);
        assert_eq!(status("failure"), Conference::Failed);
        let ready = resource(
            r#","conferenceData":{"createRequest":{"requestId":"r","status":{"statusCode":"success"}},
            "entryPoints":[{"entryPointType":"phone","uri":"tel:+1"},
                           {"entryPointType":"video","uri":"https://meet.google.com/aaa-bbbb-ccc"}]}"#,
        );
        assert_eq!(ready.conference(), Conference::Ready("https://meet.google.com/aaa-bbbb-ccc".to_owned()));
        let linked = resource(r#","hangoutLink":"https://meet.google.com/aaa-bbbb-ccc""#);
        assert_eq!(linked.conference(), Conference::Ready("https://meet.google.com/aaa-bbbb-ccc".to_owned()));
    }
}

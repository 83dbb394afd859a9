//! An event: as it is kept, as it is shown, and as tests see it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::conference::Meeting;
use super::html::text_of;
use super::refusal::Refusal;
use super::state::Calendar;
use super::times::Times;

/// An event as tests make and see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// A new one where it is empty.
    pub id: String,
    pub start: Timestamp,
    pub end: Timestamp,
    pub is_all_day: bool,
    pub summary: String,
    /// As people see it; it is written as HTML.
    pub description: String,
    pub location: String,
    /// Transparent ones are not busy.
    pub is_transparent: bool,
    pub attendees: Vec<String>,
    /// `extendedProperties.private`
    pub private: BTreeMap<String, String>,
    /// `hangoutLink`, once it is there. It cannot be set by hand.
    pub meeting_link: Option<String>,
}

impl Event {
    /// Something busy from the start up to and without the end.
    pub fn between(start: Timestamp, end: Timestamp) -> Self {
        Self { start, end, ..Self::default() }
    }

    /// As a client would write it.
    pub(super) fn body(&self) -> Map<String, Value> {
        let attendees: Vec<Value> = self.attendees.iter().map(|email| json!({ "email": email })).collect();
        let body = json!({
            "summary": self.summary,
            "description": self.description,
            "location": self.location,
            "transparency": if self.is_transparent { "transparent" } else { "opaque" },
            "attendees": attendees,
            "extendedProperties": { "private": self.private },
            "start": { "dateTime": self.start.to_string() },
            "end": { "dateTime": self.end.to_string() },
        });
        let Value::Object(body) = body else { unreachable!("it is written as an object") };
        body
    }
}

/// An event as the calendar keeps it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub id: String,
    /// What clients wrote, but for what is in the other fields.
    body: Map<String, Value>,
    pub times: Times,
    pub meeting: Option<Meeting>,
    pub is_cancelled: bool,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// The calendar's change that made it what it is.
    pub revision: u64,
    sequence: u64,
}

impl Stored {
    /// A new event of what a client wrote. `id` must be unique in the calendar.
    pub fn new(
        id: Option<&str>,
        mut body: Map<String, Value>,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let times = Times::take(&mut body, &calendar.zone())?;
        let id = id.map_or_else(|| Uuid::new_v4().simple().to_string(), str::to_owned);
        let meeting = None;
        Ok(Self { id, body, times, meeting, is_cancelled: false, created: now, updated: now, revision: 0, sequence: 0 })
    }

    /// Takes another body. An event whose times change is a new version to its guests.
    pub fn rewrite(&mut self, mut body: Map<String, Value>, calendar: &Calendar) -> Result<(), Refusal> {
        let times = Times::take(&mut body, &calendar.zone())?;
        self.sequence += u64::from(times != self.times);
        self.is_cancelled = match body.get("status").and_then(Value::as_str) {
            Some(status) => status == "cancelled",
            None => self.is_cancelled,
        };
        self.times = times;
        self.body = body;
        Ok(())
    }

    /// What a patch makes of its body.
    pub fn patched(&self, calendar: &Calendar, patch: Map<String, Value>) -> Map<String, Value> {
        let (start, end) = self.times.show(&calendar.zone());
        let mut body = self.body.clone();
        body.extend([("start".to_owned(), start), ("end".to_owned(), end)]);
        let mut body = Value::Object(body);
        merge(&mut body, &Value::Object(patch));
        body.as_object().cloned().unwrap_or_default()
    }

    pub fn cancelled(&self) -> Self {
        Self { is_cancelled: true, ..self.clone() }
    }

    pub fn set_times(&mut self, times: Times) {
        self.sequence += 1;
        self.times = times;
    }

    pub fn etag(&self) -> String {
        format!("\"{}{}\"", self.created.as_millisecond(), self.revision)
    }

    pub fn is_busy(&self) -> bool {
        !self.is_cancelled && self.body.get("transparency").is_none_or(|it| it != "transparent")
    }

    pub fn private(&self) -> BTreeMap<String, String> {
        let private = self.body.get("extendedProperties").and_then(|it| it.get("private")?.as_object());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        private.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// The resource.
    pub fn show(&self, calendar: &Calendar) -> Value {
        let (start, end) = self.times.show(&calendar.zone());
        let mut shown = Value::Object(self.body.clone());
        let own = json!({
            "kind": "calendar#event",
            "etag": self.etag(),
            "id": self.id,
            "status": self.status(),
            "htmlLink": format!("https://www.google.com/calendar/event?eid={}", self.id),
            "created": self.created.to_string(),
            "updated": self.updated.to_string(),
            "creator": { "email": calendar.id, "self": true },
            "organizer": { "email": calendar.id, "self": true },
            "iCalUID": format!("{}@google.com", self.id),
            "sequence": self.sequence,
            "start": start,
            "end": end,
        });
        merge(&mut shown, &own);
        if let Some(meeting) = &self.meeting {
            shown["conferenceData"] = meeting.show(self);
            if let Some(link) = meeting.link(&self.id) {
                shown["hangoutLink"] = json!(link);
            }
        }
        shown
    }

    /// An item of a list: of a cancelled one hardly more than its id.
    pub fn show_in_list(&self, calendar: &Calendar) -> Value {
        if self.is_cancelled {
            return json!({ "kind": "calendar#event", "etag": self.etag(), "id": self.id, "status": "cancelled" });
        }
        self.show(calendar)
    }

    /// As tests see it.
    pub fn seen(&self) -> Event {
        let text = |name: &str| self.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let attendees = self.body.get("attendees").and_then(Value::as_array).into_iter().flatten();
        Event {
            id: self.id.clone(),
            start: self.times.start,
            end: self.times.end,
            is_all_day: self.times.is_all_day,
            summary: text("summary"),
            description: text_of(&text("description")),
            location: text("location"),
            is_transparent: text("transparency") == "transparent",
            attendees: attendees.filter_map(|it| it["email"].as_str().map(str::to_owned)).collect(),
            private: self.private(),
            meeting_link: self.meeting.as_ref().and_then(|meeting| meeting.link(&self.id)),
        }
    }

    fn status(&self) -> &str {
        let written = self.body.get("status").and_then(Value::as_str).filter(|status| *status != "cancelled");
        if self.is_cancelled { "cancelled" } else { written.unwrap_or("confirmed") }
    }
}

/// Google's patch: objects field by field, `null` takes a field away, everything else is replaced whole.
fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = json!({});
    }
    for (name, value) in fields {
        match value {
            Value::Null => drop(into.as_object_mut().and_then(|into| into.remove(name))),
            value => merge(&mut into[name.as_str()], value),
        }
    }
}

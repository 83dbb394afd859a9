//! An event: as it is kept, as it is shown, and as tests see it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::ids::Ids;
use super::refusal::Refusal;
use super::times::{self, Times};

/// An event as tests make and see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Given by the fake; what is set by hand does not count.
    pub id: String,
    pub start: Timestamp,
    pub end: Timestamp,
    /// Its times must be midnights.
    pub is_all_day: bool,
    pub subject: String,
    /// `body.content`
    pub content: String,
    pub location: String,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere` or `unknown`
    pub show_as: String,
    /// Called off by who had invited to it.
    pub is_cancelled: bool,
    pub attendees: Vec<String>,
    pub transaction_id: Option<String>,
    /// `singleValueExtendedProperties`
    pub properties: BTreeMap<String, String>,
    /// `onlineMeeting.joinUrl`, once it is there. It cannot be set by hand.
    pub join_url: Option<String>,
}

impl Event {
    /// Something busy from the start up to and without the end.
    pub fn between(start: Timestamp, end: Timestamp) -> Self {
        Self {
            id: String::new(),
            start,
            end,
            is_all_day: false,
            subject: String::new(),
            content: String::new(),
            location: String::new(),
            show_as: "busy".to_owned(),
            is_cancelled: false,
            attendees: Vec::new(),
            transaction_id: None,
            properties: BTreeMap::new(),
            join_url: None,
        }
    }

    /// As a client would write it, but for `isCancelled`, which none can.
    pub(super) fn body(&self) -> Map<String, Value> {
        let attendees: Vec<_> = self.attendees.iter().map(|it| json!({ "emailAddress": { "address": it } })).collect();
        let properties: Vec<_> = self.properties.iter().map(|(id, it)| json!({ "id": id, "value": it })).collect();
        let mut body = json!({
            "subject": self.subject,
            "body": { "contentType": "text", "content": self.content },
            "location": { "displayName": self.location },
            "showAs": self.show_as,
            "isAllDay": self.is_all_day,
            "isCancelled": self.is_cancelled,
            "attendees": attendees,
            "singleValueExtendedProperties": properties,
            "start": times::show(self.start),
            "end": times::show(self.end),
        });
        if let Some(transaction_id) = &self.transaction_id {
            body["transactionId"] = json!(transaction_id);
        }
        let Value::Object(body) = body else { unreachable!("it is written as an object") };
        body
    }
}

/// An event as the mailbox keeps it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The one that never changes.
    pub id: String,
    pub calendar: String,
    /// What was first written, whole: a replay says the same.
    first: Map<String, Value>,
    /// What was written, but for what is in the other fields.
    body: Map<String, Value>,
    pub times: Times,
    pub is_deleted: bool,
    /// Gets that are left until the online meeting is there; `None` where there is no meeting.
    meeting: Option<u32>,
    created: Timestamp,
    pub modified: Timestamp,
    /// The mailbox's change that made it what it is.
    pub revision: u64,
}

impl Stored {
    pub fn new(calendar: &str, mut body: Map<String, Value>, now: Timestamp) -> Result<Self, Refusal> {
        let first = body.clone();
        let times = Times::take(&mut body)?;
        Ok(Self {
            id: format!("AAkA{}=", Uuid::new_v4().simple()),
            calendar: calendar.to_owned(),
            first,
            body,
            times,
            is_deleted: false,
            meeting: None,
            created: now,
            modified: now,
            revision: 0,
        })
    }

    /// As a caller is told it. The default id is another in another calendar.
    pub fn id(&self, ids: Ids) -> String {
        match ids {
            Ids::Immutable => self.id.clone(),
            Ids::Default => {
                let place =
                    self.calendar.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
                format!("AAMk{place:08x}{}", self.id.trim_start_matches("AAkA"))
            }
        }
    }

    pub fn is_named(&self, id: &str) -> bool {
        self.id == id || self.id(Ids::Default) == id
    }

    pub fn is_replay(&self, body: &Map<String, Value>) -> bool {
        self.first == *body
    }

    /// Replaces the fields that are named. `transactionId` cannot be changed.
    pub fn patch(&mut self, mut patch: Map<String, Value>) -> Result<(), Refusal> {
        if patch.get("transactionId").is_some_and(|it| self.body.get("transactionId") != Some(it)) {
            return Err(Refusal::invalid("transactionId cannot be changed."));
        }
        patch.entry("start").or_insert_with(|| times::show(self.times.start));
        patch.entry("end").or_insert_with(|| times::show(self.times.end));
        self.times = Times::take(&mut patch)?;
        self.body.extend(patch);
        Ok(())
    }

    /// Makes an online meeting where one is asked for and there is none. One that is there cannot be taken away.
    pub fn meet(&mut self, delay: u32) {
        if self.meeting.is_none() && self.is("isOnlineMeeting") {
            self.meeting = Some(delay);
        }
    }

    /// One get of the event has passed.
    pub fn was_got(&mut self) {
        self.meeting = self.meeting.map(|gets| gets.saturating_sub(1));
    }

    pub fn deleted(&self) -> Self {
        Self { is_deleted: true, ..self.clone() }
    }

    pub fn transaction_id(&self) -> Option<&str> {
        self.body.get("transactionId").and_then(Value::as_str)
    }

    pub fn etag(&self) -> String {
        format!("W/\"{}\"", self.change_key())
    }

    /// `showAs`, as a digit of `availabilityView`.
    pub fn availability(&self) -> u8 {
        match self.show_as() {
            _ if self.is("isCancelled") => 0,
            "free" => 0,
            "tentative" => 1,
            "oof" => 3,
            // As Graph does for the sake of old callers.
            "workingElsewhere" => 0,
            _ => 2,
        }
    }

    pub fn show_as(&self) -> &str {
        self.text("showAs").unwrap_or("busy")
    }

    /// The resource.
    pub fn show(&self, ids: Ids) -> Value {
        let mut shown = json!({
            "subject": "",
            "body": { "contentType": "text", "content": "" },
            "location": { "displayName": "" },
            "attendees": [],
            "showAs": "busy",
            "isAllDay": false,
            "isCancelled": false,
            "type": "singleInstance",
        });
        let is_hidden = |name: &str| name == "singleValueExtendedProperties";
        for (name, value) in self.body.iter().filter(|(name, _)| !is_hidden(name)) {
            shown[name] = value.clone();
        }
        let provider = if self.meeting.is_some() { "teamsForBusiness" } else { "unknown" };
        let own = json!({
            "@odata.etag": self.etag(),
            "id": self.id(ids),
            "changeKey": self.change_key(),
            "iCalUId": format!("0400000082{}", self.id),
            "createdDateTime": times::instant(self.created),
            "lastModifiedDateTime": times::instant(self.modified),
            "start": times::show(self.times.start),
            "end": times::show(self.times.end),
            "webLink": format!("https://outlook.office365.com/owa/?itemid={}", self.id),
            "isOnlineMeeting": self.meeting.is_some(),
            "onlineMeetingProvider": provider,
            "onlineMeeting": self.join_url().map(|url| json!({ "joinUrl": url })),
            "onlineMeetingUrl": null,
        });
        for (name, value) in own.as_object().into_iter().flatten() {
            shown[name] = value.clone();
        }
        shown
    }

    /// As tests see it.
    pub fn seen(&self) -> Event {
        let text = |name: &str| self.text(name).unwrap_or_default().to_owned();
        let inner = |name: &str, inner: &str| {
            let value = self.body.get(name).and_then(|it| it[inner].as_str());
            value.unwrap_or_default().to_owned()
        };
        let list = |name: &str| self.body.get(name).and_then(Value::as_array).into_iter().flatten();
        let pair = |it: &Value| Some((it["id"].as_str()?.to_owned(), it["value"].as_str()?.to_owned()));
        let address = |it: &Value| it["emailAddress"]["address"].as_str().map(str::to_owned);
        Event {
            id: self.id.clone(),
            start: self.times.start,
            end: self.times.end,
            is_all_day: self.is("isAllDay"),
            subject: text("subject"),
            content: inner("body", "content"),
            location: inner("location", "displayName"),
            show_as: self.show_as().to_owned(),
            is_cancelled: self.is("isCancelled"),
            attendees: list("attendees").filter_map(address).collect(),
            transaction_id: self.transaction_id().map(str::to_owned),
            properties: list("singleValueExtendedProperties").filter_map(pair).collect(),
            join_url: self.join_url(),
        }
    }

    fn join_url(&self) -> Option<String> {
        let is_there = self.meeting == Some(0);
        is_there.then(|| format!("https://teams.microsoft.com/l/meetup-join/{}", self.id.trim_end_matches('=')))
    }

    fn change_key(&self) -> String {
        format!("{}.{}", self.created.as_millisecond(), self.revision)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    fn is(&self, name: &str) -> bool {
        self.body.get(name) == Some(&json!(true))
    }
}

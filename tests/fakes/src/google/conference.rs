//! An event's video meeting, which Google makes in the background.

use serde_json::{Value, json};

use super::event::Stored;

/// What becomes of the conferences that are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meetings {
    /// `pending` in the answer and for so many gets of the event, then `success`. After 0 it is there at once.
    ReadyAfter(u32),
    /// `pending` for so many gets, then `failure`.
    FailAfter(u32),
}

#[derive(Clone, Debug)]
pub(super) struct Meeting {
    request_id: String,
    outcome: Meetings,
}

impl Default for Meetings {
    fn default() -> Self {
        Self::ReadyAfter(0)
    }
}

impl Meeting {
    /// What `conferenceData.createRequest` asks for, if anything.
    pub fn asked_for(conference_data: Option<&Value>, outcome: Meetings) -> Option<Self> {
        let request = conference_data?.get("createRequest")?;
        let request_id = request["requestId"].as_str()?.to_owned();
        (request["conferenceSolutionKey"]["type"] == "hangoutsMeet").then_some(Self { request_id, outcome })
    }

    /// One get of the event has passed. True where that ended the waiting.
    pub fn was_got(&mut self) -> bool {
        match &mut self.outcome {
            Meetings::ReadyAfter(gets) | Meetings::FailAfter(gets) if *gets > 0 => {
                *gets -= 1;
                *gets == 0
            }
            _ => false,
        }
    }

    fn status(&self) -> &'static str {
        match self.outcome {
            Meetings::ReadyAfter(0) => "success",
            Meetings::FailAfter(0) => "failure",
            _ => "pending",
        }
    }

    /// `aaa-bbbb-ccc`, of the event.
    fn code(event: &str) -> String {
        let sum = event.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let letter = |place: u32| char::from(b'a' + u8::try_from(sum / 26_u64.pow(place) % 26).expect("below 26"));
        let part = |places: std::ops::Range<u32>| places.map(letter).collect::<String>();
        format!("{}-{}-{}", part(0..3), part(3..7), part(7..10))
    }

    pub fn link(&self, event: &str) -> Option<String> {
        (self.status() == "success").then(|| format!("https://meet.google.com/{}", Self::code(event)))
    }

    /// `conferenceData` as the event shows it.
    pub fn show(&self, event: &Stored) -> Value {
        let mut data = json!({ "createRequest": {
            "requestId": self.request_id,
            "conferenceSolutionKey": { "type": "hangoutsMeet" },
            "status": { "statusCode": self.status() },
        }});
        if let Some(link) = self.link(&event.id) {
            data["conferenceId"] = json!(Self::code(&event.id));
            data["conferenceSolution"] = json!({ "key": { "type": "hangoutsMeet" }, "name": "Google Meet" });
            data["entryPoints"] =
                json!([{ "entryPointType": "video", "uri": link, "label": link.replace("https://", "") }]);
        }
        data
    }

    /// A request with the same id is ignored, as Google does.
    pub fn is_same_request(&self, other: &Self) -> bool {
        self.request_id == other.request_id
    }
}

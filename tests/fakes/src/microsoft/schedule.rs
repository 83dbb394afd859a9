//! `/v1.0/me/calendar/getSchedule`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Microsoft;
use super::caller::{Caller, READ};
use super::event::Stored;
use super::refusal::Refusal;
use super::state::Mailbox;
use super::times::{self, Times};

const MOST_SCHEDULES: usize = 20;
const LONGEST: SignedDuration = SignedDuration::from_hours(62 * 24);

/// By address, and of default calendars only. Not for personal accounts.
pub(super) async fn query(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    let window = Times { start: times::point(&body["startTime"])?, end: times::point(&body["endTime"])? };
    let minutes = body["availabilityViewInterval"].as_i64().unwrap_or(30);
    if !(5..=1440).contains(&minutes) {
        return Err(Refusal::invalid("availabilityViewInterval must be from 5 to 1440."));
    }
    if window.end.duration_since(window.start) >= LONGEST {
        let message = "The requested time duration is too long.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "ErrorTimeIntervalTooBig", message));
    }
    let schedules: Vec<&str> = body["schedules"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if schedules.len() > MOST_SCHEDULES {
        return Err(Refusal::invalid("Too many schedules."));
    }
    let state = microsoft.state();
    if state.mailboxes[&caller.account].is_personal {
        return Err(Refusal::denied());
    }
    let step = SignedDuration::from_mins(minutes);
    let value = schedules.into_iter().map(|id| schedule(id, state.mailboxes.get(id), &window, step));
    Ok(Json(json!({ "value": value.collect::<Vec<_>>() })))
}

fn schedule(id: &str, mailbox: Option<&Mailbox>, window: &Times, step: SignedDuration) -> Value {
    let calendar = mailbox.and_then(|mailbox| Some((mailbox, mailbox.calendar(None).ok()?)));
    let Some((mailbox, calendar)) = calendar else {
        let error =
            json!({ "message": "Unable to resolve e-mail address.", "responseCode": "ErrorMailRecipientNotFound" });
        return json!({ "scheduleId": id, "availabilityView": "", "scheduleItems": [], "error": error });
    };
    let mut events: Vec<_> = mailbox.live(&calendar.id).filter(|event| event.times.overlap(window)).collect();
    events.sort_by_key(|event| event.times.start);
    let item = |event: &&Stored| {
        let (start, end) = (times::show(event.times.start), times::show(event.times.end));
        json!({ "status": event.show_as(), "start": start, "end": end, "isPrivate": false })
    };
    json!({
        "scheduleId": id,
        "availabilityView": availability(&events, window, step),
        "scheduleItems": events.iter().map(item).collect::<Vec<_>>(),
        "workingHours": {},
    })
}

/// A digit for each step: the least available of what is then.
fn availability(events: &[&Stored], window: &Times, step: SignedDuration) -> String {
    let digit = |start: Timestamp| {
        let slice = Times { start, end: (start + step).min(window.end) };
        let met = events.iter().filter(|event| event.times.overlap(&slice));
        char::from(b'0' + met.map(|event| event.availability()).max().unwrap_or(0))
    };
    std::iter::successors(Some(window.start), |start| Some(*start + step))
        .take_while(|start| *start < window.end)
        .map(digit)
        .collect()
}

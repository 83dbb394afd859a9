//! `/calendar/v3/freeBusy`

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Google;
use super::caller::{Caller, FREE_BUSY};
use super::refusal::Refusal;
use super::state::Shelf;
use super::strict;
use super::times::instant;

/// Calendars that one query takes, whatever it asks for.
const MOST_CALENDARS: usize = 50;

pub(super) async fn query(
    State(google): State<Google>,
    caller: Caller,
    Json(body): Json<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&FREE_BUSY)?;
    strict::question(&body)?;
    let body = Value::Object(body);
    let time = |name: &'static str| instant(body[name].as_str().ok_or_else(|| Refusal::required(name))?, name);
    let (from, until) = (time("timeMin")?, time("timeMax")?);
    if until <= from {
        return Err(Refusal::range_empty());
    }
    let most = body["calendarExpansionMax"].as_u64().map_or(MOST_CALENDARS, |most| most as usize);
    if most > MOST_CALENDARS {
        return Err(Refusal::invalid("calendarExpansionMax", "Value is too large"));
    }
    let mut state = google.state();
    if until.duration_since(from) > state.longest_range {
        return Err(Refusal::range_too_long());
    }
    let ids = body["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
    let mut calendars = Map::new();
    for (place, id) in ids.enumerate() {
        let answer = match state.shelf(&caller.account, id) {
            _ if place >= most => error("tooManyCalendarsRequested"),
            Err(_) => error("notFound"),
            Ok(Shelf { error: Some(reason), .. }) => error(reason),
            Ok(shelf) => json!({ "busy": busy(shelf, from, until) }),
        };
        calendars.insert(id.to_owned(), answer);
    }
    let kind = "calendar#freeBusy";
    Ok(Json(json!({ "kind": kind, "timeMin": from, "timeMax": until, "calendars": calendars, "groups": {} })))
}

/// A calendar that cannot be told about: an error inside a 200, beside an empty list.
fn error(reason: &str) -> Value {
    json!({ "errors": [{ "domain": "global", "reason": reason }], "busy": [] })
}

/// The busy times, cut to the range; those that touch or overlap are one.
fn busy(shelf: &Shelf, from: Timestamp, until: Timestamp) -> Vec<Value> {
    let busy = shelf.events.values().filter(|event| event.is_busy()).map(|event| event.times);
    let cut = busy.map(|times| (times.start.max(from), times.end.min(until)));
    let mut times: Vec<_> = cut.filter(|(start, end)| start < end).collect();
    times.sort();
    let mut merged: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (start, end) in times {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged.into_iter().map(|(start, end)| json!({ "start": start, "end": end })).collect()
}

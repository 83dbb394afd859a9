//! `/calendar/v3/calendars/{calendar}/events`: one event.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

use super::Google;
use super::caller::{Caller, READ_EVENTS, WRITE_EVENTS};
use super::conference::{Meeting, Meetings};
use super::event::Stored;
use super::refusal::Refusal;
use super::state::{Calendar, Role};
use super::{fields, strict};

/// What a write may say beside the event.
const WRITING: [&str; 3] = ["conferenceDataVersion", "sendUpdates", "maxAttendees"];

type Fields = Map<String, Value>;
type Parameters = Query<HashMap<String, String>>;

pub(super) async fn insert(
    State(google): State<Google>,
    caller: Caller,
    Path(calendar): Path<String>,
    Query(query): Parameters,
    Json(mut body): Json<Fields>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&WRITE_EVENTS)?;
    strict::parameters(&query, &WRITING)?;
    strict::event(&body)?;
    let outcome = google.state().meetings;
    let id = body.remove("id").and_then(|id| id.as_str().map(str::to_owned));
    let conference = body.remove("conferenceData");
    if id.as_deref().is_some_and(|id| !is_event_id(id)) {
        return Err(Refusal::invalid("id", "Invalid resource id value."));
    }
    let shown = google.change(&caller.account, &calendar, |shelf, now| {
        shelf.must_be(Role::WriterWithoutPrivateAccess)?;
        // Deleted events keep their ids.
        if id.as_deref().is_some_and(|id| shelf.events.contains_key(id)) {
            return Err(Refusal::duplicate());
        }
        let mut event = Stored::new(id.as_deref(), body, &shelf.calendar, now)?;
        event.meeting = asked_for(&query, conference.as_ref(), outcome);
        let calendar = shelf.calendar.clone();
        Ok(shelf.keep(event, now).show(&calendar))
    })?;
    Ok(Json(shown))
}

/// A cancelled event too. Every get brings a pending conference nearer to being there.
pub(super) async fn get(
    State(google): State<Google>,
    caller: Caller,
    Path((calendar, id)): Path<(String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    caller.may(&READ_EVENTS)?;
    strict::parameters(&query, &["fields", "maxAttendees"])?;
    google.change(&caller.account, &calendar, |shelf, now| {
        let (calendar, event) = (shelf.calendar.clone(), shelf.event(&id)?);
        if header(&headers, "if-none-match") == Some(&event.etag()) {
            return Ok(StatusCode::NOT_MODIFIED.into_response());
        }
        let shown = Json(fields::only(event.show(&calendar), query.get("fields"))?).into_response();
        if event.meeting.as_mut().is_some_and(Meeting::was_got) {
            let changed = event.clone();
            shelf.keep(changed, now);
        }
        Ok(shown)
    })
}

pub(super) async fn patch(
    State(google): State<Google>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
    Json(patch): Json<Fields>,
) -> Result<Json<Value>, Refusal> {
    let patched = |event: &Stored, calendar: &Calendar, patch: Fields| event.patched(calendar, patch);
    rewrite(&google, &caller, &path, &query, &headers, patch, patched)
}

pub(super) async fn put(
    State(google): State<Google>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
    Json(body): Json<Fields>,
) -> Result<Json<Value>, Refusal> {
    rewrite(&google, &caller, &path, &query, &headers, body, |_, _, body| body)
}

pub(super) async fn delete(
    State(google): State<Google>,
    caller: Caller,
    Path((calendar, id)): Path<(String, String)>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    caller.may(&WRITE_EVENTS)?;
    strict::parameters(&query, &["sendUpdates"])?;
    google.change(&caller.account, &calendar, |shelf, now| {
        shelf.must_be(Role::WriterWithoutPrivateAccess)?;
        let event = shelf.event(&id)?.clone();
        if event.is_cancelled {
            return Err(Refusal::deleted());
        }
        must_match(&headers, &event)?;
        shelf.keep(event.cancelled(), now);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Replaces an event by what `body_of` makes of the old one and of what was sent. A cancelled event comes back to life
/// where it is written with another status.
fn rewrite(
    google: &Google,
    caller: &Caller,
    (calendar, id): &(String, String),
    query: &HashMap<String, String>,
    headers: &HeaderMap,
    mut sent: Fields,
    body_of: impl FnOnce(&Stored, &Calendar, Fields) -> Fields,
) -> Result<Json<Value>, Refusal> {
    caller.may(&WRITE_EVENTS)?;
    strict::parameters(query, &WRITING)?;
    strict::event(&sent)?;
    let outcome = google.state().meetings;
    let conference = sent.remove("conferenceData");
    let shown = google.change(&caller.account, calendar, |shelf, now| {
        shelf.must_be(Role::WriterWithoutPrivateAccess)?;
        let calendar = shelf.calendar.clone();
        let mut event = shelf.event(id)?.clone();
        must_match(headers, &event)?;
        let body = body_of(&event, &calendar, sent);
        event.rewrite(body, &calendar)?;
        if let Some(asked) = asked_for(query, conference.as_ref(), outcome) {
            event.meeting = event.meeting.filter(|meeting| meeting.is_same_request(&asked)).or(Some(asked));
        }
        Ok(shelf.keep(event, now).show(&calendar))
    })?;
    Ok(Json(shown))
}

/// Without `conferenceDataVersion=1`, conference data is silently ignored.
fn asked_for(query: &HashMap<String, String>, conference: Option<&Value>, outcome: Meetings) -> Option<Meeting> {
    let understands = query.get("conferenceDataVersion").is_some_and(|version| version == "1");
    if understands { Meeting::asked_for(conference, outcome) } else { None }
}

fn must_match(headers: &HeaderMap, event: &Stored) -> Result<(), Refusal> {
    match header(headers, "if-match") {
        Some(etag) if etag != event.etag() && etag != "*" => Err(Refusal::condition_not_met()),
        _ => Ok(()),
    }
}

fn header<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers.get(name)?.to_str().ok()
}

/// Lowercase base32hex.
fn is_event_id(id: &str) -> bool {
    (5..=1024).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'a'..=b'v' | b'0'..=b'9'))
}

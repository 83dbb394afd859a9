//! `…/events`: one event.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::Microsoft;
use super::caller::{Caller, READ, WRITE};
use super::event::Stored;
use super::refusal::Refusal;

type Fields = Map<String, Value>;
type Parts = HashMap<String, String>;

/// A replay of a `transactionId` is answered with the event that is there, and makes none. Whether the id of a deleted
/// event still counts is not documented; it does not.
pub(super) async fn create(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    Json(body): Json<Fields>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    caller.may(&WRITE)?;
    let delay = microsoft.state().meeting_delay;
    let shown = microsoft.change(&caller.account, |mailbox, now| {
        let calendar = mailbox.writable(calendar_of(&path))?.id.clone();
        let transaction = body.get("transactionId").and_then(Value::as_str);
        let is_replay = |event: &&Stored| !event.is_deleted && event.transaction_id() == transaction;
        if let Some(event) = transaction.and_then(|_| mailbox.events.values().find(is_replay)) {
            return Ok(event.show());
        }
        let mut event = Stored::new(&calendar, body, now)?;
        if !mailbox.is_personal {
            event.meet(delay);
        }
        Ok(mailbox.keep(event, now).show())
    })?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Every get brings a join URL nearer to being there.
pub(super) async fn get(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    let mut state = microsoft.state();
    let event = state.mailbox(&caller.account)?.event(calendar_of(&path), &path["event"])?;
    let shown = event.show();
    event.was_got();
    Ok(Json(shown))
}

pub(super) async fn patch(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    Json(patch): Json<Fields>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&WRITE)?;
    let delay = microsoft.state().meeting_delay;
    let shown = microsoft.change(&caller.account, |mailbox, now| {
        let mut event = mailbox.event(calendar_of(&path), &path["event"])?.clone();
        mailbox.writable(Some(&event.calendar))?;
        event.patch(patch)?;
        if !mailbox.is_personal {
            event.meet(delay);
        }
        Ok(mailbox.keep(event, now).show())
    })?;
    Ok(Json(shown))
}

pub(super) async fn delete(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
) -> Result<StatusCode, Refusal> {
    remove(&microsoft, &caller, &path)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls an event off, as who has invited to it: it leaves that calendar.
pub(super) async fn cancel(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
) -> Result<StatusCode, Refusal> {
    remove(&microsoft, &caller, &path)?;
    Ok(StatusCode::ACCEPTED)
}

fn remove(microsoft: &Microsoft, caller: &Caller, path: &Parts) -> Result<(), Refusal> {
    caller.may(&WRITE)?;
    microsoft.change(&caller.account, |mailbox, now| {
        let event = mailbox.event(calendar_of(path), &path["event"])?.clone();
        mailbox.writable(Some(&event.calendar))?;
        mailbox.keep(event.deleted(), now);
        Ok(())
    })
}

fn calendar_of(path: &Parts) -> Option<&str> {
    path.get("calendar").map(String::as_str)
}

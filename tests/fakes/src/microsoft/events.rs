//! `…/events`

use std::collections::HashMap;

use axum::Json;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::caller::{Caller, READ, WRITE};
use super::event::Stored;
use super::filter::Filter;
use super::ids::Ids;
use super::refusal::Refusal;
use super::view::{Paging, answer};
use super::{Microsoft, strict};

type Fields = Map<String, Value>;
type Parts = HashMap<String, String>;

/// A replay of a `transactionId` is answered with the event that is there, and makes none; with another event to be made
/// it is refused. Which fields are compared is not documented: all are. Some have been told which event is there, and
/// some with status 400, which is neither so here. Whether the id of a deleted event still counts is not documented; it
/// does not.
pub(super) async fn create(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    ids: Ids,
    Json(body): Json<Fields>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    caller.may(&WRITE)?;
    strict::event(&body)?;
    let delay = microsoft.state().meeting_delay;
    let shown = microsoft.change(&caller.account, |mailbox, now| {
        let calendar = mailbox.writable(calendar_of(&path))?;
        caller.may_reach(calendar)?;
        let calendar = calendar.id.clone();
        let transaction = body.get("transactionId").and_then(Value::as_str);
        let is_of_it = |event: &&Stored| !event.is_deleted && event.transaction_id() == transaction;
        if let Some(event) = transaction.and_then(|_| mailbox.events.values().find(is_of_it)) {
            let is_replay = event.calendar == calendar && event.is_replay(&body);
            return if is_replay { Ok(event.show(ids)) } else { Err(Refusal::duplicate_transaction()) };
        }
        let mut event = Stored::new(&calendar, body, now)?;
        if !mailbox.is_personal {
            event.meet(delay);
        }
        Ok(mailbox.keep(event, now).show(ids))
    })?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Every get brings a join URL nearer to being there.
pub(super) async fn get(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    ids: Ids,
    Query(query): Query<Parts>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    strict::parameters(&query, &["$select"])?;
    let selected = strict::selected(&query)?;
    let mut state = microsoft.state();
    let event = state.mailbox(&caller.account)?.event(calendar_of(&path), &path["event"])?;
    let shown = strict::only(event.show(ids), selected.as_deref());
    event.was_got();
    Ok(Json(shown))
}

/// The events of a calendar, of the default one where none is named.
pub(super) async fn list(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ids: Ids,
    Query(query): Query<Parts>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    strict::parameters(&query, &["$filter", "$select", "$top", "$skiptoken"])?;
    let selected = strict::selected(&query)?;
    let filter = query.get("$filter").map(|text| Filter::parse(text)).transpose()?;
    let mut state = microsoft.state();
    let size = Paging::of(&query, &headers).size(state.page_size);
    let page = match query.get("$skiptoken") {
        Some(token) => state.lists.next(token, size).ok_or_else(|| Refusal::invalid("The skip token is not valid."))?,
        None => {
            let mailbox = state.mailbox(&caller.account)?;
            let calendar = mailbox.calendar(calendar_of(&path))?;
            caller.may_reach(calendar)?;
            let is_asked = |event: &&Stored| filter.as_ref().is_none_or(|filter| filter.takes(event));
            let events = mailbox.live(&calendar.id).filter(is_asked);
            let items = events.map(|event| strict::only(event.show(ids), selected.as_deref())).collect();
            state.lists.first(items, String::new(), size)
        }
    };
    Ok(Json(answer(microsoft.url(), uri.path(), page)))
}

pub(super) async fn patch(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<Parts>,
    ids: Ids,
    Json(patch): Json<Fields>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&WRITE)?;
    strict::event(&patch)?;
    let delay = microsoft.state().meeting_delay;
    let shown = microsoft.change(&caller.account, |mailbox, now| {
        let mut event = mailbox.event(calendar_of(&path), &path["event"])?.clone();
        mailbox.writable(Some(&event.calendar))?;
        event.patch(patch)?;
        if !mailbox.is_personal {
            event.meet(delay);
        }
        Ok(mailbox.keep(event, now).show(ids))
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

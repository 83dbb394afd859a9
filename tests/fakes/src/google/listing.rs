//! `/calendar/v3/calendars/{calendar}/events`: lists, in pages and since a sync token.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Google;
use super::caller::{Caller, READ_EVENTS};
use super::event::Stored;
use super::refusal::Refusal;
use super::state::Shelf;
use super::times::instant;
use super::{fields, strict};

type Parameters = HashMap<String, String>;

const KNOWN: [&str; 12] = [
    "fields",
    "maxAttendees",
    "maxResults",
    "orderBy",
    "pageToken",
    "privateExtendedProperty",
    "showDeleted",
    "singleEvents",
    "syncToken",
    "timeMax",
    "timeMin",
    "timeZone",
];

/// What a sync token cannot be combined with.
const NOT_WITH_SYNC_TOKEN: [&str; 8] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "sharedExtendedProperty",
    "q",
    "timeMin",
    "timeMax",
    "updatedMin",
];

pub(super) async fn list(
    State(google): State<Google>,
    caller: Caller,
    Path(calendar): Path<String>,
    Query(query): Query<Parameters>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ_EVENTS)?;
    strict::parameters(&query, &KNOWN)?;
    let asked = query.get("maxResults").and_then(|size| size.parse().ok()).unwrap_or(250).min(2500);
    let mut state = google.state();
    let size = state.page_size.min(asked);
    let shelf = state.shelf(&caller.account, &calendar)?;
    let about = shelf.calendar.clone();
    let page = match query.get("pageToken") {
        Some(token) => {
            state.lists.next(token, size).ok_or_else(|| Refusal::invalid("pageToken", "Invalid page token"))?
        }
        None => {
            let events = match query.get("syncToken") {
                Some(token) => since(shelf, token, &query)?,
                None => all(shelf, &query)?,
            };
            let items = events.into_iter().map(|event| event.show_in_list(&about)).collect();
            let ending = sync_token(shelf, &query);
            state.lists.first(items, ending, size)
        }
    };
    let mut answer = json!({
        "kind": "calendar#events",
        "summary": about.name,
        "timeZone": about.time_zone,
        "accessRole": about.role.as_str(),
        "items": page.items,
    });
    match page.next {
        Ok(token) => answer["nextPageToken"] = json!(token),
        Err(ending) => answer["nextSyncToken"] = json!(ending),
    }
    Ok(Json(fields::only(answer, query.get("fields"))?))
}

/// A full list.
fn all<'shelf>(shelf: &'shelf Shelf, query: &Parameters) -> Result<Vec<&'shelf Stored>, Refusal> {
    let time = |name: &'static str| query.get(name).map(|text| instant(text, name)).transpose();
    let (from, until) = (time("timeMin")?, time("timeMax")?);
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        return Err(Refusal::range_empty());
    }
    let property = query.get("privateExtendedProperty").and_then(|pair| pair.split_once('='));
    let has_property = |event: &Stored| {
        property.is_none_or(|(name, value)| event.private().get(name).is_some_and(|found| found == value))
    };
    let shows_deleted = is_true(query, "showDeleted");
    let wanted = |event: &&Stored| {
        (shows_deleted || !event.is_cancelled)
            && from.is_none_or(|from| event.times.end > from)
            && until.is_none_or(|until| event.times.start < until)
            && has_property(event)
    };
    let mut events: Vec<_> = shelf.events.values().filter(wanted).collect();
    match query.get("orderBy").map(String::as_str) {
        None => {}
        Some("updated") => events.sort_by_key(|event| event.revision),
        Some("startTime") if is_true(query, "singleEvents") => events.sort_by_key(|event| event.times.start),
        Some(_) => return Err(Refusal::invalid("orderBy", "The requested ordering is not available for the query.")),
    }
    Ok(events)
}

/// What has changed since a sync token was given, wherever it is now: Google does not say whether the first list's
/// `timeMin` and `timeMax` still count, so they do not.
fn since<'shelf>(shelf: &'shelf Shelf, token: &str, query: &Parameters) -> Result<Vec<&'shelf Stored>, Refusal> {
    if NOT_WITH_SYNC_TOKEN.iter().any(|name| query.contains_key(*name)) {
        return Err(Refusal::invalid("syncToken", "Sync token cannot be used with other query restrictions."));
    }
    let invalid = || Refusal::invalid("syncToken", "Invalid sync token value.");
    let text =
        URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(invalid)?;
    let [generation, revision, singles] = text.split('.').collect::<Vec<_>>()[..] else { return Err(invalid()) };
    let differs = singles != single_events(query) || query.get("showDeleted").is_some_and(|it| it == "false");
    if differs {
        return Err(Refusal::invalid("syncToken", "The parameters differ from those of the initial sync."));
    }
    if generation.parse() != Ok(shelf.generation) {
        return Err(Refusal::full_sync_required());
    }
    let revision: u64 = revision.parse().map_err(|_| invalid())?;
    let mut events: Vec<_> = shelf.events.values().filter(|event| event.revision > revision).collect();
    events.sort_by_key(|event| event.revision);
    Ok(events)
}

fn sync_token(shelf: &Shelf, query: &Parameters) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}.{}", shelf.generation, shelf.revision, single_events(query)))
}

fn single_events(query: &Parameters) -> &'static str {
    if is_true(query, "singleEvents") { "single" } else { "series" }
}

fn is_true(query: &Parameters, name: &str) -> bool {
    query.get(name).is_some_and(|value| value == "true")
}

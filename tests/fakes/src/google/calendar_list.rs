//! `/calendar/v3/users/me/calendarList`

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::Google;
use super::caller::{CALENDAR_LIST, Caller};
use super::refusal::Refusal;
use super::state::{Calendar, Role};
use super::{fields, strict};

/// No history of the list is kept: a sync token of one has always expired.
pub(super) async fn list(
    State(google): State<Google>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&CALENDAR_LIST)?;
    strict::parameters(&query, &["fields", "maxResults", "minAccessRole", "pageToken", "syncToken"])?;
    if query.contains_key("syncToken") {
        return Err(match query.contains_key("minAccessRole") {
            true => Refusal::invalid("syncToken", "Sync token cannot be used with minAccessRole."),
            false => Refusal::full_sync_required(),
        });
    }
    let least = match query.get("minAccessRole").map(String::as_str) {
        None | Some("freeBusyReader") => Role::FreeBusyReader,
        Some("reader") => Role::Reader,
        Some("writer") => Role::Writer,
        Some("owner") => Role::Owner,
        Some(_) => return Err(Refusal::invalid("minAccessRole", "Invalid value for: minAccessRole")),
    };
    let asked = query.get("maxResults").and_then(|size| size.parse().ok()).unwrap_or(100).min(250);
    let mut state = google.state();
    let size = state.page_size.min(asked);
    let page = match query.get("pageToken") {
        Some(token) => {
            state.lists.next(token, size).ok_or_else(|| Refusal::invalid("pageToken", "Invalid page token"))?
        }
        None => {
            let shelves = &state.accounts[&caller.account];
            let calendars = shelves.iter().map(|shelf| &shelf.calendar).filter(|calendar| calendar.role >= least);
            let items = calendars.map(show).collect();
            state.lists.first(items, "expired".to_owned(), size)
        }
    };
    let mut answer = json!({ "kind": "calendar#calendarList", "etag": "\"list\"", "items": page.items });
    match page.next {
        Ok(token) => answer["nextPageToken"] = json!(token),
        Err(ending) => answer["nextSyncToken"] = json!(ending),
    }
    Ok(Json(fields::only(answer, query.get("fields"))?))
}

fn show(calendar: &Calendar) -> Value {
    let mut shown = json!({
        "kind": "calendar#calendarListEntry",
        "id": calendar.id,
        "summary": calendar.name,
        "timeZone": calendar.time_zone,
        "accessRole": calendar.role.as_str(),
        "selected": true,
        "conferenceProperties": { "allowedConferenceSolutionTypes": ["hangoutsMeet"] },
    });
    // Google leaves out what is false.
    if calendar.is_primary {
        shown["primary"] = json!(true);
    }
    shown
}

//! `/v1.0/me/calendars`

use std::collections::HashMap;

use axum::Json;
use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::Microsoft;
use super::caller::{Caller, READ};
use super::refusal::Refusal;
use super::state::{Calendar, Mailbox};
use super::strict;
use super::view::{Paging, answer};

pub(super) async fn list(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    strict::parameters(&query, &["$top", "$skiptoken"])?;
    let mut state = microsoft.state();
    let size = Paging::of(&query, &headers).size(state.page_size);
    let page = match query.get("$skiptoken") {
        Some(token) => state.lists.next(token, size).ok_or_else(|| Refusal::invalid("The skip token is not valid."))?,
        None => {
            let mailbox = state.mailbox(&caller.account)?;
            let items = mailbox.calendars.iter().map(|calendar| show(calendar, mailbox, &caller.account)).collect();
            state.lists.first(items, String::new(), size)
        }
    };
    Ok(Json(answer(microsoft.url(), uri.path(), page)))
}

fn show(calendar: &Calendar, mailbox: &Mailbox, account: &str) -> Value {
    let owner = calendar.owner.as_deref().unwrap_or(account);
    let providers: &[&str] = if mailbox.is_personal { &[] } else { &["teamsForBusiness"] };
    json!({
        "id": calendar.id,
        "name": calendar.name,
        "color": "auto",
        "hexColor": "",
        "changeKey": "1",
        // Whether what is not so is false or null is not documented.
        "isDefaultCalendar": calendar.is_default.then_some(true),
        "canEdit": calendar.can_edit.then_some(true),
        "canShare": calendar.can_edit,
        "canViewPrivateItems": true,
        "isRemovable": !calendar.is_default,
        "allowedOnlineMeetingProviders": providers,
        "defaultOnlineMeetingProvider": providers.first().unwrap_or(&"unknown"),
        "owner": { "name": owner, "address": owner },
    })
}

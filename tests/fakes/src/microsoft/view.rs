//! `…/calendarView`, and how Graph's lists come in pages.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::Microsoft;
use super::caller::{Caller, READ};
use super::ids::Ids;
use super::refusal::Refusal;
use super::strict;
use super::times::Times;
use crate::snapshots::Page;

/// How many items a page shall have.
pub(super) struct Paging(Option<usize>);

impl Paging {
    /// Of `$top`, or of `Prefer: odata.maxpagesize=`.
    pub fn of(query: &HashMap<String, String>, headers: &HeaderMap) -> Self {
        let preferred = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let preferred = preferred
            .flat_map(|value| value.split(','))
            .find_map(|it| it.trim().strip_prefix("odata.maxpagesize=").and_then(|size| size.parse().ok()));
        Self(query.get("$top").and_then(|top| top.parse().ok()).or(preferred))
    }

    /// 10 unless asked for, and 1000 or what the fake was told at most.
    pub fn size(&self, most: usize) -> usize {
        self.0.unwrap_or(10).min(1000).min(most)
    }
}

/// A page as Graph shows it, with an absolute address for the next.
pub(super) fn answer(url: &str, path: &str, page: Page) -> Value {
    let mut answer = json!({ "@odata.context": format!("{url}/v1.0/$metadata"), "value": page.items });
    if let Ok(token) = page.next {
        answer["@odata.nextLink"] = json!(format!("{url}{path}?$skiptoken={token}"));
    }
    answer
}

pub(super) async fn list(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(path): Path<HashMap<String, String>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ids: Ids,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ)?;
    strict::parameters(&query, &["startDateTime", "endDateTime", "$select", "$top", "$skiptoken"])?;
    let selected = strict::selected(&query)?;
    let mut state = microsoft.state();
    let size = Paging::of(&query, &headers).size(state.page_size);
    let page = match query.get("$skiptoken") {
        Some(token) => state.lists.next(token, size).ok_or_else(|| Refusal::invalid("The skip token is not valid."))?,
        None => {
            let times = Times::of_view(&query)?;
            let mailbox = state.mailbox(&caller.account)?;
            let calendar = mailbox.calendar(path.get("calendar").map(String::as_str))?;
            caller.may_reach(calendar)?;
            let mut events: Vec<_> = mailbox.live(&calendar.id).filter(|event| event.times.overlap(&times)).collect();
            events.sort_by_key(|event| event.times.start);
            let items = events.into_iter().map(|event| strict::only(event.show(ids), selected.as_deref())).collect();
            state.lists.first(items, String::new(), size)
        }
    };
    Ok(Json(answer(microsoft.url(), uri.path(), page)))
}

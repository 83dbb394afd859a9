//! `…/calendarView/delta`: what has changed in a calendar's window since the last time.

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Microsoft;
use super::caller::{Caller, READ};
use super::event::Stored;
use super::ids::Ids;
use super::refusal::Refusal;
use super::state::Mailbox;
use super::strict;
use super::times::Times;
use super::view::{Paging, answer};

/// How Graph says that a delta link is good no more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum DeltaReset {
    /// 410 `resyncRequired`
    #[default]
    Gone,
    /// 400 `syncStateNotFound`
    BadRequest,
}

/// What a delta link stands for.
#[derive(Clone)]
pub(super) struct Delta {
    calendar: String,
    window: Times,
    revision: u64,
    /// The events of the window, as the caller knows it.
    known: BTreeSet<String>,
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
    strict::parameters(&query, &["startDateTime", "endDateTime", "$deltatoken", "$skiptoken"])?;
    let mut state = microsoft.state();
    let size = Paging::of(&query, &headers).size(state.page_size);
    let reset = state.delta_reset;
    let page = match query.get("$skiptoken") {
        Some(token) => state.lists.next(token, size).ok_or_else(|| reset.refusal())?,
        None => {
            let known = query.get("$deltatoken").map(|token| state.deltas.get(token).cloned());
            let known = known.map(|delta| delta.ok_or_else(|| reset.refusal())).transpose()?;
            let mailbox = state.mailbox(&caller.account)?;
            caller.may_reach(mailbox.calendar(path.get("calendar").map(String::as_str))?)?;
            let before = match known {
                Some(delta) => delta,
                None => Delta::of(mailbox, path.get("calendar").map(String::as_str), Times::of_view(&query)?)?,
            };
            let (items, delta) = before.since(mailbox, ids);
            let token = Uuid::new_v4().simple().to_string();
            state.deltas.insert(token.clone(), delta);
            state.lists.first(items, token, size)
        }
    };
    let ending = page.next.clone().err();
    let mut answer = answer(microsoft.url(), uri.path(), page);
    if let Some(token) = ending {
        answer["@odata.deltaLink"] = json!(format!("{}{}?$deltatoken={token}", microsoft.url(), uri.path()));
    }
    Ok(Json(answer))
}

impl Delta {
    /// Of a caller who knows nothing yet.
    fn of(mailbox: &Mailbox, calendar: Option<&str>, window: Times) -> Result<Self, Refusal> {
        let calendar = mailbox.calendar(calendar)?.id.clone();
        Ok(Self { calendar, window, revision: 0, known: BTreeSet::new() })
    }

    /// What has changed, and what the caller knows when it has been told. What has left the window is told as removed.
    fn since(mut self, mailbox: &Mailbox, ids: Ids) -> (Vec<Value>, Self) {
        let is_news = |event: &&Stored| {
            event.revision > self.revision && (event.calendar == self.calendar || self.known.contains(&event.id))
        };
        let mut changed: Vec<_> = mailbox.events.values().filter(is_news).collect();
        changed.sort_by_key(|event| event.revision);
        let mut items = Vec::new();
        for event in changed {
            let is_here = !event.is_deleted && event.calendar == self.calendar;
            if is_here && event.times.overlap(&self.window) {
                self.known.insert(event.id.clone());
                items.push(event.show(ids));
            } else if self.known.remove(&event.id) {
                items.push(json!({ "id": event.id(ids), "@removed": { "reason": "deleted" } }));
            }
        }
        self.revision = mailbox.revision;
        (items, self)
    }
}

impl DeltaReset {
    fn refusal(self) -> Refusal {
        let message = "The sync state is not found. Start again without a token.";
        match self {
            Self::Gone => Refusal::new(StatusCode::GONE, "resyncRequired", message),
            Self::BadRequest => Refusal::new(StatusCode::BAD_REQUEST, "syncStateNotFound", message),
        }
    }
}

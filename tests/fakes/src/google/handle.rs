//! What tests hold of the fake: its people and calendars, and how it shall behave.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::conference::Meetings;
use super::refusal::Refusal;
use super::state::{Calendar, Shelf, State};
use super::{calendar_list, channels, events, free_busy, listing, oauth};
use crate::Pushes;
use crate::core::{Core, common_handle};
use crate::oauth::{Asked, Consent, Grant, oauth_handle};
use crate::server::{self, Fake};

/// A running fake of Google.
#[derive(Clone)]
pub struct Google(Arc<Inner>);

struct Inner {
    core: Core,
    state: Mutex<State>,
}

common_handle!(Google);
oauth_handle!(Google);

impl Google {
    /// Without accounts, and with nothing going wrong.
    pub async fn start() -> Self {
        let (listener, url) = server::listen().await;
        let google = Self(Arc::new(Inner { core: Core::new(url), state: Mutex::default() }));
        server::serve(listener, google.clone(), routes());
        google
    }

    /// A person with a primary calendar in UTC, whose id is the address.
    pub fn add_account(&self, account: &str) {
        let primary = Calendar { is_primary: true, ..Calendar::named(account, account) };
        let mut state = self.state();
        state.authority.add_person(account);
        state.accounts.insert(account.to_owned(), vec![Shelf::new(primary)]);
    }

    pub fn has_account(&self, account: &str) -> bool {
        self.state().accounts.contains_key(account)
    }

    /// One calendar more, or the same again with other properties.
    pub fn add_calendar(&self, account: &str, calendar: Calendar) {
        let mut state = self.state();
        let shelves = state.accounts.get_mut(account).expect("an account");
        match shelves.iter_mut().find(|shelf| shelf.calendar.id == calendar.id) {
            Some(shelf) => shelf.calendar = calendar,
            None => shelves.push(Shelf::new(calendar)),
        }
    }

    /// No page is longer than this, whatever is asked for.
    pub fn set_page_size(&self, size: usize) {
        self.state().page_size = size;
    }

    /// What becomes of the conferences that are asked for from now on; ready at once unless told.
    pub fn set_meetings(&self, meetings: Meetings) {
        self.state().meetings = meetings;
    }

    /// The longest range that `freeBusy` takes. Google does not say what it is; 60 days unless told, which is shorter
    /// than what others found.
    pub fn set_longest_range(&self, range: Duration) {
        self.state().longest_range = range.try_into().expect("less than an age");
    }

    /// Whether changes are pushed by themselves; they are unless told.
    pub fn set_pushes(&self, pushes: Pushes) {
        self.state().pushes = pushes;
    }

    /// From now on `freeBusy` has this error, such as `notFound` or `internalError`, inside its 200.
    pub fn break_calendar(&self, account: &str, calendar: &str, reason: &str) {
        self.state().shelf(account, calendar).expect("a calendar").error = Some(reason.to_owned());
    }

    pub fn mend_calendar(&self, account: &str, calendar: &str) {
        self.state().shelf(account, calendar).expect("a calendar").error = None;
    }

    /// Every sync token so far is 410 `fullSyncRequired`.
    pub fn expire_sync_tokens(&self, account: &str, calendar: &str) {
        self.state().shelf(account, calendar).expect("a calendar").generation += 1;
    }

    pub(super) fn consent_as(&self, asked: Asked, account: &str, scopes: Vec<String>) -> Consent {
        let now = self.core().now();
        let mut state = self.state();
        assert!(state.accounts.contains_key(account), "{account} is no account");
        state.authority.consent(asked, Grant { account: account.to_owned(), scopes }, now)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics holding it")
    }

    pub(super) fn core(&self) -> &Core {
        &self.0.core
    }
}

impl Fake for Google {
    const NAME: &'static str = "google";

    fn core(&self) -> &Core {
        &self.0.core
    }

    fn mailbox(&self, headers: &HeaderMap) -> Option<String> {
        self.state().authority.owner_of(server::bearer(headers)?).map(str::to_owned)
    }

    fn turned_away(&self, _: Duration) -> Response {
        Refusal::rate_limited().into_response()
    }

    fn failed(&self, status: StatusCode) -> Response {
        Refusal::backend(status).into_response()
    }
}

fn routes() -> Router<Google> {
    let calendar = "/calendar/v3/calendars/{calendar}/events";
    Router::new()
        .route("/o/oauth2/v2/auth", get(oauth::authorize))
        .route("/token", post(oauth::token))
        .route("/revoke", post(oauth::revoke))
        .route("/calendar/v3/users/me/calendarList", get(calendar_list::list))
        .route("/calendar/v3/freeBusy", post(free_busy::query))
        .route(calendar, get(listing::list).post(events::insert))
        .route(&format!("{calendar}/watch"), post(channels::watch))
        .route(
            &format!("{calendar}/{{event}}"),
            get(events::get).patch(events::patch).put(events::put).delete(events::delete),
        )
        .route("/calendar/v3/channels/stop", post(channels::stop))
}

//! What tests hold of the fake: its people and calendars, and how it shall behave.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::conference::Meetings;
use super::refusal::Refusal;
use super::state::{Calendar, Pushes, Shelf, State};
use super::{calendar_list, channels, events, free_busy, listing, oauth};
use crate::core::{Core, common_handle};
use crate::oauth::{Asked, CLIENT_ID, CLIENT_SECRET, Consent};
use crate::server::{self, Fake};

/// A running fake of Google.
#[derive(Clone)]
pub struct Google(Arc<Inner>);

struct Inner {
    core: Core,
    state: Mutex<State>,
}

common_handle!(Google);

impl Google {
    /// Without accounts, and with nothing going wrong.
    pub async fn start() -> Self {
        let (listener, url) = server::listen().await;
        let google = Self(Arc::new(Inner { core: Core::new(url), state: Mutex::default() }));
        server::serve(listener, google.clone(), routes());
        google
    }

    /// The one client's id, which authorization requests and token requests must name.
    pub fn client_id(&self) -> &'static str {
        CLIENT_ID
    }

    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// A person with a primary calendar in UTC, whose id is the address.
    pub fn add_account(&self, account: &str) {
        let primary = Calendar { is_primary: true, ..Calendar::named(account, account) };
        self.state().accounts.insert(account.to_owned(), vec![Shelf::new(primary)]);
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

    /// Somebody consents to all that the address asks for. Panics where Google would show an error page.
    pub fn consent(&self, authorize_url: &str, account: &str) -> Consent {
        let asked = Asked::parse(authorize_url).expect("an authorization request that Google takes");
        let scopes = asked.scopes.clone();
        self.consent_as(&asked, account, scopes)
    }

    /// Somebody consents to these of the scopes that the address asks for, and unticks the others.
    pub fn consent_to(&self, authorize_url: &str, account: &str, ticked: &[&str]) -> Consent {
        let asked = Asked::parse(authorize_url).expect("an authorization request that Google takes");
        let scopes = asked.scopes.iter().filter(|scope| ticked.contains(&scope.as_str())).cloned().collect();
        self.consent_as(&asked, account, scopes)
    }

    /// The person takes the consent back: every token is dead, and a refresh is `invalid_grant`.
    pub fn revoke(&self, account: &str) {
        self.state().authority.revoke(account);
    }

    /// Access tokens die before their time; refresh tokens stay good.
    pub fn expire_access_tokens(&self, account: &str) {
        self.state().authority.expire_access(account);
    }

    /// How long access tokens live from now on, in whole seconds; an hour unless told.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state().authority.set_lifetime(lifetime);
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

    pub(super) fn consent_as(&self, asked: &Asked, account: &str, scopes: Vec<String>) -> Consent {
        let now = self.core().now();
        let mut state = self.state();
        assert!(state.accounts.contains_key(account), "{account} is no account");
        let grant = crate::oauth::Grant { account: account.to_owned(), scopes };
        Consent { code: state.authority.consent(asked, grant, now), state: asked.state.clone() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics holding it")
    }

    pub(super) fn core(&self) -> &Core {
        &self.0.core
    }
}

impl Fake for Google {
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

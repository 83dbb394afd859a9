//! What tests hold of the fake: its people and calendars, and how it shall behave.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};

use super::delta::{self, DeltaReset};
use super::refusal::Refusal;
use super::state::{Calendar, Mailbox, State};
use super::{calendars, events, oauth, schedule, subscriptions, view};
use crate::Pushes;
use crate::core::{Core, common_handle};
use crate::oauth::{Asked, Consent, Grant, oauth_handle};
use crate::server::{self, Fake};

/// Outlook's limit for one app and one mailbox.
const MOST_AT_ONCE: usize = 4;

/// A running fake of Microsoft's login and of Graph.
#[derive(Clone)]
pub struct Microsoft(Arc<Inner>);

struct Inner {
    core: Core,
    state: Mutex<State>,
}

common_handle!(Microsoft);
oauth_handle!(Microsoft);

impl Microsoft {
    /// Without accounts, and with nothing going wrong.
    pub async fn start() -> Self {
        let (listener, url) = server::listen().await;
        let microsoft = Self(Arc::new(Inner { core: Core::new(url), state: Mutex::default() }));
        server::serve(listener, microsoft.clone(), routes());
        microsoft
    }

    /// Somebody of an organization, with a default calendar `calendar`.
    pub fn add_account(&self, account: &str) {
        self.add_mailbox(account, Mailbox::of_an_organization());
    }

    /// Somebody without an organization: no `getSchedule`, no Teams.
    pub fn add_personal_account(&self, account: &str) {
        self.add_mailbox(account, Mailbox::personal());
    }

    fn add_mailbox(&self, account: &str, mailbox: Mailbox) {
        let mut state = self.state();
        state.authority.add_person(account);
        state.mailboxes.insert(account.to_owned(), mailbox);
    }

    pub fn has_account(&self, account: &str) -> bool {
        self.state().mailboxes.contains_key(account)
    }

    /// One calendar more, or the same again with other properties.
    pub fn add_calendar(&self, account: &str, calendar: Calendar) {
        let mut state = self.state();
        let calendars = &mut state.mailbox(account).expect("an account").calendars;
        match calendars.iter_mut().find(|it| it.id == calendar.id) {
            Some(it) => *it = calendar,
            None => calendars.push(calendar),
        }
    }

    /// From now on a refresh is `interaction_required`, until the next consent.
    pub fn require_interaction(&self, account: &str) {
        self.state().to_interact.insert(account.to_owned());
    }

    /// No page is longer than this, whatever is asked for.
    pub fn set_page_size(&self, size: usize) {
        self.state().page_size = size;
    }

    /// For how many gets of a new event its join URL is still missing; 0 unless told.
    pub fn set_meeting_delay(&self, gets: u32) {
        self.state().meeting_delay = gets;
    }

    /// Whether changes are told to the subscriptions by themselves; they are unless told.
    pub fn set_pushes(&self, pushes: Pushes) {
        self.state().pushes = pushes;
    }

    /// Every delta link and every page of one so far is answered like this.
    pub fn reset_deltas(&self, how: DeltaReset) {
        let mut state = self.state();
        state.deltas.clear();
        state.lists.forget();
        state.delta_reset = how;
    }

    pub(super) fn consent_as(&self, asked: Asked, account: &str, scopes: Vec<String>) -> Consent {
        let now = self.core().now();
        let mut state = self.state();
        assert!(state.mailboxes.contains_key(account), "{account} is no account");
        state.to_interact.remove(account);
        // Microsoft gives a refresh token for a scope, and each time.
        let is_offline = scopes.iter().any(|scope| scope == "offline_access");
        let asked = Asked { is_offline, asks_again: true, ..asked };
        state.authority.consent(asked, Grant { account: account.to_owned(), scopes }, now)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics holding it")
    }

    pub(super) fn core(&self) -> &Core {
        &self.0.core
    }
}

impl Fake for Microsoft {
    const NAME: &'static str = "microsoft";

    fn core(&self) -> &Core {
        &self.0.core
    }

    fn mailbox(&self, headers: &HeaderMap) -> Option<String> {
        self.state().authority.owner_of(server::bearer(headers)?).map(str::to_owned)
    }

    fn turned_away(&self, retry_after: Duration) -> Response {
        let retry_after = [("retry-after", retry_after.as_secs().to_string())];
        (retry_after, Refusal::throttled()).into_response()
    }

    fn failed(&self, status: StatusCode) -> Response {
        Refusal::failed(status).into_response()
    }

    fn most_at_once(&self) -> Option<usize> {
        Some(MOST_AT_ONCE)
    }
}

fn routes() -> Router<Microsoft> {
    let event = || get(events::get).patch(events::patch).delete(events::delete);
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(oauth::authorize))
        .route("/{tenant}/oauth2/v2.0/token", post(oauth::token))
        .route("/v1.0/me/calendars", get(calendars::list))
        .route("/v1.0/me/calendar/getSchedule", post(schedule::query))
        .route("/v1.0/me/calendarView", get(view::list))
        .route("/v1.0/me/calendarView/delta", get(delta::list))
        .route("/v1.0/me/calendars/{calendar}/calendarView", get(view::list))
        .route("/v1.0/me/calendars/{calendar}/calendarView/delta", get(delta::list))
        .route("/v1.0/me/events", get(events::list).post(events::create))
        .route("/v1.0/me/events/{event}", event())
        .route("/v1.0/me/events/{event}/cancel", post(events::cancel))
        .route("/v1.0/me/calendars/{calendar}/events", get(events::list).post(events::create))
        .route("/v1.0/me/calendars/{calendar}/events/{event}", event())
        .route("/v1.0/subscriptions", get(subscriptions::list).post(subscriptions::create))
        .route(
            "/v1.0/subscriptions/{subscription}",
            patch(subscriptions::renew).get(subscriptions::get).delete(subscriptions::delete),
        )
        .route("/v1.0/subscriptions/{subscription}/reauthorize", post(subscriptions::reauthorize))
}

//! Who calls, and whether they may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Google;
use super::refusal::Refusal;
use crate::server::bearer;

/// Scopes that one kind of call takes, any of them, without their prefix.
pub(super) struct Needs(&'static [&'static str]);

pub(super) const CALENDAR_LIST: Needs =
    Needs(&["calendar.calendarlist.readonly", "calendar.calendarlist", "calendar.readonly", "calendar"]);
pub(super) const FREE_BUSY: Needs =
    Needs(&["calendar.freebusy", "calendar.events.freebusy", "calendar.readonly", "calendar"]);
pub(super) const READ_EVENTS: Needs = Needs(&[
    "calendar.events",
    "calendar.events.owned",
    "calendar.events.readonly",
    "calendar.events.owned.readonly",
    "calendar.readonly",
    "calendar",
]);
pub(super) const WRITE_EVENTS: Needs = Needs(&["calendar.events", "calendar.events.owned", "calendar"]);

const PREFIX: &str = "https://www.googleapis.com/auth/";

/// Whose access token the call carries; without a live one it is 401 `authError`.
pub(super) struct Caller {
    pub account: String,
    scopes: Vec<String>,
}

impl Caller {
    pub fn may(&self, needs: &Needs) -> Result<(), Refusal> {
        let names = self.scopes.iter().filter_map(|scope| scope.strip_prefix(PREFIX));
        if names.into_iter().any(|name| needs.0.contains(&name)) { Ok(()) } else { Err(Refusal::lacks_scope()) }
    }
}

impl FromRequestParts<Google> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, google: &Google) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        let now = google.core().now();
        let state = google.state();
        let grant = state.authority.grant_of(token, now).ok_or_else(Refusal::unauthorized)?;
        Ok(Self { account: grant.account.clone(), scopes: grant.scopes.clone() })
    }
}

//! Who calls, and whether they may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Microsoft;
use super::refusal::Refusal;
use super::state::Calendar;
use crate::server::bearer;

/// Scopes that one kind of call takes, any of them.
pub(super) struct Needs(&'static [&'static str]);

pub(super) const READ: Needs = Needs(&["Calendars.ReadWrite", "Calendars.Read", "Calendars.ReadBasic"]);
pub(super) const WRITE: Needs = Needs(&["Calendars.ReadWrite"]);
const SHARED: Needs = Needs(&["Calendars.ReadWrite.Shared", "Calendars.Read.Shared"]);

/// Whose access token the call carries; without a live one it is 401 `InvalidAuthenticationToken`.
pub(super) struct Caller {
    pub account: String,
    scopes: Vec<String>,
}

impl Caller {
    pub fn may(&self, needs: &Needs) -> Result<(), Refusal> {
        let names = self.scopes.iter().map(|scope| scope.trim_start_matches("https://graph.microsoft.com/"));
        if names.into_iter().any(|name| needs.0.contains(&name)) { Ok(()) } else { Err(Refusal::denied()) }
    }
}

impl Caller {
    /// Calendars of others take a scope more.
    pub fn may_reach(&self, calendar: &Calendar) -> Result<(), Refusal> {
        if calendar.owner.is_some() { self.may(&SHARED) } else { Ok(()) }
    }
}

impl FromRequestParts<Microsoft> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, microsoft: &Microsoft) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        let now = microsoft.core().now();
        let state = microsoft.state();
        let grant = state.authority.grant_of(token, now).ok_or_else(Refusal::unauthorized)?;
        Ok(Self { account: grant.account.clone(), scopes: grant.scopes.clone() })
    }
}

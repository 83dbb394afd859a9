//! The sender of a request, as handlers get it.

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use super::Scopes;
use super::allow::Allowed;
use super::limit::{self, Stranger};
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};
use crate::role::Role;
use crate::telemetry::RequestNotes;

/// A signed-in user with one of the route's roles.
///
/// As a handler's first argument it refuses other senders before anything else of the request is read. Refuses
/// with `UNAUTHORIZED`, `FORBIDDEN`, `INSUFFICIENT_SCOPE` and `RATE_LIMIT_EXCEEDED`.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    pub id: Uuid,
    pub org_id: i32,
    pub role: Role,
    pub via: Via,
}

/// How the user is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A session, by its id.
    Session(Uuid),
    /// A token of an outside issuer.
    Jwt,
    ApiKey(Scopes),
}

/// The user who sends a request, by token. How fast an address can have tokens looked up that nobody was signed in with
/// lately is limited before that costs anything.
async fn identified(parts: &Parts, state: &AppState) -> Result<Actor, ApiError> {
    let is_known = state.authenticator.knows(&parts.headers);
    let stranger = if is_known { None } else { Some(Stranger::new(parts, state).await?) };
    let identified = state.authenticator.identify(&parts.headers, &state.database).await;
    match stranger {
        Some(stranger) if identified.is_ok() => stranger.acquit(),
        None if identified.is_err() => limit::address(parts, state, Preset::Public).await?,
        _ => (),
    }
    identified
}

impl FromRequestParts<AppState> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // A route that declares no roles is open to nobody.
        let Some(&Allowed { roles, resource }) = parts.extensions.get::<Allowed>() else {
            return Err(ApiError::internal("a route without declared roles"));
        };
        let actor = identified(parts, state).await?;
        if let Some(notes) = parts.extensions.get::<RequestNotes>() {
            notes.principal(actor.id);
        }
        limit::user(parts, state, &actor).await?;
        if !roles.contains(&actor.role) {
            return Err(Rejection::Forbidden { required: roles, yours: actor.role }.into());
        }
        if let Via::ApiKey(scopes) = actor.via
            && !resource.is_some_and(|resource| scopes.allow(resource, &parts.method))
        {
            let required = resource.map(|resource| resource.scope(&parts.method));
            return Err(Rejection::InsufficientScope { required }.into());
        }
        Ok(actor)
    }
}

//! The sender of a request, as handlers get it.

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use super::Role;
use super::allow::Allowed;
use crate::error::{ApiError, Rejection};
use crate::http::RequestLog;
use crate::state::AppState;

/// A signed-in user with one of the route's roles.
///
/// As a handler's first argument it turns strangers away before anything else of the request is looked at. Refuses
/// with `UNAUTHORIZED` and `FORBIDDEN`.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    pub id: Uuid,
    pub role: Role,
}

impl FromRequestParts<AppState> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // A route that declares no roles is open to nobody.
        let Some(&Allowed(required)) = parts.extensions.get::<Allowed>() else {
            return Err(ApiError::internal("a route without declared roles"));
        };
        let actor = state.authenticator.identify(&parts.headers, &state.database).await?;
        if let Some(log) = parts.extensions.get::<RequestLog>() {
            log.principal(actor.id);
        }
        if required.contains(&actor.role) {
            Ok(actor)
        } else {
            Err(Rejection::Forbidden { required, yours: actor.role }.into())
        }
    }
}

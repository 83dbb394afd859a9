//! The senders of requests that are open to everybody.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::limit;
use crate::error::ApiError;
use crate::rate_limit::Preset;
use crate::state::AppState;

/// Somebody, signed in or not, within the route's rate limit for their address.
///
/// As a handler's first argument it turns away who asks too often before anything else of the request is looked at.
/// Refuses with `RATE_LIMIT_EXCEEDED`.
#[derive(Debug, Clone, Copy)]
pub struct Guest;

impl FromRequestParts<AppState> for Guest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        limit::address(parts, state, parts.extensions.get().copied().unwrap_or(Preset::Public)).await?;
        Ok(Self)
    }
}

/// Somebody like a [`Guest`] who has shown that they are human, where the installation asks for that.
///
/// Refuses also with `CAPTCHA_REQUIRED` and `CAPTCHA_FAILED`.
#[derive(Debug, Clone, Copy)]
pub struct Human;

impl FromRequestParts<AppState> for Human {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Guest::from_request_parts(parts, state).await?;
        if let Some(captcha) = &state.captcha {
            captcha.check(&parts.headers).await?;
        }
        Ok(Self)
    }
}

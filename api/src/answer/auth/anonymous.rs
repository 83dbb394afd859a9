//! Requests that are open to everybody.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::limit;
use crate::answer::captcha;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::ApiError;

/// A request that needs nobody signed in, within the route's rate limit for the sender's address.
///
/// As a handler's first argument it refuses a sender who asks too often before anything else of the request is read.
/// Refuses with `RATE_LIMIT_EXCEEDED`.
#[derive(Debug, Clone, Copy)]
pub struct Anonymous;

impl FromRequestParts<AppState> for Anonymous {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        limit::address(parts, state, parts.extensions.get().copied().unwrap_or(Preset::Public)).await?;
        Ok(Self)
    }
}

/// The same, and the sender has solved a captcha where the installation asks for one.
///
/// Refuses also with `CAPTCHA_REQUIRED` and `CAPTCHA_FAILED`.
#[derive(Debug, Clone, Copy)]
pub struct Human;

impl FromRequestParts<AppState> for Human {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Anonymous::from_request_parts(parts, state).await?;
        if let Some(captcha) = &state.captcha {
            captcha::check(captcha, &parts.headers).await?;
        }
        Ok(Self)
    }
}

//! Requests by which providers say that something changed.

use std::fmt::Display;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::limit::{self, Stranger};
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::ApiError;

/// What a provider pushes. Its sender's address counts until it has shown that it speaks for a calendar or a directory;
/// from then on that one counts, because few addresses push for everybody.
///
/// As a handler's first argument it refuses with `RATE_LIMIT_EXCEEDED` before anything else of the request is read.
pub struct Push {
    /// `None`: the sender's address does not count.
    stranger: Option<Stranger>,
    parts: Parts,
    state: AppState,
}

impl FromRequestParts<AppState> for Push {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let stranger = Some(Stranger::new(parts, state).await?);
        Ok(Self { stranger, parts: parts.clone(), state: state.clone() })
    }
}

impl Push {
    /// Whether it is known already that too much was pushed for this.
    pub fn is_too_much(&self, spoken_for: impl Display) -> bool {
        self.state.limiter.check(Preset::Push, spoken_for).is_err()
    }

    /// Refuses if it is known already that too much was pushed for this. Then nothing is asked, and nobody counts.
    pub fn check(&mut self, spoken_for: impl Display) -> Result<(), ApiError> {
        let checked = self.state.limiter.check(Preset::Push, spoken_for);
        if checked.is_err() {
            self.acquit();
        }
        checked.map_err(ApiError::from)
    }

    fn acquit(&mut self) {
        self.stranger.take().into_iter().for_each(Stranger::acquit);
    }

    /// Counts the request for what it has shown to speak for, instead of its address; for nothing, the address counts.
    /// What was done is not refused afterwards: the next one is.
    pub async fn settle(mut self, spoken_for: impl IntoIterator<Item: Display>) -> Result<(), ApiError> {
        for one in spoken_for {
            self.acquit();
            match self.state.limiter.take(Preset::Push, one, &self.state.database).await {
                Ok(standing) => limit::note(&self.parts, standing),
                Err(ApiError::Rejected(_)) => (),
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }
}

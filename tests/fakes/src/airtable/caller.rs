//! Who calls, and how often.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use jiff::SignedDuration;

use super::Airtable;
use super::refusal::Refusal;
use crate::server::bearer;

/// How many calls a base takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum RateLimit {
    #[default]
    None,
    /// As Airtable does. A call too many closes the base for 30 seconds, which Airtable asks its callers to wait.
    FivePerSecond,
}

/// The base that somebody with the token calls about. A wrong token is 401, an unknown base 403, and a call too many
/// 429.
pub(super) struct Caller {
    pub base: String,
}

impl FromRequestParts<Airtable> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, airtable: &Airtable) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).map(str::to_owned);
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, airtable).await;
        let Path(path) = path.map_err(|_| Refusal::not_found())?;
        let (now, base) = (airtable.core().now(), path["base"].clone());
        let mut state = airtable.state();
        if state.is_revoked || token.as_deref() != Some(airtable.token()) {
            return Err(Refusal::unauthorized());
        }
        let limit = state.limit;
        let kept = state.base(&base)?;
        if limit == RateLimit::None {
            return Ok(Self { base });
        }
        let second = SignedDuration::from_secs(1);
        while kept.calls.front().is_some_and(|call| now.duration_since(*call) >= second) {
            kept.calls.pop_front();
        }
        if kept.calls.len() >= 5 {
            kept.closed_until = Some(now + SignedDuration::from_secs(30));
        }
        if kept.closed_until.is_some_and(|until| now < until) {
            return Err(Refusal::rate_limited());
        }
        kept.calls.push_back(now);
        Ok(Self { base })
    }
}

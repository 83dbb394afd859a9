//! The rate limit of a request's sender.

use http::request::Parts;

use super::{API_KEY_PREFIX, Actor, Via};
use crate::error::ApiError;
use crate::http::RequestNotes;
use crate::rate_limit::{Peer, Preset};
use crate::state::AppState;

/// Counts a request of a signed-in user, unless their API key is trusted.
pub async fn user(parts: &Parts, state: &AppState, actor: &Actor) -> Result<(), ApiError> {
    if matches!(actor.via, Via::ApiKey(_)) && state.trusted_keys.holds(&parts.headers) {
        return Ok(());
    }
    let preset = parts.extensions.get().copied().unwrap_or(Preset::Api);
    let standing = state.limiter.take(preset, actor.id, &state.database).await?;
    note(parts, standing);
    Ok(())
}

/// Counts a request of an address.
pub async fn address(parts: &Parts, state: &AppState, preset: Preset) -> Result<(), ApiError> {
    let Some(&peer) = parts.extensions.get::<Peer>() else {
        return Err(ApiError::internal("a request from nowhere"));
    };
    let sender = state.proxies.sender(peer, &parts.headers);
    let standing = state.limiter.take(preset, sender, &state.database).await?;
    note(parts, standing);
    Ok(())
}

fn note(parts: &Parts, standing: Option<crate::rate_limit::Standing>) {
    if let (Some(notes), Some(standing)) = (parts.extensions.get::<RequestNotes>(), standing) {
        notes.standing(standing);
    }
}

/// API keys that no limit applies to, by their first characters.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(Vec<String>);

impl TrustedKeys {
    /// First characters, as `GET /v1/api-keys` shows them, with commas.
    pub fn parse(text: &str) -> Result<Self, String> {
        let prefixes: Vec<String> = text.split(',').map(|one| one.trim().to_owned()).collect();
        let is_prefix = |one: &String| one.starts_with(API_KEY_PREFIX) && one.len() >= API_KEY_PREFIX.len() + 8;
        if prefixes.iter().all(is_prefix) {
            Ok(Self(prefixes))
        } else {
            Err("is not a list of first characters of API keys, as GET /v1/api-keys shows them".to_owned())
        }
    }

    /// Whether these headers, whose key was found genuine, carry one of them.
    fn holds(&self, headers: &http::HeaderMap) -> bool {
        super::identify::bearer_token(headers)
            .is_ok_and(|token| self.0.iter().any(|prefix| token.starts_with(prefix.as_str())))
    }
}

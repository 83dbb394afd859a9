//! Applying the rate limit to the sender of a request.

use http::request::Parts;

use super::identify::bearer_token;
use super::{Actor, Via};
use crate::answer::rate_limit::{Network, Peer, Preset, RateNotes, Standing};
use crate::answer::state::AppState;
use crate::error::ApiError;

/// Counts a request of a signed-in user, and then of their organization, unless their API key is trusted.
pub async fn user(parts: &Parts, state: &AppState, actor: &Actor) -> Result<(), ApiError> {
    let is_trusted = |token: &str| state.trusted_keys.hold(token);
    if matches!(actor.via, Via::ApiKey(_)) && bearer_token(&parts.headers).is_ok_and(is_trusted) {
        return Ok(());
    }
    let preset = parts.extensions.get().copied().unwrap_or(Preset::Api);
    let standing = state.limiter.take(preset, actor.id, &state.database).await?;
    note(parts, standing);
    // Second: what one user asks for in vain takes nothing from the others.
    state.limiter.take(Preset::Organization, actor.org_id, &state.database).await?;
    Ok(())
}

/// Counts a request of an address.
pub async fn address(parts: &Parts, state: &AppState, preset: Preset) -> Result<(), ApiError> {
    let Some(&peer) = parts.extensions.get::<Peer>() else {
        return Err(ApiError::internal("a request from nowhere"));
    };
    let sender = Network::of_sender(&state.proxies, peer, &parts.headers);
    let standing = state.limiter.take(preset, sender, &state.database).await?;
    note(parts, standing);
    Ok(())
}

fn note(parts: &Parts, standing: Option<Standing>) {
    if let (Some(notes), Some(standing)) = (parts.extensions.get::<RateNotes>(), standing) {
        notes.put(standing);
    }
}

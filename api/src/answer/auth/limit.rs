//! Applying the rate limit to the sender of a request.

use std::sync::Arc;

use http::request::Parts;

use super::identify::bearer_token;
use super::{Actor, Via};
use crate::answer::rate_limit::{Limiter, Network, Peer, Preset, RateNotes, Standing};
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
    let standing = state.limiter.take(preset, sender(parts, state)?, &state.database).await?;
    note(parts, standing);
    Ok(())
}

fn sender(parts: &Parts, state: &AppState) -> Result<Network, ApiError> {
    let &peer = parts.extensions.get::<Peer>().ok_or_else(|| ApiError::internal("a request from nowhere"))?;
    Ok(Network::of_sender(&state.proxies, peer, &parts.headers))
}

/// Somebody who has still to show who they are, and whose address counts until then.
pub struct Stranger {
    limiter: Arc<Limiter>,
    sender: Network,
    standing: Option<Standing>,
    notes: Option<RateNotes>,
}

impl Stranger {
    /// Refuses with `RATE_LIMIT_EXCEEDED` when too many of that address did not.
    pub async fn new(parts: &Parts, state: &AppState) -> Result<Self, ApiError> {
        let sender = sender(parts, state)?;
        let standing = state.limiter.take(Preset::Public, sender, &state.database).await?;
        let notes = parts.extensions.get::<RateNotes>().cloned();
        Ok(Self { limiter: Arc::clone(&state.limiter), sender, standing, notes })
    }

    /// They have shown it: their address does not count.
    pub fn acquit(mut self) {
        self.standing = None;
        self.limiter.give_back(Preset::Public, self.sender);
    }
}

/// They have not shown it. The answer says what is left.
impl Drop for Stranger {
    fn drop(&mut self) {
        if let (Some(notes), Some(standing)) = (&self.notes, self.standing) {
            notes.put(standing);
        }
    }
}

pub fn note(parts: &Parts, standing: Option<Standing>) {
    if let (Some(notes), Some(standing)) = (parts.extensions.get::<RateNotes>(), standing) {
        notes.put(standing);
    }
}

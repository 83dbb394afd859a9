//! What operators look at, on an address of its own that is not for the public.

mod metrics;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;

use crate::telemetry::{Sampler, Telemetry};

/// Cheap to clone.
#[derive(Clone)]
pub struct InternalState {
    pub telemetry: Telemetry,
    pub sampler: Sampler,
}

impl FromRef<InternalState> for Telemetry {
    fn from_ref(state: &InternalState) -> Self {
        state.telemetry.clone()
    }
}

impl FromRef<InternalState> for Sampler {
    fn from_ref(state: &InternalState) -> Self {
        state.sampler.clone()
    }
}

/// Everything that is served there.
pub fn router(state: InternalState) -> Router {
    Router::new().route("/metrics", get(metrics::metrics)).with_state(state)
}

//! Pages and metrics for operators, on an address of their own that is not public.

mod host;
mod metrics;
mod pages;
mod tables;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use axum::routing::get;

use crate::answer::health::HealthCheck;
use crate::answer::http::protect;
use crate::telemetry::{Sampler, Telemetry};

/// Cheap to clone.
#[derive(Clone)]
pub struct InternalState {
    pub telemetry: Telemetry,
    pub sampler: Sampler,
    pub health: HealthCheck,
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
    Router::new()
        .route("/zpages", get(pages::overview))
        .route("/zpages/requests", get(pages::requests))
        .route("/zpages/jobs", get(pages::jobs))
        .route("/zpages/config", get(pages::configuration))
        .layer(from_fn(host::check))
        .route("/metrics", get(metrics::metrics))
        .layer(map_response(async |mut response: Response| {
            protect(response.headers_mut());
            response
        }))
        .with_state(state)
}

//! `/metrics`, as Prometheus reads it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::telemetry::{Sampler, Telemetry};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub async fn metrics(State(telemetry): State<Telemetry>, State(sampler): State<Sampler>) -> Response {
    sampler.refresh().await;
    match telemetry.text() {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(error) => {
            tracing::error!(cause = %error, "cannot write metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

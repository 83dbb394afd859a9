//! The router: every route, inside what every request passes through.

use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::{documentation, openapi, routes};
use crate::answer::http::{Envelope, Limits, Parameterized, Reports, cors, envelope, refuse_unknown_parameters};
use crate::answer::state::AppState;
use crate::config::HttpConfig;
use crate::error::{ApiError, Rejection};

/// Smaller answers are not worth compressing, in bytes.
const COMPRESS_ABOVE: u16 = 1024;

/// The OpenAPI document of every route.
pub fn document() -> OpenApi {
    collect().split_for_parts().1
}

/// The whole service as one router.
pub fn router(state: AppState, http: &HttpConfig) -> Router {
    let limits = Limits { request_timeout: http.request_timeout, body: http.body_limit };
    let outer = Envelope { limits, telemetry: state.telemetry.clone(), reports: Reports::default() };
    let (router, document) = collect().split_for_parts();
    router
        .route_layer(middleware::from_fn_with_state(Parameterized::of(&document), refuse_unknown_parameters))
        .merge(documentation::routes(&document.to_json().unwrap_or_default()))
        .method_not_allowed_fallback(async || ApiError::from(Rejection::MethodNotAllowed))
        .fallback(async || ApiError::from(Rejection::RouteNotFound))
        .layer(middleware::from_fn_with_state(outer, envelope))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(COMPRESS_ABOVE)))
        .layer(cors(&http.origins))
        .with_state(state)
}

fn collect() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::base()).merge(routes::health()).nest("/v1", routes::v1())
}

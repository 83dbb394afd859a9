//! The outermost layer: request id, time limit, panics, the shape of errors, headers, and the log line.
//!
//! This is one function instead of a stack of layers, because each layer boxes a future and clones a service for every
//! request.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderValue, Method, StatusCode, header};
use opentelemetry::context::FutureExt as _;

use super::body::Incoming;
use super::conditional::conditional;
use super::protect::protect;
use super::reports::Reports;
use crate::answer::failure::ErrorBody;
use crate::answer::rate_limit::RateNotes;
use crate::error::{ApiError, Fault, Rejection};
use crate::telemetry::{RequestId, RequestNotes, Telemetry, X_REQUEST_ID};

#[derive(Clone)]
pub struct Envelope {
    pub limits: Limits,
    pub telemetry: Telemetry,
    pub reports: Reports,
}

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest a request may take, with its body.
    pub request_timeout: Duration,
    /// Largest body, in bytes.
    pub body: usize,
}

pub async fn envelope(State(outer): State<Envelope>, mut request: Request, next: Next) -> Response {
    let Envelope { limits, telemetry, reports } = outer;
    let id = RequestId::of(request.headers());
    let (notes, rates) = (RequestNotes::default(), RateNotes::default());
    request.extensions_mut().insert(notes.clone());
    request.extensions_mut().insert(rates.clone());
    let flight = telemetry.begin(&request, &id, &notes);
    let versioned = request.uri().path().starts_with("/v1");
    let reading = versioned && request.method() == Method::GET;
    let if_none_match = request.headers().get(header::IF_NONE_MATCH).cloned();

    let (mut parts, body) = request.into_parts();
    let incoming = Incoming::new(body, &parts.headers, limits.body);
    parts.extensions.insert(incoming.clone());
    let handled = next.run(Request::from_parts(parts, Body::empty()));
    let handled = AssertUnwindSafe(handled).catch_unwind().with_context(flight.context());
    let mut response = match tokio::time::timeout(limits.request_timeout, handled).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => ApiError::internal(format!("panic: {}", panic_text(panic.as_ref()))).into_response(),
        Err(_) if incoming.is_being_read() => ApiError::from(Rejection::RequestTimeout).into_response(),
        Err(_) => ApiError::from(Fault::RequestTimeout).into_response(),
    };
    incoming.discard().await;
    let mut fault = None;
    if let Some(error) = response.extensions_mut().remove::<ApiError>().or_else(|| foreign(&response)) {
        reports.report(&error, &id);
        write_body(&mut response, &error, &id);
        fault = matches!(error, ApiError::Failed(_)).then(|| error.code());
        telemetry.refused(error.code());
    }
    if reading {
        response = conditional(response, if_none_match.as_ref()).await;
    }
    flight.land(response.status().as_u16(), fault);

    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, id.into_header());
    if let Some(standing) = rates.get() {
        standing.write(headers);
    }
    protect(headers);
    if versioned {
        // Clients may keep what they read, if they revalidate it each time.
        let caching = if headers.contains_key(header::ETAG) { "private, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.append(header::VARY, HeaderValue::from_static("authorization"));
    }
    response
}

/// Errors that a library answers, which do not have our shape.
fn foreign(response: &Response) -> Option<ApiError> {
    match response.status() {
        StatusCode::NOT_FOUND => Some(Rejection::RouteNotFound.into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Rejection::MethodNotAllowed.into()),
        _ => None,
    }
}

fn write_body(response: &mut Response, error: &ApiError, id: &RequestId) {
    let body = serde_json::to_vec(&ErrorBody::new(error, id.as_str())).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}

//! Errors in both of Airtable's shapes.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    /// Without one the error is a string, and not an object.
    message: Option<String>,
}

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, message: &str) -> Self {
        Self { status, kind, message: Some(message.to_owned()) }
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "AUTHENTICATION_REQUIRED", "Authentication required")
    }

    pub fn no_such_model() -> Self {
        let message = "Invalid permissions, or the requested model was not found.";
        Self::new(StatusCode::FORBIDDEN, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message)
    }

    pub fn not_found() -> Self {
        Self { status: StatusCode::NOT_FOUND, kind: "NOT_FOUND", message: None }
    }

    pub fn invalid(message: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_REQUEST_UNKNOWN", message)
    }

    pub fn unknown_field(name: &str) -> Self {
        let message = format!("Unknown field name: {name:?}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "UNKNOWN_FIELD_NAME", &message)
    }

    pub fn too_many_webhooks() -> Self {
        Self::new(StatusCode::FORBIDDEN, "TOO_MANY_WEBHOOKS_IN_BASE", "The base has as many webhooks as it can have.")
    }

    pub fn iterator_gone() -> Self {
        let message = "The list's iterator is not available any more.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", message)
    }

    pub fn rate_limited() -> Self {
        let message = "Rate limit exceeded. Please try again later.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_REACHED", message)
    }

    pub fn failed(status: StatusCode) -> Self {
        Self::new(status, "SERVER_ERROR", "The server failed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = match self.message {
            None => json!(self.kind),
            Some(message) => json!({ "type": self.kind, "message": message }),
        };
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}

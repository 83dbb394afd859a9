//! Errors in Graph's shape.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// An answer that is an error of Graph.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: &str) -> Self {
        Self { status, code, message: message.to_owned() }
    }

    pub fn invalid(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", message)
    }

    pub fn unauthorized() -> Self {
        let message = "Lifetime validation failed, the token is expired.";
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    pub fn denied() -> Self {
        let message = "Access is denied. Check credentials and try again.";
        Self::new(StatusCode::FORBIDDEN, "ErrorAccessDenied", message)
    }

    pub fn not_found() -> Self {
        let message = "The specified object was not found in the store.";
        Self::new(StatusCode::NOT_FOUND, "ErrorItemNotFound", message)
    }

    pub fn duplicate_transaction() -> Self {
        let message = "Your request can't be completed. The TransactionId specified in the request has already been used \
                       to create a different event.";
        Self::new(StatusCode::CONFLICT, "ErrorDuplicateTransactionId", message)
    }

    pub fn throttled() -> Self {
        let message = "Application is over its MailboxConcurrency limit.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "ApplicationThrottled", message)
    }

    pub fn failed(status: StatusCode) -> Self {
        let code = if status == StatusCode::SERVICE_UNAVAILABLE { "serviceNotAvailable" } else { "generalException" };
        Self::new(status, code, "The server failed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let request = Uuid::new_v4();
        let inner = json!({ "date": Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(), "request-id": request, "client-request-id": request });
        let body = json!({ "error": { "code": self.code, "message": self.message, "innerError": inner } });
        (self.status, Json(body)).into_response()
    }
}

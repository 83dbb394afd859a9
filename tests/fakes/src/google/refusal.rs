//! Errors in Google's shape.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is an error of Calendar v3.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    domain: &'static str,
    reason: &'static str,
    message: String,
    /// The parameter that it is about.
    parameter: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, domain: &'static str, reason: &'static str, message: &str) -> Self {
        Self { status, domain, reason, message: message.to_owned(), parameter: None }
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "global", "authError", "Invalid Credentials")
    }

    pub fn lacks_scope() -> Self {
        let message = "Request had insufficient authentication scopes.";
        Self::new(StatusCode::FORBIDDEN, "global", "insufficientPermissions", message)
    }

    pub fn role_too_low() -> Self {
        let message = "You need to have writer access to this calendar.";
        Self::new(StatusCode::FORBIDDEN, "calendar", "requiredAccessLevel", message)
    }

    pub fn rate_limited() -> Self {
        Self::new(StatusCode::FORBIDDEN, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded")
    }

    pub fn backend(status: StatusCode) -> Self {
        Self::new(status, "global", "backendError", "Backend Error")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "global", "notFound", "Not Found")
    }

    pub fn deleted() -> Self {
        Self::new(StatusCode::GONE, "global", "deleted", "Resource has been deleted")
    }

    pub fn duplicate() -> Self {
        Self::new(StatusCode::CONFLICT, "global", "duplicate", "The requested identifier already exists.")
    }

    pub fn condition_not_met() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "global", "conditionNotMet", "Precondition Failed")
    }

    pub fn channel_exists(id: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "global", "channelIdNotUnique", &format!("Channel id {id} not unique"))
    }

    pub fn full_sync_required() -> Self {
        let message = "Sync token is no longer valid, a full sync is required.";
        let refusal = Self::new(StatusCode::GONE, "calendar", "fullSyncRequired", message);
        Self { parameter: Some("syncToken"), ..refusal }
    }

    pub fn range_empty() -> Self {
        let message = "The specified time range is empty.";
        let refusal = Self::new(StatusCode::BAD_REQUEST, "calendar", "timeRangeEmpty", message);
        Self { parameter: Some("timeMax"), ..refusal }
    }

    pub fn range_too_long() -> Self {
        let message = "The requested time range is too long.";
        let refusal = Self::new(StatusCode::BAD_REQUEST, "calendar", "timeRangeTooLong", message);
        Self { parameter: Some("timeMax"), ..refusal }
    }

    pub fn required(parameter: &'static str) -> Self {
        let message = format!("Required parameter: {parameter}");
        let refusal = Self::new(StatusCode::BAD_REQUEST, "global", "required", &message);
        Self { parameter: Some(parameter), ..refusal }
    }

    pub fn unknown(name: &str) -> Self {
        let message = format!("Invalid JSON payload received. Unknown name {name:?}: Cannot find field.");
        Self::new(StatusCode::BAD_REQUEST, "global", "badRequest", &message)
    }

    pub fn not_watchable() -> Self {
        let message = "Push notifications are not supported by this resource.";
        Self::new(StatusCode::BAD_REQUEST, "global", "pushNotSupportedForRequestedResource", message)
    }

    pub fn invalid(parameter: &'static str, message: &str) -> Self {
        let refusal = Self::new(StatusCode::BAD_REQUEST, "global", "invalid", message);
        Self { parameter: Some(parameter), ..refusal }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({ "domain": self.domain, "reason": self.reason, "message": self.message });
        if let Some(parameter) = self.parameter {
            error["locationType"] = json!("parameter");
            error["location"] = json!(parameter);
        }
        let body = json!({ "error": { "errors": [error], "code": self.status.as_u16(), "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}

//! The one shape of errors.

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ApiError;

/// What every error looks like, whatever went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    pub error: ErrorContent,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorContent {
    /// Stable, for programs.
    #[schema(example = "SLOT_ALREADY_BOOKED")]
    pub code: String,
    /// For people.
    #[schema(example = "this slot is already booked")]
    pub message: String,
    /// The facts behind it, by code, and what to do about it as `hint`.
    #[schema(value_type = Object, example = json!({"hint": "List the slots again and choose another."}))]
    pub details: Value,
    /// When, UTC.
    pub timestamp: Timestamp,
    /// The request's id, also in the header X-Request-ID and in the service's log.
    #[schema(example = "req_0190c2a4-7a1e-7c60-b7a5-1c1f0f0a3f10")]
    pub request_id: String,
}

impl ErrorBody {
    pub fn new(error: &ApiError, request_id: &str) -> Self {
        let milliseconds = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Trunc);
        let now = Timestamp::now();
        Self {
            error: ErrorContent {
                code: error.code(),
                message: error.to_string(),
                details: error.details(),
                timestamp: now.round(milliseconds).unwrap_or(now),
                request_id: request_id.to_owned(),
            },
        }
    }
}

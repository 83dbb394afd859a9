//! The answer that an error becomes.

use axum::response::{IntoResponse, Response};
use convene_rules::refusal::Refusal;
use http::{HeaderValue, header};

use crate::answer::rate_limit::Standing;
use crate::error::{ApiError, Rejection, whole_seconds};

/// Status and headers. The error itself is an extension of the response: the envelope writes the body, because only it
/// knows the request's id.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status();
        if response.status() == http::StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if response.status() == http::StatusCode::SERVICE_UNAVAILABLE {
            let seconds = if matches!(self, Self::Refused(Refusal::CalendarUnavailable { .. })) { "60" } else { "1" };
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        match &self {
            Self::Rejected(Rejection::UnsupportedContentEncoding) => {
                response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            }
            Self::Rejected(Rejection::RequestTimeout) => {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => (),
        }
        if let Self::Rejected(Rejection::RateLimitExceeded { rate, retry_after }) = self {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(retry_after).into());
            Standing { rate, remaining: 0 }.write(response.headers_mut());
        }
        response.extensions_mut().insert(self);
        response
    }
}

//! The error type of every handler.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use convene_rules::refusal::Refusal;
use http::{HeaderValue, header};
use serde_json::{Value, json};

use crate::auth::Role;
use crate::rate_limit::{Rate, Standing};

/// Why a request did not get what it asked for.
#[derive(Debug, Clone)]
pub enum ApiError {
    /// A rule's "no".
    Refused(Refusal),
    /// The request's form, or its sender.
    Rejected(Rejection),
    /// Something broke.
    Failed(Arc<Fault>),
}

/// What the service itself says no to.
#[derive(Debug, Clone)]
pub enum Rejection {
    InvalidJson { problem: String },
    IdempotencyKeyRequired,
    Unauthorized { problem: &'static str },
    Forbidden { required: &'static [Role], yours: Role },
    InsufficientScope { required: Option<String> },
    RouteNotFound,
    MethodNotAllowed,
    PayloadTooLarge { limit: usize },
    UnsupportedMediaType,
    RateLimitExceeded { rate: Rate, retry_after: Duration },
    CaptchaRequired,
    CaptchaFailed,
    CalendarNotConfigured,
    InvalidSignature,
}

/// What broke. Only the log reads the texts.
#[derive(Debug)]
pub enum Fault {
    /// A statement ran into its time limit.
    StatementTimeout,
    /// The request ran into its time limit.
    RequestTimeout,
    /// No database connection was free in time.
    Busy,
    /// The database cannot be reached, or is going down.
    DatabaseUnavailable { problem: String },
    /// Other transactions were in the way, twice.
    Contended,
    /// The keys of the tokens' issuer cannot be had.
    IssuerUnavailable,
    /// The service is shutting down, or its database is not migrated.
    NotReady { problem: &'static str },
    /// Somebody must set something before this works.
    NotConfigured { problem: &'static str },
    /// A service outside, such as a calendar's, cannot be reached.
    ProviderUnavailable { problem: String },
    /// Anything else.
    Internal { problem: String },
}

impl ApiError {
    /// A refusal of one argument, named as the caller knows it.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        Self::Refused(Refusal::invalid(field, problem))
    }

    pub fn internal(problem: impl Into<String>) -> Self {
        Fault::Internal { problem: problem.into() }.into()
    }

    /// The stable code.
    pub fn code(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Rejected(rejection) => rejection.code().to_owned(),
            Self::Failed(fault) => fault.code().to_owned(),
        }
    }

    /// What happened, for people; never how the service works inside.
    pub fn message(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.message(),
            Self::Rejected(rejection) => rejection.message(),
            Self::Failed(fault) => fault.message().to_owned(),
        }
    }

    /// What the log says about it: of a fault its cause, else the message.
    pub fn cause(&self) -> String {
        match self {
            Self::Failed(fault) => fault.cause().to_owned(),
            Self::Refused(_) | Self::Rejected(_) => self.message(),
        }
    }

    /// The facts behind it, with what to do about it as `hint`.
    pub fn details(&self) -> Value {
        let (mut details, hint) = match self {
            Self::Refused(refusal) => (refusal.details(), refusal.hint()),
            Self::Rejected(rejection) => (rejection.details(), rejection.hint()),
            Self::Failed(fault) => (json!({}), fault.hint()),
        };
        details["hint"] = hint.into();
        details
    }
}

impl Rejection {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidJson { .. } => "INVALID_JSON",
            Self::IdempotencyKeyRequired => "IDEMPOTENCY_KEY_REQUIRED",
            Self::Unauthorized { .. } => "UNAUTHORIZED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::InsufficientScope { .. } => "INSUFFICIENT_SCOPE",
            Self::RouteNotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::PayloadTooLarge { .. } => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::RateLimitExceeded { .. } => "RATE_LIMIT_EXCEEDED",
            Self::CaptchaRequired => "CAPTCHA_REQUIRED",
            Self::CaptchaFailed => "CAPTCHA_FAILED",
            Self::CalendarNotConfigured => "CALENDAR_NOT_CONFIGURED",
            Self::InvalidSignature => "INVALID_SIGNATURE",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::InvalidJson { problem } => format!("the body is not JSON: {problem}"),
            Self::IdempotencyKeyRequired => "this request needs an Idempotency-Key header".to_owned(),
            Self::Unauthorized { problem } => (*problem).to_owned(),
            Self::Forbidden { yours, .. } => format!("this is not open to the role {yours}"),
            Self::InsufficientScope { required: Some(scope) } => format!("this API key lacks the scope {scope}"),
            Self::InsufficientScope { required: None } => "no API key may do this".to_owned(),
            Self::RouteNotFound => "there is nothing here".to_owned(),
            Self::MethodNotAllowed => "this resource does not have that method".to_owned(),
            Self::PayloadTooLarge { limit } => format!("the body is larger than {limit} bytes"),
            Self::UnsupportedMediaType => "the body must be application/json".to_owned(),
            Self::CaptchaRequired => "this request needs the token of a solved captcha".to_owned(),
            Self::CalendarNotConfigured => "calendars of this provider are not set up here".to_owned(),
            Self::InvalidSignature => "this is not signed as it must be".to_owned(),
            Self::CaptchaFailed => "the captcha was not solved, or its token was used before".to_owned(),
            Self::RateLimitExceeded { rate, .. } => {
                format!("only {} such requests are served in {} s", rate.requests, rate.window.as_secs_f64())
            }
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::Forbidden { required, yours } => json!({ "required_roles": required, "your_role": yours }),
            Self::InsufficientScope { required } => json!({ "required_scope": required }),
            Self::PayloadTooLarge { limit } => json!({ "limit_bytes": limit }),
            Self::RateLimitExceeded { retry_after, .. } => {
                json!({ "retry_after_seconds": whole_seconds(*retry_after) })
            }
            Self::InvalidJson { .. }
            | Self::IdempotencyKeyRequired
            | Self::Unauthorized { .. }
            | Self::RouteNotFound
            | Self::MethodNotAllowed
            | Self::CaptchaRequired
            | Self::CaptchaFailed
            | Self::CalendarNotConfigured
            | Self::InvalidSignature
            | Self::UnsupportedMediaType => json!({}),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::InvalidJson { .. } => "Send one JSON object in UTF-8.",
            Self::IdempotencyKeyRequired => "Send a fresh random key, and the same key when you repeat the request.",
            Self::Unauthorized { .. } => "Send Authorization: Bearer with a session token or a signed JWT.",
            Self::Forbidden { .. } => "Sign in as somebody with one of the required roles.",
            Self::InsufficientScope { required: Some(_) } => "Make a key with that scope.",
            Self::InsufficientScope { required: None } => "Sign in with a session.",
            Self::RouteNotFound | Self::MethodNotAllowed => "See /docs for what there is.",
            Self::PayloadTooLarge { .. } => "Send less.",
            Self::UnsupportedMediaType => "Send Content-Type: application/json.",
            Self::CaptchaRequired => "Send the token that the captcha gave the page, as X-Captcha-Token.",
            Self::CalendarNotConfigured => {
                "Choose another provider, or ask whoever runs this service; `convene config` lists the settings."
            }
            Self::CaptchaFailed => "Solve the captcha again.",
            Self::InvalidSignature => {
                "Sign the body as it is sent, byte for byte, with the secret that was given out last."
            }
            Self::RateLimitExceeded { .. } => "Wait as long as Retry-After says, and ask less often.",
        }
    }
}

/// What Retry-After counts in; rounded up, so that whoever waits has waited long enough.
fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

impl Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::StatementTimeout | Self::RequestTimeout => "TIMEOUT",
            Self::Busy | Self::DatabaseUnavailable { .. } | Self::Contended | Self::IssuerUnavailable => {
                "SERVICE_UNAVAILABLE"
            }
            Self::NotReady { .. } => "NOT_READY",
            Self::NotConfigured { .. } => "NOT_CONFIGURED",
            Self::ProviderUnavailable { .. } => "PROVIDER_UNAVAILABLE",
            Self::Internal { .. } => "INTERNAL_SERVER_ERROR",
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::StatementTimeout | Self::RequestTimeout => "this took too long and was given up",
            Self::Busy | Self::Contended => "too much is going on at once",
            Self::DatabaseUnavailable { .. } => "the database cannot be reached",
            Self::IssuerUnavailable => "the issuer of this token cannot be asked for its keys",
            Self::NotReady { problem } | Self::NotConfigured { problem } => problem,
            Self::ProviderUnavailable { .. } => "the provider does not answer at present",
            Self::Internal { .. } => "something went wrong inside the service",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Internal { .. } => "Report it with the request id.",
            Self::NotConfigured { .. } => "Ask whoever runs this service; `convene config` lists the settings.",
            _ => "Try again in a moment, with the same Idempotency-Key where there was one.",
        }
    }

    /// What the log says about it.
    pub fn cause(&self) -> &str {
        match self {
            Self::DatabaseUnavailable { problem }
            | Self::Internal { problem }
            | Self::ProviderUnavailable { problem } => problem,
            Self::StatementTimeout => "statement timeout",
            Self::RequestTimeout => "request timeout",
            Self::Busy => "no database connection was free in time",
            Self::IssuerUnavailable => "no keys of the issuer",
            Self::Contended => "serialization failure or deadlock, also when tried again",
            Self::NotReady { problem } | Self::NotConfigured { problem } => problem,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Failed(Arc::new(fault))
    }
}

/// A row that lacks a column, or has another type there than the service knows.
impl From<tokio_postgres::Error> for ApiError {
    fn from(error: tokio_postgres::Error) -> Self {
        super::classify(&error)
    }
}

/// Status and headers, with the error itself as an extension: the envelope writes the body, because only it knows
/// the request's id.
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
        if let Self::Rejected(Rejection::RateLimitExceeded { rate, retry_after }) = self {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(retry_after).into());
            Standing { rate, remaining: 0 }.write(response.headers_mut());
        }
        response.extensions_mut().insert(self);
        response
    }
}

//! What the service itself refuses.

use std::time::Duration;

use serde_json::{Value, json};

use crate::config::Rate;
use crate::role::Role;

/// A request whose form or sender the service refuses, or of which there are too many. The code is the variant's name.
#[derive(Debug, Clone, thiserror::Error, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Rejection {
    #[error("the body is not JSON: {problem}")]
    InvalidJson { problem: String },
    #[error("this request needs an Idempotency-Key header")]
    IdempotencyKeyRequired,
    #[error("{problem}")]
    Unauthorized { problem: &'static str },
    #[error("this is not open to the role {yours}")]
    Forbidden { required: &'static [Role], yours: Role },
    /// No scope is required where no API key may do it.
    #[error("{}", lacking(.required.as_deref()))]
    InsufficientScope { required: Option<String> },
    #[error("there is nothing here")]
    #[strum(serialize = "NOT_FOUND")]
    RouteNotFound,
    #[error("this resource does not have that method")]
    MethodNotAllowed,
    #[error("the body is larger than {limit} bytes")]
    PayloadTooLarge { limit: usize },
    #[error("the body must be application/json")]
    UnsupportedMediaType,
    #[error("compressed bodies are not understood here")]
    UnsupportedContentEncoding,
    /// The client, not the service, is slow.
    #[error("the body did not arrive in time")]
    RequestTimeout,
    #[error("only {} such requests are served in {} s", .rate.requests, .rate.window.as_secs_f64())]
    RateLimitExceeded { rate: Rate, retry_after: Duration },
    #[error("this request needs the token of a solved captcha")]
    CaptchaRequired,
    #[error("the captcha was not solved, or its token was used before")]
    CaptchaFailed,
    #[error("calendars of this provider are not set up here")]
    CalendarNotConfigured,
    #[error("this is not signed as it must be")]
    InvalidSignature,
}

impl Rejection {
    pub(super) fn code(&self) -> &'static str {
        self.into()
    }

    pub(super) fn details(&self) -> Value {
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
            | Self::UnsupportedContentEncoding
            | Self::RequestTimeout
            | Self::UnsupportedMediaType => json!({}),
        }
    }

    pub(super) fn hint(&self) -> &'static str {
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
            Self::UnsupportedContentEncoding => "Send the body as it is, without Content-Encoding.",
            Self::RequestTimeout => "Send the request again, with the same Idempotency-Key where there was one.",
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

fn lacking(scope: Option<&str>) -> String {
    match scope {
        Some(scope) => format!("this API key lacks the scope {scope}"),
        None => "no API key may do this".to_owned(),
    }
}

/// For `Retry-After`, rounded up: a client that waits as long does not come too early.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

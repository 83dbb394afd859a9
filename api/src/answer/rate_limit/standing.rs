//! How much of a limit a sender has left.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::config::Rate;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What is left of a limit after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub rate: Rate,
    pub remaining: u32,
}

impl Standing {
    /// Writes `X-RateLimit-Limit`, `-Remaining`, and `-Reset`: when the bucket is full again if no request follows.
    pub fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, self.rate.requests.into());
        headers.insert(REMAINING, self.remaining.into());
        if let Ok(reset) = HeaderValue::from_str(&self.reset().to_string()) {
            headers.insert(RESET, reset);
        }
    }

    /// To the second, rounded up.
    fn reset(self) -> Timestamp {
        let missing = self.rate.requests.saturating_sub(self.remaining);
        let refill = self.rate.window.mul_f64(f64::from(missing) / f64::from(self.rate.requests.max(1)));
        let at = Timestamp::now().as_duration().unsigned_abs() + refill;
        let seconds = (at + Duration::from_nanos(999_999_999)).as_secs();
        i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX)
    }
}

/// What the sender of a request has left, for the headers of the answer: set by the extractors, read by the envelope.
#[derive(Debug, Clone, Default)]
pub struct RateNotes(Arc<OnceLock<Standing>>);

impl RateNotes {
    /// A request counts against one limit, so the first value is right.
    pub fn put(&self, standing: Standing) {
        let _ = self.0.set(standing);
    }

    pub fn get(&self) -> Option<Standing> {
        self.0.get().copied()
    }
}

//! Requests to a provider: bounded in time and size, and never sent elsewhere.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::call_error::CallError;
use crate::outbound;

/// Longest whole request.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest body: ten times a page of a full calendar.
const LARGEST_BODY: usize = 8 << 20;
/// The longest wait that a provider can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Most pages of one listing, so that an endless one does not keep a worker busy for ever.
pub(crate) const MOST_PAGES: usize = 500;

/// Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub(crate) struct Http(reqwest::Client);

/// A whole answer, good or bad.
pub(crate) struct Answer {
    pub status: StatusCode,
    /// What `Retry-After` says, at most an hour.
    pub after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Http {
    pub fn new() -> Self {
        let client = outbound::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("convene/", env!("CARGO_PKG_VERSION")))
            .build()
            .unwrap_or_default();
        Self(client)
    }

    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.0.request(method, url)
    }

    /// The answer, with any status. Only an incomplete answer is an error.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        let response = request.send().await.map_err(|error| broken(&error))?;
        let (status, after) = (response.status(), retry_after(response.headers(), Timestamp::now()));
        Ok(Answer { status, after, body: bounded(response).await? })
    }
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body).map_err(|_| CallError::unreadable())
    }
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(CallError::refused("too-large", "the provider's answer is larger than 8 MiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The HTTP client's errors contain addresses, and addresses may contain personal data.
fn broken(error: &reqwest::Error) -> CallError {
    if error.is_builder() {
        CallError::refused("request", "the request cannot be made")
    } else if error.is_timeout() {
        CallError::retry("timeout", "the provider did not answer in time")
    } else if error.is_connect() {
        CallError::retry("connect", "the provider cannot be reached")
    } else {
        CallError::retry("connection", "the connection to the provider broke")
    }
}

/// Seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
            Duration::try_from(date.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(text: &str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        retry_after(&headers, "1994-11-06T08:49:00Z".parse().unwrap())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(37)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:40:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-3"), None);
    }

    #[test]
    fn nobody_is_waited_for_longer_than_an_hour() {
        assert_eq!(wait("999999"), Some(LONGEST_WAIT));
        assert_eq!(wait("Mon, 07 Nov 1994 08:49:37 GMT"), Some(LONGEST_WAIT));
    }

    #[test]
    fn a_body_that_is_cut_off_is_tried_again() {
        let answer = Answer { status: StatusCode::OK, after: None, body: br#"{"items":["#.to_vec() };
        assert_eq!(answer.json::<serde_json::Value>(), Err(CallError::unreadable()));
    }
}

//! The id under which a request is found in the log.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 128;

/// The sender's own id, if it is harmless to log and to echo; else a new one.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub fn of(headers: &HeaderMap) -> Self {
        match headers.get(X_REQUEST_ID) {
            Some(given) if is_harmless(given.as_bytes()) => Self(given.clone()),
            _ => Self::new(),
        }
    }

    fn new() -> Self {
        let text = format!("req_{}", Uuid::new_v4());
        Self(HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("req_unknown")))
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub fn into_header(self) -> HeaderValue {
        self.0
    }
}

fn is_harmless(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echoed(given: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(given).unwrap());
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_harmless_id_is_echoed() {
        assert_eq!(echoed(b"abc-123_x.y:z"), "abc-123_x.y:z");
    }

    #[test]
    fn anything_else_is_replaced() {
        for given in [&b""[..], b"a b", b"<script>", b"\"", b"a\xff", &[b'a'; 129]] {
            assert!(echoed(given).starts_with("req_"), "{given:?}");
        }
        assert!(RequestId::of(&HeaderMap::new()).as_str().starts_with("req_"));
    }
}

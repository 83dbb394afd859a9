//! Request bodies. They stay on the connection until a handler's extractor asks for them, which is after the sender is
//! known and within their rate limit.
//!
//! What nobody asked for is received and thrown away before the answer is sent, within limits. HTTP/1 would otherwise
//! have to close the connection, and closing a socket with unread data resets it: the client would often lose the answer
//! too.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};

/// Longest pause in a body before the client is taken to have stopped.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What is thrown away at most of a body that is over the limit. With a larger or slower body the client may not get the
/// answer.
const OVER_THE_LIMIT: Discard = Discard { bytes: 32 << 20, time: Duration::from_secs(5) };
/// What is thrown away at most for a client whose body nobody wants: less, because anybody can send it.
const UNWANTED: Discard = Discard { bytes: 1 << 20, time: Duration::from_secs(2) };

/// A request's body, for extractors; an extension of the request.
#[derive(Clone)]
pub struct Incoming(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// Largest body, in bytes.
    limit: usize,
    /// Whether the client waits for `100 Continue` before it sends.
    expects: bool,
    /// Whether it is compressed.
    is_encoded: bool,
}

enum State {
    Unread(Body),
    BeingRead,
    Read,
}

struct Discard {
    bytes: usize,
    time: Duration,
}

impl Incoming {
    pub fn new(body: Body, headers: &HeaderMap, limit: usize) -> Self {
        let is_plain = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
        Self(Arc::new(Inner {
            state: Mutex::new(State::Unread(body)),
            limit,
            expects: headers.contains_key(header::EXPECT),
            is_encoded: !headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain),
        }))
    }

    /// Whether a handler waits for the client to send the rest.
    pub fn is_being_read(&self) -> bool {
        matches!(*self.lock(), State::BeingRead)
    }

    /// The whole body. Refuses with `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_CONTENT_ENCODING` for a compressed one,
    /// `REQUEST_TIMEOUT` for one that stops, or `INVALID_JSON` for one that breaks off.
    pub async fn receive(&self) -> Result<Bytes, ApiError> {
        let Some(body) = self.take() else { return Ok(Bytes::new()) };
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        if self.0.is_encoded {
            self.give_back(body);
            return Err(Rejection::UnsupportedContentEncoding.into());
        }
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > self.0.limit && self.0.expects {
            // Without `100 Continue` the client does not send the body.
            self.give_back(body);
            return Err(Rejection::PayloadTooLarge { limit: self.0.limit }.into());
        }
        let received = receive(body, self.0.limit, announced).await;
        *self.lock() = State::Read;
        received
    }

    /// Throws away what nobody asked for.
    pub async fn discard(&self) {
        match self.take() {
            Some(body) if !body.is_end_stream() && !self.0.expects => discard(body, UNWANTED).await,
            _ => (),
        }
    }

    fn take(&self) -> Option<Body> {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::BeingRead) {
            State::Unread(body) => Some(body),
            other => {
                *state = other;
                None
            }
        }
    }

    fn give_back(&self, body: Body) {
        *self.lock() = State::Unread(body);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a request's body, as they were sent.
pub struct RawBody(pub Bytes);

impl FromRequest<AppState> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        let incoming = request.extensions().get::<Incoming>().cloned();
        incoming.ok_or_else(|| ApiError::internal("a request without its body"))?.receive().await.map(Self)
    }
}

async fn receive(mut body: Body, limit: usize, announced: usize) -> Result<Bytes, ApiError> {
    let mut received = BytesMut::with_capacity(announced.min(limit));
    loop {
        let frame = match tokio::time::timeout(LONGEST_PAUSE, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => {
                return Err(Rejection::InvalidJson { problem: "it did not arrive whole".to_owned() }.into());
            }
            Ok(None) => return Ok(received.freeze()),
            Err(_) => return Err(Rejection::RequestTimeout.into()),
        };
        let Ok(data) = frame.into_data() else { continue };
        if received.len() + data.len() > limit {
            discard(body, OVER_THE_LIMIT).await;
            return Err(Rejection::PayloadTooLarge { limit }.into());
        }
        received.extend_from_slice(&data);
    }
}

async fn discard(mut body: Body, most: Discard) {
    let reading = async {
        let mut discarded = 0;
        while discarded < most.bytes
            && let Some(Ok(frame)) = body.frame().await
        {
            discarded += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // Whether all of it was read or not, the answer is the same.
    let _ = tokio::time::timeout(most.time, reading).await;
}

//! Request bodies, read as a whole before the handler runs.
//!
//! A handler that refuses early would leave the body unread, and HTTP/1 would then have to close the connection. The
//! client would lose the connection, and with a large body often the answer too, because closing a socket with unread
//! data resets it.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use crate::error::{ApiError, Rejection};

/// A body over the limit is still received and thrown away, up to this size and time, so that the client reads our
/// answer. With a larger or slower body the client may not get it.
const MOST_DISCARDED: usize = 32 << 20;
const LONGEST_DISCARDING: Duration = Duration::from_secs(5);

/// The body, at most `limit` bytes. Refuses with `PAYLOAD_TOO_LARGE`, or `INVALID_JSON` for one that breaks off.
pub async fn receive(body: Body, headers: &HeaderMap, limit: usize) -> Result<Bytes, ApiError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit && headers.contains_key(header::EXPECT) {
        // The client waits for `100 Continue`. Without it, it does not send the body.
        return Err(Rejection::PayloadTooLarge { limit }.into());
    }
    let mut body = body;
    let mut received = BytesMut::with_capacity(announced.min(limit));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Rejection::InvalidJson { problem: "it did not arrive whole".to_owned() })?;
        let Ok(data) = frame.into_data() else { continue };
        if received.len() + data.len() > limit {
            discard(body).await;
            return Err(Rejection::PayloadTooLarge { limit }.into());
        }
        received.extend_from_slice(&data);
    }
    Ok(received.freeze())
}

async fn discard(mut body: Body) {
    let reading = async {
        let mut discarded = 0;
        while discarded < MOST_DISCARDED
            && let Some(Ok(frame)) = body.frame().await
        {
            discarded += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // Whether all of it was read or not, the answer is the same.
    let _ = tokio::time::timeout(LONGEST_DISCARDING, reading).await;
}

//! A time limit for the heads of requests. Hyper's own begins when the answer before was sent, and so would end idle
//! connections as soon as slow ones; proxies keep connections idle for a minute.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a head may take, from its first byte to its last; on a new connection, from its beginning.
const LONGEST_HEAD: Duration = Duration::from_secs(10);

/// Whose turn it is on a connection, as the service and its stream see it.
#[derive(Clone)]
pub struct Turn(Arc<AtomicU8>);

/// A head has begun; or the connection is new.
const HEAD: u8 = 0;
/// A head is complete: the next bytes are no head.
const SERVICE: u8 = 1;
/// It was answered: the next bytes are a head.
const NOBODY: u8 = 2;

impl Default for Turn {
    fn default() -> Self {
        Self(Arc::new(AtomicU8::new(HEAD)))
    }
}

impl Turn {
    /// A head is complete.
    pub fn begin(&self) {
        self.0.store(SERVICE, Ordering::Relaxed);
    }

    /// It was answered.
    pub fn end(&self) {
        self.0.store(NOBODY, Ordering::Relaxed);
    }
}

/// A stream that fails when a head takes too long.
pub struct Timed<S> {
    stream: S,
    turn: Turn,
    longest: Duration,
    /// When the head that has begun must be complete.
    deadline: Pin<Box<Sleep>>,
}

impl<S> Timed<S> {
    pub fn new(stream: S, turn: Turn) -> Self {
        Self::with_limit(stream, turn, LONGEST_HEAD)
    }

    fn with_limit(stream: S, turn: Turn, longest: Duration) -> Self {
        Self { stream, turn, longest, deadline: Box::pin(tokio::time::sleep(longest)) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        match this.turn.0.load(Ordering::Relaxed) {
            NOBODY if buffer.filled().len() > before => {
                this.turn.0.store(HEAD, Ordering::Relaxed);
                this.deadline.as_mut().reset(Instant::now() + this.longest);
                read
            }
            HEAD if this.deadline.as_mut().poll(context).is_ready() => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            _ => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const LONGEST: Duration = Duration::from_millis(200);

    fn timed() -> (Timed<DuplexStream>, DuplexStream, Turn) {
        let (ours, theirs) = duplex(1024);
        let turn = Turn::default();
        (Timed::with_limit(ours, turn.clone(), LONGEST), theirs, turn)
    }

    #[tokio::test]
    async fn a_head_that_comes_drop_by_drop_is_given_up() {
        let (mut stream, mut client, _turn) = timed();
        let dripping = tokio::spawn(async move {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(LONGEST / 4).await;
            }
        });
        let (began, mut byte) = (Instant::now(), [0]);
        let error = loop {
            if let Err(error) = stream.read_exact(&mut byte).await {
                break error;
            }
        };
        dripping.abort();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((LONGEST..LONGEST * 3).contains(&began.elapsed()), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn a_connection_that_was_answered_may_be_idle_and_a_body_may_take_its_time() {
        let (mut stream, mut client, turn) = timed();
        let mut byte = [0];
        client.write_all(b"h").await.unwrap();
        stream.read_exact(&mut byte).await.unwrap();
        for of_body in [true, false] {
            if of_body {
                turn.begin()
            } else {
                turn.end()
            }
            let (read, ()) = tokio::join!(stream.read_exact(&mut byte), async {
                tokio::time::sleep(LONGEST * 2).await;
                client.write_all(b"x").await.unwrap();
            });
            read.unwrap();
        }
        // The next head has begun.
        assert_eq!(stream.read_exact(&mut byte).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}

//! Accepting connections, and draining them.
//!
//! `axum::serve` has no time limit for reading the head of a request, so that incomplete requests could pile up, and
//! waits without limit when it drains. This has limits for both, and tells clients to come back on another connection before
//! it drains.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt};

use crate::answer::rate_limit::Peer;
use crate::answer::state::Lifecycle;

/// A connection that sends no complete request head for this long is closed; so are idle ones.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// The pause after a failed accept, for example when there are no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` ends, then finishes what is in progress, for at most `drain`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    lifecycle: Lifecycle,
    stop: impl Future<Output = ()>,
    drain: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);

    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(cause = %error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let service = service(&router, &lifecycle, peer);
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // An error means that the client hung up. Errors of handlers are answers, and do not end up here.
            let _ = connection.await;
        });
    }

    drop(listener);
    if tokio::time::timeout(drain, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

/// The router, for requests of one connection.
fn service(
    router: &Router,
    lifecycle: &Lifecycle,
    peer: Peer,
) -> TowerToHyperService<
    impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
> {
    let with_peer = move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.map(Body::new)
    };
    let lifecycle = lifecycle.clone();
    let to_the_last = move |mut response: Response| {
        if lifecycle.is_stopping() {
            // Hyper closes the connection after that.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    };
    TowerToHyperService::new(router.clone().map_request(with_peer).map_response(to_the_last))
}

async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, Peer)> {
    let (stream, peer) = listener.accept().await?;
    // Each answer is one small write: waiting to fill a packet (Nagle) would only delay it.
    stream.set_nodelay(true)?;
    Ok((stream, Peer(peer.ip())))
}

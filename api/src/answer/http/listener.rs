//! Accepting connections, and draining them.
//!
//! `axum::serve` has no time limit for reading the head of a request, so that incomplete requests could pile up, takes
//! as many connections as come, and waits without limit when it drains. This has limits for all three, and tells clients
//! to come back on another connection before it drains.

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

use super::connections::{Connections, Room};
use super::head_timer::{Timed, Turn};
use crate::answer::rate_limit::Peer;
use crate::answer::state::Lifecycle;

/// A connection that is idle for this long is closed. Proxies keep theirs for a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// The pause after a failed accept, for example when there are no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` ends, then finishes what is in progress, for at most `drain`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Connections,
    lifecycle: Lifecycle,
    stop: impl Future<Output = ()>,
    drain: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(IDLE_TIMEOUT);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);

    loop {
        let (room, stream, peer) = tokio::select! {
            accepted = accept(&listener, &bounds) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(cause = %error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Some(place) = bounds.place(room, peer) else { continue };
        let turn = Turn::default();
        let stream = TokioIo::new(Timed::new(stream, turn.clone()));
        let connection = connections.watch(http.serve_connection(stream, service(&router, &lifecycle, peer, turn)));
        tokio::spawn(async move {
            let _place = place;
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
    turn: Turn,
) -> TowerToHyperService<
    impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
> {
    let ended = turn.clone();
    let with_peer = move |mut request: Request<Incoming>| {
        turn.begin();
        request.extensions_mut().insert(peer);
        request.map(Body::new)
    };
    let lifecycle = lifecycle.clone();
    let answered = move |mut response: Response| {
        ended.end();
        if lifecycle.is_stopping() {
            // Hyper closes the connection after that.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    };
    TowerToHyperService::new(router.clone().map_request(with_peer).map_response(answered))
}

/// The next connection, as soon as there is room for it.
async fn accept(listener: &TcpListener, bounds: &Connections) -> io::Result<(Room, TcpStream, Peer)> {
    let room = bounds.room().await.ok_or_else(|| io::Error::other("nobody may connect any more"))?;
    let (stream, peer) = listener.accept().await?;
    // Each answer is one small write: waiting to fill a packet (Nagle) would only delay it.
    stream.set_nodelay(true)?;
    Ok((room, stream, Peer(peer.ip())))
}

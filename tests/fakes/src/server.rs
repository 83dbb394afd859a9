//! The server under every fake. It is hyper's own and not `axum::serve`, because a fake must be able to close a
//! connection without an answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::calls::Call;
use crate::core::Core;
use crate::exchanges;
use crate::faults::{Fate, Fault};

/// What the server must know of a provider.
pub(crate) trait Fake: Clone + Send + Sync + 'static {
    /// As exchanges are written down.
    const NAME: &'static str;

    fn core(&self) -> &Core;

    /// Whose token the call carries.
    fn mailbox(&self, headers: &HeaderMap) -> Option<String>;

    /// The answer to one call too many. The provider may send when to come back, or not.
    fn turned_away(&self, retry_after: Duration) -> Response;

    /// The answer to a call that failed with this status for no fault of the caller.
    fn failed(&self, status: StatusCode) -> Response;

    /// How many calls a mailbox may have open at once.
    fn most_at_once(&self) -> Option<usize> {
        None
    }
}

/// Marks a response that must not be sent: the connection is closed instead.
#[derive(Clone)]
struct Cut;

/// A free port of this machine, and its address.
pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    (listener, url)
}

/// Answers in the background, until the runtime ends.
pub(crate) fn serve<F: Fake>(listener: TcpListener, fake: F, routes: Router<F>) {
    let router = routes
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(middleware::from_fn_with_state(fake.clone(), weather::<F>))
        .with_state(fake);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, router.clone()));
        }
    });
}

async fn connection(stream: TcpStream, router: Router) {
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response): Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
            if response.extensions().get::<Cut>().is_some() { Err("cut") } else { Ok(response) }
        }
    });
    // What ends a connection early is the caller's doing, or the fault that was asked for.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Lets happen to a call what the faults say, and takes it down.
async fn weather<F: Fake>(State(fake): State<F>, request: Request, next: Next) -> Response {
    let core = fake.core();
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| request.uri().path().to_owned(), |route| route.as_str().to_owned());
    let mailbox = fake.mailbox(request.headers());
    let caller = header(request.headers(), "user-agent");
    let (request, sent) = if exchanges::are_kept() {
        let (parts, body) = request.into_parts();
        let (body, sent) = exchanges::read(body).await;
        (Request::from_parts(parts, body), exchanges::shown(&sent))
    } else {
        (request, Value::Null)
    };
    let mut response = {
        let open = mailbox.as_deref().map(|mailbox| core.log.open_call(mailbox));
        let too_many = open.as_ref().is_some_and(|open| fake.most_at_once().is_some_and(|most| open.now > most));
        happen(&fake, too_many, &method, request, next).await
    };
    let is_cut = response.extensions().get::<Cut>().is_some();
    let status = (!is_cut).then(|| response.status().as_u16());
    if exchanges::are_kept() {
        let (parts, body) = response.into_parts();
        let (body, answered) = exchanges::read(body).await;
        exchanges::keep(json!({
            "provider": F::NAME, "caller": caller, "method": method, "path": path, "sent": sent,
            "status": parts.status.as_u16(), "answered": exchanges::shown(&answered),
        }));
        response = Response::from_parts(parts, body);
    }
    core.log.add(Call { method, route, path, mailbox, status });
    response
}

async fn happen<F: Fake>(fake: &F, too_many: bool, method: &str, request: Request, next: Next) -> Response {
    let core = fake.core();
    let path = request.uri().path().to_owned();
    let (Fate { delay, fault }, retry_after) =
        core.with_weather(|weather| (weather.fate(method, &path), weather.retry_after()));
    if too_many {
        return fake.turned_away(retry_after);
    }
    tokio::time::sleep(delay).await;
    match fault {
        None | Some(Fault::Late(_)) => next.run(request).await,
        Some(Fault::Status(status)) => fake.failed(StatusCode::from_u16(status).expect("a status")),
        Some(Fault::RateLimited) => fake.turned_away(retry_after),
        Some(Fault::Hangup) => cut(),
        Some(Fault::LostAnswer) => {
            next.run(request).await;
            cut()
        }
        Some(Fault::HiddenAnswer) => {
            next.run(request).await;
            fake.failed(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn cut() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Cut);
    response
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

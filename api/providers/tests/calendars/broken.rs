//! Answers that are none: cut off, without end, or leading elsewhere.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use convene_providers::calendar::{Client, Clients, MicrosoftConfig, Provider, Registration};
use convene_providers::{CallErrorKind, Secret};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{CALENDAR, at};

/// A client of a Graph that is at this address.
fn client(address: &str) -> Client {
    let registration = Registration {
        client_id: "id".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        redirect_url: "https://app.test/back".to_owned(),
    };
    let (login_url, graph_url) = (address.parse().unwrap(), format!("{address}/v1.0").parse().unwrap());
    let clients = Clients::new(None, Some(MicrosoftConfig { registration, login_url, graph_url }));
    clients.of(Provider::Microsoft).unwrap().clone()
}

/// Answers every request like this.
async fn answering<R: IntoResponse>(answer: impl Fn() -> R + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move || std::future::ready(answer().into_response()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Where no token should come to; those that did.
async fn elsewhere() -> (String, Arc<Mutex<Vec<HeaderMap>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    let router = Router::new().fallback(move |headers: HeaderMap| {
        noted.lock().unwrap().push(headers);
        std::future::ready(r#"{"value":[]}"#)
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, seen)
}

async fn failure(address: &str) -> (CallErrorKind, String) {
    let error = client(address).calendars("token").await.unwrap_err();
    (error.kind, error.code)
}

const LATER: CallErrorKind = CallErrorKind::Retry { after: None };

#[tokio::test]
async fn an_answer_that_is_cut_off_is_for_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"value\":[").await.unwrap();
    });
    assert_eq!(failure(&address).await, (LATER, "connection".to_owned()));
}

#[tokio::test]
async fn a_page_of_a_proxy_is_for_later() {
    let address = answering(|| "<html>Back soon</html>").await;
    assert_eq!(failure(&address).await, (LATER, "unreadable".to_owned()));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let address = answering(|| " ".repeat((8 << 20) + 1)).await;
    assert_eq!(failure(&address).await, (CallErrorKind::Refused, "too-large".to_owned()));
}

#[tokio::test]
async fn a_listing_without_end_comes_to_one() {
    let own = Arc::new(Mutex::new(String::new()));
    let known = own.clone();
    let address = answering(move || {
        let next = format!("{}/v1.0/me/calendars?$skiptoken=again", known.lock().unwrap());
        axum::Json(serde_json::json!({ "value": [], "@odata.nextLink": next }))
    })
    .await;
    own.lock().unwrap().push_str(&address);
    assert_eq!(failure(&address).await, (CallErrorKind::Refused, "too-many-pages".to_owned()));
}

#[tokio::test]
async fn nobody_is_at_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(failure(&address).await, (LATER, "connect".to_owned()));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (other, seen) = elsewhere().await;
    let address = answering(move || -> Response {
        (StatusCode::FOUND, [("location", format!("{other}/v1.0/me/calendars"))]).into_response()
    })
    .await;
    assert_eq!(failure(&address).await, (CallErrorKind::Refused, "302".to_owned()));
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_next_page_elsewhere_gets_no_token() {
    let (other, seen) = elsewhere().await;
    let address = answering(move || {
        axum::Json(serde_json::json!({ "value": [], "@odata.nextLink": format!("{other}/v1.0/me/calendars") }))
    })
    .await;
    assert_eq!(failure(&address).await, (CallErrorKind::Refused, "elsewhere".to_owned()));
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cursor_that_leads_elsewhere_is_not_kept() {
    let address = answering(|| {
        axum::Json(serde_json::json!({ "value": [], "@odata.deltaLink": "https://evil.example/v1.0/delta" }))
    })
    .await;
    let (from, until) = (at("00:00"), at("12:00"));
    let changes = client(&address).changes("token", CALENDAR, None, from, until, &jiff::tz::TimeZone::UTC).await;
    assert_eq!(changes.unwrap_err().kind, CallErrorKind::Refused);
}

//! Takes notifications, and answers them as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

#[derive(Clone, Debug)]
pub struct Notification {
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Default)]
struct Box {
    notifications: Vec<Notification>,
    validations: u32,
    is_deaf: bool,
}

/// Answers 202, and Graph's validation requests with their token.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    inner: Arc<Mutex<Box>>,
}

impl Notification {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/notified", listener.local_addr().expect("it is bound"));
        let receiver = Self { url, inner: Arc::default() };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// From now on validation requests get another answer than their token.
    pub fn misunderstands(&self) {
        self.inner.lock().unwrap().is_deaf = true;
    }

    pub fn validations(&self) -> u32 {
        self.inner.lock().unwrap().validations
    }

    /// So many notifications, as soon as they are there.
    pub async fn received(&self, count: usize) -> Vec<Notification> {
        for _ in 0..400 {
            let notifications = self.inner.lock().unwrap().notifications.clone();
            if notifications.len() >= count {
                assert_eq!(notifications.len(), count);
                return notifications;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{count} notifications never came")
    }
}

async fn take(
    State(receiver): State<Receiver>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = receiver.inner.lock().unwrap();
    let query = query.unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "validationToken");
    if let Some((_, token)) = token {
        inner.validations += 1;
        return if inner.is_deaf { "what?".into_response() } else { token.into_owned().into_response() };
    }
    inner.notifications.push(Notification { headers, body });
    StatusCode::ACCEPTED.into_response()
}

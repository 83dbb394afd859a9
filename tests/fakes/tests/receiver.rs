//! Takes notifications, and answers them as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

#[derive(Clone, Debug)]
pub struct Notification {
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Default)]
struct Box {
    notifications: Vec<Notification>,
}

/// Answers 202.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    inner: Arc<Mutex<Box>>,
}

impl Notification {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
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

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut inner = receiver.inner.lock().unwrap();
    inner.notifications.push(Notification { headers, body });
    StatusCode::ACCEPTED
}

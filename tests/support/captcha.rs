//! A provider of captchas, as Turnstile and hCaptcha answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

pub const SECRET: &str = "0x4AAAAAAA_the_sites_secret";

/// What a form brings.
type Fields = std::collections::HashMap<String, String>;

#[derive(Default)]
struct Seen {
    /// Tokens are good once; the key of the request that used one.
    used: HashSet<String>,
    is_down: bool,
    stumbles: u32,
    asked: u32,
    answers: Option<(u16, &'static str)>,
}

/// A running provider; it ends with the test. Tokens that begin with `human` are good, once.
pub struct Provider {
    pub url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Provider {
    pub async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let router = Router::new().route("/siteverify", post(verify)).with_state(Arc::clone(&seen));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/siteverify", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub fn goes_down(&self) {
        self.seen.lock().expect("nobody panics holding it").is_down = true;
    }

    /// Fails the next request within, as both providers sometimes do.
    pub fn stumbles(&self) {
        self.seen.lock().expect("nobody panics holding it").stumbles = 1;
    }

    /// Answers every request with this status and text.
    pub fn answers(&self, status: u16, text: &'static str) {
        self.seen.lock().expect("nobody panics holding it").answers = Some((status, text));
    }

    pub fn asked(&self) -> u32 {
        self.seen.lock().expect("nobody panics holding it").asked
    }
}

async fn verify(State(seen): State<Arc<Mutex<Seen>>>, Form(fields): Form<Fields>) -> Response {
    let answers = seen.lock().expect("nobody panics holding it").answers;
    match answers {
        Some((status, text)) => (StatusCode::from_u16(status).expect("a status"), text).into_response(),
        None => judge(&seen, &fields).into_response(),
    }
}

fn judge(seen: &Mutex<Seen>, fields: &Fields) -> Result<Json<Value>, StatusCode> {
    let mut seen = seen.lock().expect("nobody panics holding it");
    seen.asked += 1;
    if seen.is_down {
        return Err(StatusCode::BAD_GATEWAY);
    }
    let no = |code: &str| Ok(Json(json!({ "success": false, "error-codes": [code] })));
    if seen.stumbles > 0 {
        seen.stumbles -= 1;
        return no("internal-error");
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    match (field("secret"), field("response")) {
        (SECRET, token) if !token.starts_with("human") => no("invalid-input-response"),
        (SECRET, token) if !seen.used.insert(token.to_owned()) => no("timeout-or-duplicate"),
        (SECRET, _) => Ok(Json(json!({
            "success": true, "challenge_ts": "2026-01-05T09:00:00Z", "hostname": "office.test", "error-codes": [],
        }))),
        _ => no("invalid-input-secret"),
    }
}

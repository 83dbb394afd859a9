//! The service, as a process of its own, and clients that speak HTTP to it.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::database::TestDatabase;
use crate::surroundings::{surroundings, url_of};
use crate::world::{Slot, User, World};

/// A running service. It ends, as by `kill -9`, with this value.
pub struct Service {
    process: Child,
    /// `127.0.0.1:port`
    pub address: String,
    /// Of metrics; empty if there is none.
    pub internal: String,
    log: PathBuf,
    http: reqwest::Client,
}

/// Somebody who sends requests: signed in, or not.
#[derive(Clone)]
pub struct Client {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    /// The JSON, or the text as a JSON string, or null.
    pub body: Value,
}

/// What the services seal with, unless a test says otherwise.
pub const KEYS: &str = "7=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Service {
    /// The service of a database, with the settings everybody gets.
    pub async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, &[]).await
    }

    /// The same with other settings. Sessions are not remembered unless these say so: tests change people at once.
    pub async fn start_with(database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::start_at("127.0.0.1:0", database, settings).await
    }

    /// The same at an address, such as that of a service which was killed.
    pub async fn start_at(address: &str, database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let log = std::env::temp_dir().join(format!("convene-tests-{}-{number}.log", std::process::id()));
        let mut process = Command::new(&surroundings().convene)
            .arg("serve")
            .env("CONVENE_DATABASE_URL", url_of(&database.role("convene_service")))
            .env("CONVENE_LISTEN", address)
            .env("CONVENE_INTERNAL_LISTEN", "127.0.0.1:0")
            .env("CONVENE_SESSION_CACHE", "0s")
            .env("CONVENE_KEYS", KEYS)
            .envs(
                ["API", "AUTH", "PUBLIC", "BOOKING", "ORGANIZATION"]
                    .map(|limit| (format!("CONVENE_RATE_LIMIT_{limit}"), "100000/1m")),
            )
            .envs(settings.iter().copied())
            // Away from any .env file.
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a file for the log"))
            .kill_on_drop(true)
            .spawn()
            .expect("`convene` runs");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let line = lines.next_line().await.expect("it prints UTF-8");
        let Some(line) = line else {
            panic!("convene serve ended: {}", std::fs::read_to_string(&log).unwrap_or_default())
        };
        let address = line.rsplit_once("http://").unwrap_or_else(|| panic!("no address: {line}")).1.to_owned();
        let internal = match lines.next_line().await.expect("it prints UTF-8") {
            Some(line) => {
                line.rsplit_once("http://").unwrap_or_default().1.trim_end_matches("/zpages and /metrics").to_owned()
            }
            None => String::new(),
        };
        Self { process, address, internal, log, http: client() }
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it was running");
    }

    /// Asks it to end, as a supervisor does, and waits; returns whether it left of its own accord.
    pub async fn stop(&mut self) -> bool {
        let id = self.process.id().expect("it is running");
        let sent = Command::new("kill").arg(id.to_string()).status().await.expect("there is a kill");
        assert!(sent.success());
        let ended = tokio::time::timeout(Duration::from_secs(30), self.process.wait()).await;
        ended.expect("it ends in time").expect("it was running").success()
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log is there")
    }

    /// A client of the address for operators.
    pub fn operator(&self) -> Client {
        Client { base: format!("http://{}", self.internal), token: None, http: self.http.clone() }
    }

    /// A client that nobody is signed in with.
    pub fn anonymous(&self) -> Client {
        self.with_token(None)
    }

    /// A client that sends this token.
    pub fn with_token(&self, token: Option<&str>) -> Client {
        Client { base: self.base(), token: token.map(str::to_owned), http: self.http.clone() }
    }

    /// A client with a fresh session of the user.
    pub async fn signed_in(&self, world: &World, user: &User) -> Client {
        let token = open_session(world, user).await;
        self.with_token(Some(&token))
    }

    fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Opens a session and returns its token.
pub async fn open_session(world: &World, user: &User) -> String {
    let token = format!("cvs_{}", uuid::Uuid::new_v4().simple());
    let sql = "SELECT session_id FROM convene.open_session($1, sha256(convert_to($2, 'UTF8')),
        (SELECT slug FROM convene.organizations WHERE id = $3))";
    world.admin.rows(sql, &[&user.email, &token, &user.org_id]).await;
    token
}

fn client() -> reqwest::Client {
    convene_providers::outbound::builder().timeout(Duration::from_secs(60)).build().expect("a client")
}

impl Client {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let request = self.request(method, path);
        Reply::of(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Books a slot under an idempotency key.
    pub async fn book(&self, slot: &Slot, key: &str) -> Reply {
        let body = json!({ "time_slot_id": slot.id, "meeting_goal": crate::world::GOAL });
        Reply::of(self.request(Method::POST, "/v1/bookings").header("Idempotency-Key", key).json(&body)).await
    }

    /// Books, and says nothing when the service is gone before it answers.
    pub async fn try_to_book(&self, slot: &Slot, key: &str) -> Option<Reply> {
        let body = json!({ "time_slot_id": slot.id, "meeting_goal": crate::world::GOAL });
        let request = self.request(Method::POST, "/v1/bookings").header("Idempotency-Key", key).json(&body);
        Reply::attempt(request).await.ok()
    }

    /// A request that is not the usual kind.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

impl Reply {
    /// Sends a request that must be answered.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::attempt(request).await.expect("the service answers")
    }

    async fn attempt(request: reqwest::RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        };
        Ok(Self { status, headers, body })
    }

    /// The code of an error in the one shape that all errors have; empty for other answers.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// Status and code.
    pub fn outcome(&self) -> (u16, &str) {
        (self.status, self.code())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.headers.get(name).map(HeaderValue::to_str).map(|value| value.expect("ASCII"))
    }
}

//! The service, as a process of its own, and clients that speak HTTP to it.

use std::process::Stdio;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio_postgres::Client as Connection;
use uuid::Uuid;

use crate::cluster::{Cluster, Database};
use crate::outcome::Outcome;

/// A variable of the service's environment.
pub type Setting = (&'static str, String);

/// Limits that are kept, and so high that nobody reaches them.
const HIGH: &str = "1000000/1m";

/// A running service; it ends with this value.
pub struct Service {
    process: Child,
    base: String,
    http: Client,
}

impl Service {
    /// Starts `convene serve` on a free port with high rate limits, and opens a session for everybody.
    pub async fn start(cluster: &Cluster, database: &Database, admin: &Connection) -> Outcome<Self> {
        open_sessions(admin).await?;
        Self::start_with(cluster, database, &[]).await
    }

    /// The same without rate limits, for people who have their sessions.
    pub async fn start_without_limits(cluster: &Cluster, database: &Database) -> Outcome<Self> {
        Self::spawn(cluster, database, "off", &[]).await
    }

    /// The same with high limits and other settings, for people who have their sessions.
    pub async fn start_with(cluster: &Cluster, database: &Database, settings: &[Setting]) -> Outcome<Self> {
        Self::spawn(cluster, database, HIGH, settings).await
    }

    async fn spawn(cluster: &Cluster, database: &Database, limits: &str, settings: &[Setting]) -> Outcome<Self> {
        let mut process = Command::new(&cluster.convene)
            .arg("serve")
            .env("CONVENE_DATABASE_URL", database.service_url()?)
            .env("CONVENE_LISTEN", "127.0.0.1:0")
            .env("CONVENE_INTERNAL_LISTEN", "127.0.0.1:0")
            .envs(["API", "BOOKING", "ORGANIZATION"].map(|limit| (format!("CONVENE_RATE_LIMIT_{limit}"), limits)))
            .envs(settings.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // A line for each request, as in production; nobody reads it.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or("the service has no output")?;
        let line = BufReader::new(output).lines().next_line().await?.ok_or("the service ended at once")?;
        let (_, address) = line.rsplit_once("http://").ok_or("the service names no address")?;
        let http = convene_providers::outbound::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { process, base: format!("http://{address}"), http })
    }

    /// A client with connections of its own.
    pub fn client(&self) -> Outcome<HttpClient> {
        let http = convene_providers::outbound::builder()
            .timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(1)
            .build()?;
        Ok(HttpClient { base: self.base.clone(), http })
    }

    /// Whether it answers at all.
    pub async fn is_ready(&self) -> Outcome<bool> {
        Ok(self.http.get(format!("{}/readyz", self.base)).send().await?.status() == StatusCode::OK)
    }

    /// The most memory it has held, in MiB.
    pub fn peak_memory(&self) -> Outcome<f64> {
        let id = self.process.id().ok_or("the service has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc")?;
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes / 1024.0)
    }
}

/// Sends requests as anybody.
pub struct HttpClient {
    base: String,
    http: Client,
}

impl HttpClient {
    pub fn get(&self, user: Uuid, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base)).bearer_auth(token(user))
    }

    pub fn post(&self, user: Uuid, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base)).bearer_auth(token(user))
    }
}

/// A session for everybody there is.
pub async fn open_sessions(admin: &Connection) -> Outcome<()> {
    Ok(admin.batch_execute(include_str!("../sql/sessions.sql")).await?)
}

fn token(user: Uuid) -> String {
    format!("cvs_bench_{user}")
}

/// Sends a request that must be answered with that status.
pub async fn expect(request: RequestBuilder, wanted: StatusCode) -> Outcome<()> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    if status == wanted { Ok(()) } else { Err(format!("{status}: {text}").into()) }
}

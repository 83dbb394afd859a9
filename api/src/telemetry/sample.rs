//! The state of queues and jobs, asked for when somebody looks and remembered for some seconds.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::claims::QUEUES;
use crate::database::{Database, resource};
use crate::error::ApiError;

/// However many look, the database is asked no more often.
const REMEMBER: Duration = Duration::from_secs(10);
/// How often it is asked for what is exported.
const PAUSE: Duration = Duration::from_secs(15);
/// Whoever looks is not kept waiting for a database that does not answer.
const PATIENCE: Duration = Duration::from_secs(3);

resource! {
    /// What waits.
    pub struct QueueStatus {
        queue: String,
        depth: i64,
        /// In seconds.
        oldest_age: Option<f64>,
        /// What was given up.
        failed: i64,
    }
}

resource! {
    /// How a job's runs went.
    pub struct JobHealth {
        name: String,
        last_run_at: Option<Timestamp>,
        last_success_at: Option<Timestamp>,
        last_status: Option<String>,
        last_duration_ms: Option<f64>,
        runs_24h: i64,
        failures_24h: i64,
        is_overdue: bool,
    }
}

/// What the database said when it was last asked. Empty if it did not answer.
#[derive(Default)]
pub struct Sample {
    pub is_up: bool,
    pub queues: Vec<QueueStatus>,
    pub jobs: Vec<JobHealth>,
}

/// Asks. Cheap to clone.
#[derive(Clone)]
pub struct Sampler(Arc<Inner>);

struct Inner {
    database: Database,
    asked: tokio::sync::Mutex<Option<Instant>>,
    latest: Mutex<Arc<Sample>>,
}

impl Sampler {
    pub fn new(database: Database) -> Self {
        Self(Arc::new(Inner { database, asked: tokio::sync::Mutex::default(), latest: Mutex::default() }))
    }

    /// Asks the database, unless it was asked just now.
    pub async fn refresh(&self) -> Arc<Sample> {
        let mut asked = self.0.asked.lock().await;
        if asked.is_none_or(|asked| asked.elapsed() >= REMEMBER) {
            let sample = match tokio::time::timeout(PATIENCE, self.0.ask()).await {
                Ok(Ok(sample)) => sample,
                Ok(Err(error)) => {
                    tracing::warn!(code = error.code(), cause = error.cause(), "cannot see queues and jobs");
                    Sample::default()
                }
                Err(_) => Sample::default(),
            };
            *self.0.latest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(sample);
            *asked = Some(Instant::now());
        }
        self.latest()
    }

    /// Asks now and then until `stop` ends, for whoever is sent the numbers.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = self.refresh() => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// The last answer.
    pub fn latest(&self) -> Arc<Sample> {
        Arc::clone(&self.0.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    /// The database names the queues in which there is something; of the others it is told that there is nothing.
    async fn queues(&self) -> Result<Vec<QueueStatus>, ApiError> {
        let sql = "SELECT queue, depth, oldest_age, failed FROM convene.queue_status()";
        let mut queues: Vec<QueueStatus> = self.database.all(sql, &[]).await?;
        for queue in QUEUES {
            if !queues.iter().any(|known| known.queue == queue) {
                queues.push(QueueStatus { queue: queue.to_owned(), depth: 0, oldest_age: None, failed: 0 });
            }
        }
        Ok(queues)
    }

    async fn ask(&self) -> Result<Sample, ApiError> {
        let jobs = "SELECT name, last_run_at, last_success_at, last_status, last_duration_ms, runs_24h, failures_24h,
            is_overdue FROM convene.job_health()";
        Ok(Sample { is_up: true, queues: self.queues().await?, jobs: self.database.all(jobs, &[]).await? })
    }
}

//! The engine of the workers: whatever is owed to the outside world is a row in Postgres that somebody claims under a
//! lease, works on, and settles.
//!
//! Several instances share the work, because a claim skips what another has. A lease is extended while its work goes
//! on; when its holder is gone it runs out, and another takes over. So a crash at any point loses nothing, and each
//! piece of work must be such that doing it twice does no harm.

mod wake;

use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};
use uuid::Uuid;

pub use wake::Wake;

use crate::database::Database;
use crate::error::ApiError;
use crate::telemetry::QueueMeter;

/// How long a claim holds.
pub const LEASE: Duration = Duration::from_secs(60);
/// How often it is extended.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Longest piece of work.
const LONGEST_WORK: Duration = Duration::from_secs(150);
/// How often a queue is looked at when nothing wakes its worker.
const POLL: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It failed and is tried again later.
    Postponed,
    /// It is given up until somebody retries it.
    Failed,
    /// Somebody else took it over, or it is no longer wanted.
    Lost,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Postponed => "postponed",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

/// One kind of work.
pub trait Queue: Clone + Send + Sync + 'static {
    /// As `convene.queue_status` and notifications on `convene_work` name it.
    const NAME: &'static str;
    /// Pieces worked on at a time.
    const AT_ONCE: usize;
    type Job: Send + 'static;

    /// Claims what is due, at most `limit`, for [`LEASE`].
    fn claim(&self, lease: Uuid, limit: i32) -> impl Future<Output = Result<Vec<Self::Job>, ApiError>> + Send;

    /// What a claim is known by, so that it can be extended.
    fn id(job: &Self::Job) -> Uuid;

    /// Works on one, and settles it in the database.
    fn work(&self, lease: Uuid, job: Self::Job) -> impl Future<Output = Outcome> + Send;
}

/// [`LEASE`] as SQL functions want it.
pub fn lease_seconds() -> i32 {
    i32::try_from(LEASE.as_secs()).unwrap_or(i32::MAX)
}

/// What the worker of every queue needs.
#[derive(Clone)]
pub struct Engine {
    pub database: Database,
    pub wake: Wake,
    pub meter: QueueMeter,
    /// How long work in progress may take to end.
    pub drain: Duration,
}

impl Engine {
    /// Works on a queue until `stop` ends; then claims nothing more, and waits for what it has in hand.
    pub async fn run<Q: Queue>(&self, queue: Q, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut hands = Hands::new(queue, self.meter.clone());
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut pause = POLL;
        loop {
            let mut has_more = false;
            // In batches: a claim for every piece that ends would cost more than the work.
            if hands.free() * 2 >= Q::AT_ONCE {
                match hands.claim().await {
                    Ok(is_full) => {
                        has_more = is_full;
                        pause = POLL;
                    }
                    Err(error) => {
                        tracing::warn!(
                            queue = Q::NAME,
                            code = error.code(),
                            cause = error.cause(),
                            "cannot claim work"
                        );
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
            loop {
                tokio::select! {
                    () = &mut stop => return hands.drain(self.drain).await,
                    () = hands.one_ended() => if has_more || hands.is_empty() { break },
                    () = self.wake.called(Q::NAME) => break,
                    () = tokio::time::sleep(pause) => break,
                    _ = heartbeat.tick() => hands.keep(&self.database).await,
                }
            }
        }
    }
}

/// A worker's work in progress.
struct Hands<Q: Queue> {
    queue: Q,
    lease: Uuid,
    running: JoinSet<()>,
    ids: HashMap<Id, Uuid>,
    meter: QueueMeter,
}

impl<Q: Queue> Hands<Q> {
    fn new(queue: Q, meter: QueueMeter) -> Self {
        Self { queue, lease: Uuid::new_v4(), running: JoinSet::new(), ids: HashMap::new(), meter }
    }

    fn free(&self) -> usize {
        Q::AT_ONCE.saturating_sub(self.running.len())
    }

    fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Claims and begins; whether there may be more.
    async fn claim(&mut self) -> Result<bool, ApiError> {
        let free = self.free();
        let jobs = self.queue.claim(self.lease, i32::try_from(free).unwrap_or(i32::MAX)).await?;
        let is_full = jobs.len() >= free;
        for job in jobs {
            let id = Q::id(&job);
            let (queue, lease, meter) = (self.queue.clone(), self.lease, self.meter.clone());
            let task = self.running.spawn(async move {
                let started = Instant::now();
                // What takes longer hangs; its lease runs out, and it is tried again.
                let outcome = tokio::time::timeout(LONGEST_WORK, queue.work(lease, job)).await;
                meter.worked(Q::NAME, outcome.map_or("timed_out", Outcome::as_str), started.elapsed());
            });
            self.ids.insert(task.id(), id);
        }
        Ok(is_full)
    }

    /// Ends when a piece of work has; never while there is none.
    async fn one_ended(&mut self) {
        match self.running.join_next_with_id().await {
            Some(Ok((task, ()))) => drop(self.ids.remove(&task)),
            Some(Err(error)) => {
                // It keeps its lease until that runs out, and is tried again.
                tracing::error!(queue = Q::NAME, cause = %error, "a piece of work broke down");
                self.ids.remove(&error.id());
            }
            None => std::future::pending().await,
        }
    }

    /// Extends the leases of what is in progress.
    async fn keep(&self, database: &Database) {
        if self.ids.is_empty() {
            return;
        }
        let ids: Vec<Uuid> = self.ids.values().copied().collect();
        let sql = "SELECT convene.extend_leases($1, $2, $3)";
        if let Err(error) = database.run(sql, &[&self.lease, &ids, &lease_seconds()]).await {
            tracing::warn!(
                queue = Q::NAME,
                code = error.code(),
                cause = error.cause(),
                "cannot keep what is worked on"
            );
        }
    }

    async fn drain(mut self, patience: Duration) {
        let _ = tokio::time::timeout(patience, async { while self.running.join_next().await.is_some() {} }).await;
    }
}

//! What one worker has in progress: items under its leases, the tasks that work on them, and what became of them until
//! that is stored.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, Id, JoinSet};
use uuid::Uuid;

use super::Queue;
use crate::claims::{self, Item, Settled, Settlement};
use crate::database::{Database, row};
use crate::error::ApiError;
use crate::telemetry::QueueMeter;

/// How long a claim holds.
const LEASE_SECONDS: i32 = 60;
/// Longest piece of work. Whatever takes longer hangs.
const LONGEST_WORK: Duration = Duration::from_secs(150);

row! {
    struct Claimed {
        org_id: i32,
        subject_id: Uuid,
        lane: String,
        concurrency_key: Option<Uuid>,
        version: i32,
    }
}

row! {
    /// An item that is still the worker's own.
    struct Held {
        org_id: i32,
        subject_id: Uuid,
    }
}

/// An item that a task works on.
struct Running {
    item: Item,
    /// Whose outage it would share.
    lane: String,
    /// Of items with the same key only a few are worked on at a time.
    key: Option<Uuid>,
    task: AbortHandle,
}

/// An item whose work has ended.
struct Ended {
    item: Item,
    settlement: Settlement,
    took: Duration,
    /// Because it hung.
    is_timed_out: bool,
}

type Outcome = (Settlement, Duration, bool);

pub struct Progress<Q: Queue> {
    queue: Q,
    database: Database,
    meter: QueueMeter,
    tasks: JoinSet<Outcome>,
    running: HashMap<Id, Running>,
    /// To be stored.
    ended: Vec<Ended>,
    /// Keys whose receivers asked for a pause, and until when.
    resting: HashMap<Uuid, Instant>,
}

impl<Q: Queue> Progress<Q> {
    /// Items of one lane at a time: an outage leaves the rest to others.
    const LANE_SHARE: usize = (Q::AT_ONCE * 3).div_ceil(4);
    /// Items of one tenant at a time: a flood leaves the rest to others. More than a lane's, so that a lane that hangs
    /// leaves room for the other lanes of the same tenant.
    const ORG_SHARE: usize = (Q::AT_ONCE * 7).div_ceil(8);

    pub fn new(queue: Q, database: Database, meter: QueueMeter) -> Self {
        Self {
            queue,
            database,
            meter,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            ended: Vec::new(),
            resting: HashMap::new(),
        }
    }

    /// How many more items the worker can take.
    pub fn room(&self) -> usize {
        Q::AT_ONCE.saturating_sub(self.running.len() + self.ended.len())
    }

    /// Whether nothing is in progress, and everything stored.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.ended.is_empty()
    }

    /// Claims what is due and begins to work on it; how much.
    pub async fn claim(&mut self) -> Result<usize, ApiError> {
        let now = Instant::now();
        self.resting.retain(|_, until| *until > now);
        // Another for each claim: an item that is claimed anew is another's, even if it is this worker's own again.
        let lease = Uuid::new_v4();
        let lanes: Vec<&str> = self.running.values().map(|running| running.lane.as_str()).collect();
        let orgs: Vec<i32> = self.running.values().map(|running| running.item.org_id).collect();
        let resting: Vec<Uuid> = self.resting.keys().copied().collect();
        let (room, lane_share, org_share) = (number(self.room()), number(Self::LANE_SHARE), number(Self::ORG_SHARE));
        let sql = "SELECT org_id, subject_id, lane, concurrency_key, version
            FROM convene.claim_work($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let claimed: Vec<Claimed> = self
            .database
            .all(
                sql,
                &[
                    &Q::NAME,
                    &lease,
                    &room,
                    &LEASE_SECONDS,
                    &lane_share,
                    &org_share,
                    &lanes,
                    &orgs,
                    &Q::MOST_PER_KEY,
                    &resting,
                ],
            )
            .await?;
        let count = claimed.len();
        for Claimed { org_id, subject_id, lane, concurrency_key, version } in claimed {
            let item = Item { org_id, subject_id, lease, version };
            let task = self.begin(item.clone());
            self.running.insert(task.id(), Running { item, lane, key: concurrency_key, task });
        }
        Ok(count)
    }

    fn begin(&mut self, item: Item) -> AbortHandle {
        let queue = self.queue.clone();
        self.tasks.spawn(async move {
            let started = Instant::now();
            let settlement = tokio::time::timeout(LONGEST_WORK, queue.work(&item)).await;
            let hung = || Settlement::Retry { error: Some("it took too long".to_owned()), wait: None };
            let is_timed_out = settlement.is_err();
            (settlement.unwrap_or_else(|_| hung()), started.elapsed(), is_timed_out)
        })
    }

    /// Ends when a piece of work has; never while there is none.
    pub async fn one_ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.note(ended),
            None => std::future::pending().await,
        }
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.note(ended);
        }
    }

    fn note(&mut self, ended: Result<(Id, Outcome), tokio::task::JoinError>) {
        let (id, (settlement, took, is_timed_out)) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                if error.is_panic() {
                    tracing::error!(queue = Q::NAME, cause = %error, "a piece of work panicked");
                }
                let settlement = Settlement::Retry { error: Some("it panicked".to_owned()), wait: None };
                (error.id(), (settlement, Duration::ZERO, false))
            }
        };
        // One whose claim was lost is not there any more.
        let Some(Running { item, key, .. }) = self.running.remove(&id) else { return };
        if let (Settlement::Retry { wait: Some(wait), .. }, Some(key)) = (&settlement, key) {
            // It is the receiver that is asked too often, not this item.
            let wait = Duration::try_from_secs_f64(*wait).unwrap_or_default();
            self.resting.insert(key, Instant::now() + wait);
        }
        self.ended.push(Ended { item, settlement, took, is_timed_out });
    }

    /// Stores what became of everything that has ended. What cannot be stored is kept, and stored later.
    pub async fn settle(&mut self) {
        if self.ended.is_empty() {
            return;
        }
        let settlements: Vec<(&Item, &Settlement)> =
            self.ended.iter().map(|ended| (&ended.item, &ended.settlement)).collect();
        match claims::settle(&self.database, Q::NAME, Q::PATIENCE, &settlements).await {
            Ok(settled) => {
                let became: HashMap<(i32, Uuid), String> = settled
                    .into_iter()
                    .map(|Settled { org_id, subject_id, became }| ((org_id, subject_id), became))
                    .collect();
                for ended in self.ended.drain(..) {
                    let became = became.get(&(ended.item.org_id, ended.item.subject_id)).map(String::as_str);
                    self.meter.worked(Q::NAME, outcome(&ended, became), ended.took);
                }
            }
            Err(error) => {
                tracing::warn!(queue = Q::NAME, code = error.code(), cause = error.cause(), "cannot settle work");
            }
        }
    }

    /// Extends the leases of what is in progress; what is somebody else's by now is left to them.
    pub async fn extend(&mut self) {
        let items: Vec<&Item> = self
            .running
            .values()
            .map(|running| &running.item)
            .chain(self.ended.iter().map(|ended| &ended.item))
            .collect();
        if items.is_empty() {
            return;
        }
        let orgs: Vec<i32> = items.iter().map(|item| item.org_id).collect();
        let subjects: Vec<Uuid> = items.iter().map(|item| item.subject_id).collect();
        let leases: Vec<Uuid> = items.iter().map(|item| item.lease).collect();
        let sql = "SELECT * FROM convene.extend_work($1, $2, $3, $4, $5)";
        let held: Result<Vec<Held>, ApiError> =
            self.database.all(sql, &[&Q::NAME, &orgs, &subjects, &leases, &LEASE_SECONDS]).await;
        match held {
            Ok(held) => {
                let held: Vec<(i32, Uuid)> = held.into_iter().map(|held| (held.org_id, held.subject_id)).collect();
                self.running.retain(|_, running| {
                    let is_held = held.contains(&(running.item.org_id, running.item.subject_id));
                    if !is_held {
                        running.task.abort();
                    }
                    is_held
                });
            }
            Err(error) => {
                tracing::warn!(queue = Q::NAME, code = error.code(), cause = error.cause(), "cannot extend leases");
            }
        }
    }
}

/// The outcome, as the metric names it.
fn outcome(ended: &Ended, became: Option<&str>) -> &'static str {
    match (&ended.settlement, became) {
        (_, None) => "lost",
        _ if ended.is_timed_out => "timed_out",
        (_, Some("failed")) => "failed",
        (Settlement::Done | Settlement::Again { .. }, _) => "done",
        _ => "postponed",
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

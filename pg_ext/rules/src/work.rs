//! Work owed to the outside world: which items a worker may take, and what becomes of them.
//!
//! Workers are shared fairly. The items in progress of one tenant, or of one lane (a provider, a receiver's host), are at
//! most a part of what a worker does at a time, so that an outage or a flood of one leaves room for the others.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::backoff::{self, MOST_ATTEMPTS};

/// Failures of an outage count no further where work is never given up. So what kills its worker again and again is
/// given up after an outage as well, and not at the first crash.
const MOST_PERSISTENT_ATTEMPTS: i32 = 10;

/// An item that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub org_id: i32,
    /// Whose outage it would share.
    pub lane: String,
    /// Of items with the same key only a few are worked on at a time.
    pub key: Option<Uuid>,
}

/// How much a worker may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Items at most.
    pub most: usize,
    /// Items in progress of one lane, at most: those that the worker has already count.
    pub lane_share: usize,
    /// Items in progress of one tenant, at most. It should be more than a lane's share: so a lane that hangs leaves room
    /// for the other lanes of the same tenant.
    pub org_share: usize,
    /// Items in progress with one key, at most, of all workers; `None` for no limit.
    pub per_key: Option<usize>,
}

/// What is in progress.
#[derive(Debug, Clone, Default)]
pub struct InProgress {
    /// The worker's own, by lane.
    pub lanes: HashMap<String, usize>,
    /// The worker's own, by tenant.
    pub orgs: HashMap<i32, usize>,
    /// Everybody's, by key.
    pub keys: HashMap<Uuid, usize>,
}

/// Chooses from candidates, the oldest first: the places of those to take. Tenants and lanes take turns, so that many
/// items of one do not keep a single item of another waiting.
pub fn choose(candidates: &[Candidate], mut in_progress: InProgress, capacity: Capacity) -> Vec<usize> {
    let mut turns: HashMap<(i32, &str), usize> = HashMap::new();
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(candidates.len());
    for (place, candidate) in candidates.iter().enumerate() {
        let turn = turns.entry((candidate.org_id, &candidate.lane)).or_default();
        order.push((*turn, place));
        *turn += 1;
    }
    order.sort_unstable();
    let mut chosen = Vec::new();
    for (_, place) in order {
        if chosen.len() >= capacity.most {
            break;
        }
        if in_progress.admits(&candidates[place], capacity) {
            in_progress.add(&candidates[place]);
            chosen.push(place);
        }
    }
    chosen
}

impl InProgress {
    fn admits(&self, candidate: &Candidate, capacity: Capacity) -> bool {
        let of_lane = self.lanes.get(&candidate.lane).copied().unwrap_or_default();
        let of_org = self.orgs.get(&candidate.org_id).copied().unwrap_or_default();
        let of_key = candidate.key.and_then(|key| self.keys.get(&key)).copied().unwrap_or_default();
        of_lane < capacity.lane_share
            && of_org < capacity.org_share
            && capacity.per_key.is_none_or(|most| of_key < most)
    }

    fn add(&mut self, candidate: &Candidate) {
        *self.lanes.entry(candidate.lane.clone()).or_default() += 1;
        *self.orgs.entry(candidate.org_id).or_default() += 1;
        if let Some(key) = candidate.key {
            *self.keys.entry(key).or_default() += 1;
        }
    }
}

/// What a worker says became of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done,
    /// Done, and due again then: work that recurs.
    Again {
        due_at: Timestamp,
    },
    /// Not done, and tried again later; `error` is why, `None` when it is only early.
    Retry {
        error: Option<String>,
        wait: SignedDuration,
        patience: Patience,
    },
    /// Given up until somebody asks for it again.
    Failed {
        error: String,
    },
}

/// How long something that fails is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// [`MOST_ATTEMPTS`] times, ever more seldom.
    Bounded,
    /// As long as it takes, every quarter of an hour in the end.
    Persistent,
}

/// An item in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The present one included.
    pub attempts: i32,
    /// For when somebody asked for it again while it was in progress; `None` if nobody did.
    pub asked_again: Option<Timestamp>,
}

/// What becomes of the item's row.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    Gone,
    Due { at: Timestamp, attempts: i32, error: Option<String> },
    Failed { attempts: i32, error: String },
}

/// Settles an item. `chance`, 0 to 1, spreads those that failed together.
pub fn settle(item: Item, outcome: Outcome, now: Timestamp, chance: f64) -> Next {
    let later = |wait: SignedDuration| now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    match (outcome, item.asked_again) {
        // A try that fails says nothing against what was asked for meanwhile, but it counts.
        (Outcome::Retry { error, wait, patience }, asked) => {
            let delay = match patience {
                Patience::Bounded => backoff::delay(item.attempts, chance),
                Patience::Persistent => Some(backoff::persistent_delay(item.attempts, chance)),
            };
            let attempts = match patience {
                Patience::Bounded => item.attempts,
                Patience::Persistent => item.attempts.min(MOST_PERSISTENT_ATTEMPTS),
            };
            match (delay, asked) {
                (_, Some(asked)) => {
                    let attempts = if delay.is_some() { attempts } else { 0 };
                    Next::Due { at: asked.max(later(wait)), attempts, error }
                }
                (Some(delay), None) => Next::Due { at: later(delay.max(wait)), attempts, error },
                (None, None) => {
                    let error = error.unwrap_or_else(|| "it was never ready".to_owned());
                    Next::Failed { attempts, error }
                }
            }
        }
        (Outcome::Done, None) => Next::Gone,
        (Outcome::Again { due_at }, None) => Next::Due { at: due_at, attempts: 0, error: None },
        (Outcome::Again { due_at }, Some(asked)) => Next::Due { at: due_at.min(asked), attempts: 0, error: None },
        (Outcome::Failed { error }, None) => Next::Failed { attempts: item.attempts, error },
        (Outcome::Done, Some(asked)) => Next::Due { at: asked, attempts: 0, error: None },
        (Outcome::Failed { error }, Some(asked)) => Next::Due { at: asked, attempts: 0, error: Some(error) },
    }
}

/// What becomes of an item whose worker let its lease run out. It may have been the item that ended the worker, or any
/// other that was in progress there: the wait parts them, so that the others are done before it is their turn to end
/// with it again.
pub fn abandoned(item: Item, now: Timestamp, chance: f64) -> Next {
    let error = "its worker ended, or lost the database, while it worked on it".to_owned();
    match backoff::delay(item.attempts, chance) {
        Some(delay) => {
            let retry = now.saturating_add(delay).unwrap_or(Timestamp::MAX);
            Next::Due { at: retry, attempts: item.attempts, error: Some(error) }
        }
        None => Next::Failed { attempts: item.attempts.max(MOST_ATTEMPTS), error },
    }
}

#[cfg(test)]
mod tests;

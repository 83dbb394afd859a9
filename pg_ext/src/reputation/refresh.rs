//! Stores reputations where they have changed.

use convene_rules::tier::Tier;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::inputs::{Calculated, calculate};
use crate::actor::Actor;
use crate::failure::Outcome;
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, lock, record, statement};

statement! {
    fresh STORE = "../sql/reputation_store.sql" (INT4OID, UUIDARRAYOID, FLOAT8ARRAYOID, TEXTARRAYOID);
    fresh NEXT_USERS: UserKey = "../sql/reputation_next_users.sql" (INT4OID, UUIDOID, INT4OID);
}

record! {
    struct UserKey {
        org_id: i32,
        id: Uuid,
    }
}

/// Users whose reputations are read at once: enough to be set-based, few enough to keep memory flat.
const BATCH: i32 = 5_000;

/// Recalculates some users of one organization, whose rows the caller has locked.
pub fn refresh(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Vec<Calculated>> {
    let calculated = calculate(client, org_id, users)?;
    store(client, org_id, &calculated)?;
    Ok(calculated)
}

/// How a run over everybody went.
pub struct Refreshed {
    pub recomputed: u64,
    pub changed: u64,
}

/// Recalculates everybody. Users are read without locks in batches; only those whose score moved are locked, in the
/// order of ids, and calculated again under the lock so that a booking's own refresh is never overwritten.
pub fn refresh_all() -> Outcome<Refreshed> {
    let mut done = Refreshed { recomputed: 0, changed: 0 };
    let (mut org_id, mut last) = (i32::MIN, Uuid::nil());
    // One connection to SPI for each batch: its memory goes back when it closes.
    while let Some(batch) = Spi::connect(|client| next_batch(client, org_id, last))? {
        (org_id, last) = (batch.org_id, batch.last());
        done.recomputed += batch.users.len() as u64;
        done.changed += Spi::connect(|client| refresh_changed(client, &batch))?;
    }
    Ok(done)
}

/// Users of one organization.
struct Batch {
    org_id: i32,
    users: Vec<Uuid>,
}

impl Batch {
    fn last(&self) -> Uuid {
        self.users.last().copied().unwrap_or_default()
    }
}

fn next_batch(client: &SpiClient<'_>, org_id: i32, last: Uuid) -> Outcome<Option<Batch>> {
    let rows = NEXT_USERS.rows(client, &[org_id.into(), pg_uuid(last).into(), BATCH.into()])?;
    let mut batch: Option<Batch> = None;
    for row in rows {
        let UserKey { org_id, id } = row?;
        let batch = batch.get_or_insert_with(|| Batch { org_id, users: Vec::new() });
        if batch.org_id != org_id {
            break;
        }
        batch.users.push(id);
    }
    Ok(batch)
}

fn refresh_changed(client: &SpiClient<'_>, batch: &Batch) -> Outcome<u64> {
    let changed: Vec<Uuid> = calculate(client, batch.org_id, &batch.users)?
        .iter()
        .filter(|one| one.is_new())
        .map(|one| one.user_id)
        .collect();
    if changed.is_empty() {
        return Ok(0);
    }
    lock::users(client, batch.org_id, &changed)?;
    let calculated = calculate(client, batch.org_id, &changed)?;
    store(client, batch.org_id, &calculated)
}

impl Calculated {
    fn is_new(&self) -> bool {
        self.reputation.score != self.stored_score || self.reputation.tier != self.stored_tier
    }
}

fn store(client: &SpiClient<'_>, org_id: i32, calculated: &[Calculated]) -> Outcome<u64> {
    let new: Vec<&Calculated> = calculated.iter().filter(|one| one.is_new()).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = new.iter().map(|one| one.user_id).collect();
    let scores: Vec<f64> = new.iter().map(|one| one.reputation.score).collect();
    let tiers: Vec<String> = new.iter().map(|one| one.reputation.tier.to_string()).collect();
    STORE.run(client, &[org_id.into(), pg_uuids(&ids).into(), scores.into(), tiers.into()])?;
    Ok(new.len() as u64)
}

record! {
    /// A reputation that was calculated anew, and what it was before.
    pub struct RefreshedReputation {
        score: f64,
        tier: Tier,
        previous_score: f64,
        previous_tier: Tier,
    }
    returned by returns_refreshed;
}

returns_refreshed! {
    /// Recalculates one user and stores the result.
    #[pg_extern(volatile, parallel_unsafe)]
    fn refresh_reputation(p_user_id: Option<pgrx::Uuid>) -> Vec<RefreshedReputation> {
        let user_id = args::id(p_user_id, "user_id")?;
        let calculated = Spi::connect(|client| {
            let org_id = Actor::load(client, user_id)?.org_id;
            lock::users(client, org_id, &[user_id])?;
            refresh(client, org_id, &[user_id])
        })?;
        let refreshed = |one: Calculated| RefreshedReputation {
            score: one.reputation.score,
            tier: one.reputation.tier,
            previous_score: one.stored_score,
            previous_tier: one.stored_tier,
        };
        Ok(calculated.into_iter().map(refreshed).collect())
    }
}

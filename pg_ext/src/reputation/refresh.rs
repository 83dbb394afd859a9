//! Stores reputations where they have changed.

use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::inputs::{Calculated, calculate};
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::spi::Row;
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, lock, statement};

statement! {
    fresh STORE = "../sql/reputation_store.sql" (INT4OID, UUIDARRAYOID, FLOAT8ARRAYOID, TEXTARRAYOID);
    fresh NEXT_USERS = "../sql/reputation_next_users.sql" (INT4OID, UUIDOID, INT4OID);
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
    let rows = NEXT_USERS.with(|next| next.rows(client, &[org_id.into(), pg_uuid(last).into(), BATCH.into()]))?;
    let mut batch: Option<Batch> = None;
    for tuple in rows {
        let mut row = Row::new(tuple);
        let (org_id, user_id) = (row.value()?, row.id()?);
        let batch = batch.get_or_insert_with(|| Batch { org_id, users: Vec::new() });
        if batch.org_id != org_id {
            break;
        }
        batch.users.push(user_id);
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
        self.reputation.score != self.stored_score || self.reputation.tier.to_string() != self.stored_tier
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
    STORE.with(|store| store.run(client, &[org_id.into(), pg_uuids(&ids).into(), scores.into(), tiers.into()]))?;
    Ok(new.len() as u64)
}

/// Recalculates one user and stores the result.
#[pg_extern(volatile, parallel_unsafe)]
fn refresh_reputation(
    p_user_id: Option<pgrx::Uuid>,
) -> TableIterator<
    'static,
    (name!(score, f64), name!(tier, String), name!(previous_score, f64), name!(previous_tier, String)),
> {
    let refreshed = || {
        let user_id = args::id(p_user_id, "user_id")?;
        Spi::connect(|client| {
            let org_id = Actor::load(client, user_id)?.org_id;
            lock::users(client, org_id, &[user_id])?;
            refresh(client, org_id, &[user_id])
        })
    };
    TableIterator::new(
        answer(refreshed())
            .into_iter()
            .map(|one| (one.reputation.score, one.reputation.tier.to_string(), one.stored_score, one.stored_tier)),
    )
}

//! Ids: UUIDv7 from the clock, the organization's shard and Postgres's own source of randomness.

use convene_rules::id::{shard_in, shard_of, uuid_v7};
use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::{Failure, Outcome, answer};
use crate::spi::Statement;
use crate::values::{pg_uuid, uuid};
use crate::{args, record};

/// Random bytes in one id.
const RANDOM_BYTES: usize = 8;

/// One new id.
pub fn new_uuid(org_id: i32) -> Outcome<Uuid> {
    one_each(&[org_id])?.next().ok_or_else(|| Failure::Corrupt("no id was made".to_owned()))
}

/// A new id for each row of these organizations, for one call to the source of randomness.
pub fn one_each(org_ids: &[i32]) -> Outcome<impl Iterator<Item = Uuid>> {
    let mut random = vec![0_u8; org_ids.len() * RANDOM_BYTES];
    // SAFETY: the buffer is ours and has that length.
    let filled = unsafe { pg_sys::pg_strong_random(random.as_mut_ptr().cast(), random.len()) };
    if !filled {
        return Err(Failure::Corrupt("the system gave no randomness".to_owned()));
    }
    let milliseconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    Ok(org_ids.iter().enumerate().map(move |(nth, org_id)| {
        let mut bytes = [0_u8; RANDOM_BYTES];
        bytes.copy_from_slice(&random[nth * RANDOM_BYTES..(nth + 1) * RANDOM_BYTES]);
        uuid_v7(milliseconds, shard_of(*org_id), bytes)
    }))
}

record! {
    /// For statements that return ids.
    pub struct IdRow {
        pub id: Uuid,
    }
}

impl Statement<IdRow> {
    /// Runs it and returns the ids.
    pub fn ids(&self, client: &SpiClient<'_>, args: &[DatumWithOid<'_>]) -> Outcome<Vec<Uuid>> {
        self.rows(client, args)?.map(|row| Ok(row?.id)).collect()
    }
}

/// A new id for a row of an organization. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_safe)]
fn new_id(p_org_id: Option<i32>) -> pgrx::Uuid {
    pg_uuid(answer(args::required(p_org_id, "org_id").and_then(new_uuid)))
}

/// The shard that an id carries. COMMENT in finalize.sql.
#[pg_extern(immutable, strict, parallel_safe)]
fn shard_of_id(p_id: pgrx::Uuid) -> Option<i32> {
    shard_in(uuid(p_id)).map(|shard| shard.number().into())
}

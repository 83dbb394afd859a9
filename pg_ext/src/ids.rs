//! New ids: UUIDv7 from the clock and Postgres's own source of randomness.

use convene_rules::id::uuid_v7;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::failure::{Failure, Outcome, answer};
use crate::values::pg_uuid;

/// Random bytes in one id.
const RANDOM_BYTES: usize = 10;

/// One new id.
pub fn new_uuid() -> Outcome<Uuid> {
    many(1)?.next().ok_or_else(|| Failure::Corrupt("no id was made".to_owned()))
}

/// Many new ids, for one call to the source of randomness.
pub fn many(count: usize) -> Outcome<impl Iterator<Item = Uuid>> {
    let mut random = vec![0_u8; count * RANDOM_BYTES];
    // SAFETY: the buffer is ours and has that length.
    let filled = unsafe { pg_sys::pg_strong_random(random.as_mut_ptr().cast(), random.len()) };
    if !filled {
        return Err(Failure::Corrupt("the system gave no randomness".to_owned()));
    }
    let milliseconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    Ok((0..count).map(move |nth| {
        let mut bytes = [0_u8; RANDOM_BYTES];
        bytes.copy_from_slice(&random[nth * RANDOM_BYTES..(nth + 1) * RANDOM_BYTES]);
        uuid_v7(milliseconds, bytes)
    }))
}

/// A new UUIDv7.
#[pg_extern(volatile, parallel_safe)]
fn new_id() -> pgrx::Uuid {
    pg_uuid(answer(new_uuid()))
}

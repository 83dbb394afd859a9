//! The order of locks: users by id, then slots by id, then bookings by id.
//!
//! Whoever books, moves or ends a booking holds the rows of everyone whose time or standing it touches, so weekly
//! limits, overlaps and reputations are decided by one transaction at a time per person. The locks are
//! `FOR NO KEY UPDATE`: foreign keys still see the rows.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::statement;
use crate::values::pg_uuids;

statement! {
    fresh LOCK_USERS = "sql/lock_users.sql" (INT4OID, UUIDARRAYOID);
    fresh LOCK_SLOTS = "sql/lock_slots.sql" (INT4OID, UUIDARRAYOID);
    fresh TOUCH_USERS = "sql/touch_users.sql" (INT4OID, UUIDARRAYOID);
}

/// First. Users that do not exist are passed over: checks report them.
pub fn users(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    LOCK_USERS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
    users_are_locked(client, org_id, ids)
}

/// Completes the locking of users: under REPEATABLE READ a lock alone would let the next holder decide on an old
/// snapshot; a changed row makes Postgres refuse that with a serialization failure, which the caller retries.
pub fn users_are_locked(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    // SAFETY: reads a variable of this backend, which has one thread.
    if unsafe { pgrx::pg_sys::XactIsoLevel } == pgrx::pg_sys::XACT_REPEATABLE_READ as i32 {
        TOUCH_USERS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
    }
    Ok(())
}

/// Second.
pub fn slots(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    LOCK_SLOTS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
    Ok(())
}

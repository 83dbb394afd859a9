//! The order of locks: users by id, then slots by id, then bookings by id.
//!
//! Whoever books, moves or ends a booking holds the rows of everyone whose time or standing it touches, so weekly
//! limits, overlaps and reputations are decided by one transaction at a time per person. The locks are
//! `FOR NO KEY UPDATE`: foreign keys still see the rows.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::pg_uuids;
use crate::{snapshot, statement};

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

/// Completes the locking of users. A transaction that keeps its snapshot would go on deciding on it, whoever held the locks
/// before. So it must still be current; and the rows are changed, by which Postgres sees, in others of that kind that wait
/// for them, that theirs is not. Both ends in a serialization failure, and the caller tries again.
pub fn users_are_locked(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    if snapshot::is_kept() {
        TOUCH_USERS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
        snapshot::require_current(client, org_id, ids)?;
    }
    Ok(())
}

/// Second.
pub fn slots(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    LOCK_SLOTS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
    Ok(())
}

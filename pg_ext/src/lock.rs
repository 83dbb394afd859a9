//! The order of locks: users by id, then slots by id, then bookings by id.
//!
//! Whoever books, moves or ends a booking holds the rows of everyone whose time or standing it touches, so weekly
//! limits, overlaps and reputations are decided by one transaction at a time per person. The locks are
//! `FOR NO KEY UPDATE`: foreign keys still see the rows.
//!
//! Whoever calls from a pool of connections sets `convene.most_per_person`: then so many transactions at most have or wait
//! for one person's row, and the next is refused at once instead of occupying one more connection.

use std::ffi::CStr;

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::ids::IdRow;
use crate::values::{pg_uuid, pg_uuids};
use crate::{snapshot, statement};

statement! {
    fresh TAKE_PLACES: IdRow = "sql/take_places.sql" (UUIDARRAYOID, INT4OID);
    fresh MENTOR_OF_SLOT: IdRow = "sql/mentor_of_slot.sql" (UUIDOID, UUIDOID);
    fresh LOCK_USERS = "sql/lock_users.sql" (INT4OID, UUIDARRAYOID);
    fresh LOCK_SLOTS = "sql/lock_slots.sql" (INT4OID, UUIDARRAYOID);
    fresh TOUCH_USERS = "sql/touch_users.sql" (INT4OID, UUIDARRAYOID);
}

/// First. Users that do not exist are passed over: checks report them.
pub fn users(client: &SpiClient<'_>, org_id: i32, ids: &[Uuid]) -> Outcome<()> {
    take_places(client, ids)?;
    LOCK_USERS.run(client, &[org_id.into(), pg_uuids(ids).into()])?;
    users_are_locked(client, org_id, ids)
}

/// Before people are locked by a statement of its own.
pub fn take_places(client: &SpiClient<'_>, ids: &[Uuid]) -> Outcome<()> {
    let Some(most) = most_per_person() else { return Ok(()) };
    let crowded = TAKE_PLACES.row(client, &[pg_uuids(ids).into(), most.into()])?;
    crowded.map_or(Ok(()), |person| Err(Failure::Crowded { person: person.id }))
}

/// The same for somebody who books a slot, and for its mentor. The statement that locks these two takes their places itself;
/// this says who had none left.
pub fn take_places_for_slot(client: &SpiClient<'_>, attendee_id: Uuid, slot_id: Uuid) -> Outcome<()> {
    let mut people = MENTOR_OF_SLOT.ids(client, &[pg_uuid(attendee_id).into(), pg_uuid(slot_id).into()])?;
    people.push(attendee_id);
    take_places(client, &people)
}

/// How many transactions may have or wait for one person's row: the setting of this session, if it has one that is a number
/// from 1.
pub fn most_per_person() -> Option<i32> {
    // SAFETY: the name is a string that ends in NUL; what is returned is Postgres's own string, which nothing changes
    // before it is read here.
    let text = unsafe {
        let value = pgrx::pg_sys::GetConfigOption(c"convene.most_per_person".as_ptr(), true, false);
        (!value.is_null()).then(|| CStr::from_ptr(value))
    };
    text?.to_str().ok()?.parse().ok().filter(|most| *most >= 1)
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

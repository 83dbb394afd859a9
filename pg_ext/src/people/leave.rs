//! People leave: what they were to do is canceled, and what they offered is taken back.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::slots::{lock_block, regenerate};
use crate::values::pg_uuids;
use crate::{booking, lock, statement};

statement! {
    fresh BLOCKS: IdRow = "../sql/leave_blocks.sql" (INT4OID, UUIDARRAYOID);
    fresh BOOKINGS: IdRow = "../sql/leave_bookings.sql" (INT4OID, UUIDARRAYOID, INT4OID);
    fresh SLOTS: IdRow = "../sql/leave_slots.sql" (INT4OID, UUIDARRAYOID, UUIDARRAYOID);
}

/// What came of it.
pub struct Left {
    pub canceled: Vec<Uuid>,
    pub slots_removed: u64,
    /// Whether that was all, and not as many bookings as the caller wanted at most.
    pub is_all: bool,
}

/// Cancels the future bookings of some users, `limit` at most, whose rows the caller has locked, without penalty and in the name of
/// `by`; and takes back the slots that nobody has booked. What else becomes of the users is for the caller.
///
/// Whoever books, moves or ends a booking of theirs needs their rows. The others' need no lock: nothing of their standing
/// changes.
pub fn leave(
    client: &SpiClient<'_>,
    org_id: i32,
    users: &[Uuid],
    by: Option<Uuid>,
    limit: Option<i32>,
) -> Outcome<Left> {
    let of_users = || [org_id.into(), pg_uuids(users).into()];
    // Before the slots: whoever makes slots holds their block.
    let blocks =
        BLOCKS.ids(client, &of_users())?.into_iter().filter_map(|id| lock_block(client, org_id, id).transpose());
    let blocks = blocks.collect::<Outcome<Vec<_>>>()?;
    let bookings = BOOKINGS.ids(client, &[org_id.into(), pg_uuids(users).into(), limit.into()])?;
    let with_bookings = [org_id.into(), pg_uuids(users).into(), pg_uuids(&bookings).into()];
    lock::slots(client, org_id, &SLOTS.ids(client, &with_bookings)?)?;

    let is_all = limit.and_then(|limit| usize::try_from(limit).ok()).is_none_or(|limit| bookings.len() < limit);
    let mut left = Left { canceled: Vec::new(), slots_removed: 0, is_all };
    for booking_id in bookings {
        if booking::cancel_for_leaving(client, org_id, by, booking_id)? {
            left.canceled.push(booking_id);
        }
    }
    for block in &blocks {
        left.slots_removed += regenerate(client, block, false)?.removed;
    }
    Ok(left)
}

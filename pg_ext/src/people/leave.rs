//! People leave: what they were to do is canceled, and what they offered is taken back.

use pgrx::spi::{SpiClient, SpiTupleTable};
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::Outcome;
use crate::slots::{BlockSpan, regenerate};
use crate::spi::Row;
use crate::values::pg_uuids;
use crate::{booking, lock, statement};

statement! {
    fresh BLOCKS = "../sql/leave_blocks.sql" (INT4OID, UUIDARRAYOID);
    fresh BOOKINGS = "../sql/leave_bookings.sql" (INT4OID, UUIDARRAYOID);
    fresh SLOTS = "../sql/leave_slots.sql" (INT4OID, UUIDARRAYOID, UUIDARRAYOID);
}

/// What came of it.
pub struct Left {
    pub canceled: Vec<Uuid>,
    pub slots_removed: u64,
}

/// Cancels the future bookings of some users, whose rows the caller has locked, without penalty and in the name of
/// `by`; and takes back the slots that nobody has booked. What else becomes of the users is for the caller.
///
/// Whoever books, moves or ends a booking of theirs needs their rows. The others' need no lock: nothing of their standing
/// changes.
pub fn leave(client: &SpiClient<'_>, org_id: i32, users: &[Uuid], by: Option<Uuid>) -> Outcome<Left> {
    let of_users = || [org_id.into(), pg_uuids(users).into()];
    // Before the slots: whoever makes slots holds their block.
    let blocks = ids(BLOCKS.with(|blocks| blocks.rows(client, &of_users()))?)?;
    let blocks = blocks.into_iter().filter_map(|id| BlockSpan::lock(client, org_id, id).transpose());
    let blocks = blocks.collect::<Outcome<Vec<_>>>()?;
    let bookings = BOOKINGS.with(|bookings| bookings.rows(client, &of_users()))?.map(|tuple| {
        let mut row = Row::new(tuple);
        Ok((row.id()?, row.id()?))
    });
    let bookings: Vec<(Uuid, Uuid)> = bookings.collect::<Outcome<_>>()?;
    let booked: Vec<Uuid> = bookings.iter().map(|(id, _)| *id).collect();
    let with_bookings = [org_id.into(), pg_uuids(users).into(), pg_uuids(&booked).into()];
    lock::slots(client, org_id, &ids(SLOTS.with(|slots| slots.rows(client, &with_bookings))?)?)?;

    let mut left = Left { canceled: Vec::new(), slots_removed: 0 };
    for (booking_id, leaving) in bookings {
        let leaving = Actor { org_id, id: leaving, role: String::new() };
        if booking::cancel_for_leaving(client, &leaving, by, booking_id)? {
            left.canceled.push(booking_id);
        }
    }
    for block in &blocks {
        left.slots_removed += regenerate(client, block, false)?.removed;
    }
    Ok(left)
}

/// The ids that a statement returns.
pub fn ids(rows: SpiTupleTable<'_>) -> Outcome<Vec<Uuid>> {
    rows.map(|tuple| Row::new(tuple).id()).collect()
}

//! What nobody finished in time: holds that lapsed, requests that nobody answered, meetings that are over.
//!
//! The jobs end many at once. They take all their locks before they write, in the order of [`crate::lock`], and leave what is
//! too much for one run to the next. Whoever needs the time of something that lapsed does not wait for them.

use std::collections::BTreeMap;

use convene_rules::permission::{Actor, Right};
use convene_rules::state::{Action, Confirmation, Status, next};
use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::Meeting;
use super::open::Policy;
use super::writer::{self, Event};
use crate::failure::Outcome;
use crate::spi::Statement;
use crate::values::pg_uuids;
use crate::{lock, record, reputation, statement};

statement! {
    fresh DUE_TO_EXPIRE: Due = "../sql/booking/due_to_expire.sql" (INT4OID, TEXTOID);
    fresh DUE_TO_COMPLETE: Due = "../sql/booking/due_to_complete.sql" (INT4OID);
    fresh SLOTS_OF: SlotsOf = "../sql/booking/slots_of.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    struct Due {
        org_id: i32,
        id: Uuid,
        time_slot_id: Option<Uuid>,
        people: Vec<Uuid>,
    }
}

record! {
    struct SlotsOf {
        slots: Vec<Uuid>,
    }
}

/// Most bookings one run ends.
const MOST: i32 = 10_000;

/// What is due in one organization.
#[derive(Default)]
struct OfOrganization {
    bookings: Vec<Uuid>,
    people: Vec<Uuid>,
    slots: Vec<Uuid>,
}

/// What a job does to a booking.
#[derive(Clone, Copy)]
enum Ending {
    /// Of whatever is pending or held.
    Expire,
    /// Of whatever is confirmed.
    Complete,
}

impl Ending {
    fn action(self) -> Action {
        match self {
            Self::Expire => Action::Expire,
            Self::Complete => Action::Complete,
        }
    }

    fn right(self) -> Right {
        match self {
            Self::Expire => Right::Expire,
            Self::Complete => Right::Complete,
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Expire => "expired",
            Self::Complete => "completed",
        }
    }
}

/// Expires pending requests that are too old or whose start has passed, or holds that lapsed.
pub fn expire_due(what: Status) -> Outcome<u64> {
    Spi::connect(|client| {
        let due = by_organization(&DUE_TO_EXPIRE, client, &[MOST.into(), what.as_ref().into()])?;
        for (org_id, due) in &due {
            lock::slots(client, *org_id, &due.slots)?;
        }
        let mut count = 0;
        for (org_id, due) in &due {
            count += end(client, *org_id, &due.bookings, Ending::Expire)?;
        }
        Ok(count)
    })
}

/// Completes confirmed bookings whose end has passed; reputations follow in the same transaction.
pub fn complete_due() -> Outcome<u64> {
    Spi::connect(|client| {
        let due = by_organization(&DUE_TO_COMPLETE, client, &[MOST.into()])?;
        for (org_id, due) in &due {
            lock::users(client, *org_id, &due.people)?;
        }
        let mut count = 0;
        for (org_id, due) in &due {
            count += end(client, *org_id, &due.bookings, Ending::Complete)?;
            reputation::refresh(client, *org_id, &due.people)?;
        }
        Ok(count)
    })
}

/// By organization, in the order of their ids: locks of two runs are taken in the same order.
fn by_organization(
    statement: &Statement<Due>,
    client: &SpiClient<'_>,
    args: &[DatumWithOid<'_>],
) -> Outcome<BTreeMap<i32, OfOrganization>> {
    let mut found: BTreeMap<i32, OfOrganization> = BTreeMap::new();
    for row in statement.rows(client, args)? {
        let row = row?;
        let due = found.entry(row.org_id).or_default();
        due.bookings.push(row.id);
        due.people.extend(row.people);
        due.slots.extend(row.time_slot_id);
    }
    for due in found.values_mut() {
        due.people.sort_unstable();
        due.people.dedup();
    }
    Ok(found)
}

/// Releases lapsed bookings whose time somebody wants now, who holds the locks of the people; `wanted` are slots that are
/// to be locked with theirs. One that was finalized meanwhile stays, and the exclusion constraint says so.
pub fn release(client: &SpiClient<'_>, org_id: i32, lapsed: &[Uuid], wanted: &[Uuid]) -> Outcome<()> {
    if lapsed.is_empty() {
        return Ok(());
    }
    let of_lapsed = SLOTS_OF.row(client, &[org_id.into(), pg_uuids(lapsed).into()])?;
    let mut slots = wanted.to_vec();
    slots.extend(of_lapsed.map(|row| row.slots).unwrap_or_default());
    lock::slots(client, org_id, &slots)?;
    end(client, org_id, lapsed, Ending::Expire).map(|_| ())
}

/// Ends bookings by the system, in the order of their ids. Those that changed meanwhile are passed over.
fn end(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid], ending: Ending) -> Outcome<u64> {
    let locked = Meeting::lock_each(client, org_id, bookings)?;
    if locked.is_empty() {
        return Ok(0);
    }
    let policy = Policy::read(client, org_id, Actor::System)?;
    let mut count = 0;
    for before in locked {
        let Ok(status) = next(before.booking.status, ending.action(), Confirmation::NotRequired) else { continue };
        if !policy.is_due(&before.booking) {
            continue;
        }
        let mut after = before.clone();
        after.booking.status = status;
        after.booking.held_until = None;
        after.booking.lapses_at = None;
        after.booking.updated_at = policy.now;
        after.settle_people();
        let relation = convene_rules::permission::acting_as(ending.right(), &before.relations_of(Actor::System))?;
        writer::update(client, &before, &after, Event::new(ending.event(), Actor::System, relation))?;
        count += 1;
    }
    Ok(count)
}

//! Ends many bookings at once. A run takes all its locks before it writes, in the order of [`crate::lock`], and
//! leaves what is too much for one run to the next.

use std::collections::BTreeMap;

use convene_rules::state::{Action, Confirmation, Status, next};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::spi::{Row, Statement};
use crate::values::pg_uuids;
use crate::{lock, reputation, statement};

statement! {
    fresh DUE_TO_EXPIRE = "../sql/due_to_expire.sql" (INT4OID);
    fresh DUE_TO_COMPLETE = "../sql/due_to_complete.sql" (INT4OID);
    fresh EXPIRE = "../sql/close_expire.sql" (INT4OID, UUIDARRAYOID, TEXTOID);
    fresh COMPLETE = "../sql/close_complete.sql" (INT4OID, UUIDARRAYOID, TEXTOID);
}

/// Most bookings one run ends.
const MOST: i32 = 10_000;

/// What is due in one organization.
#[derive(Default)]
struct Due {
    bookings: Vec<Uuid>,
    people: Vec<Uuid>,
    slots: Vec<Uuid>,
}

/// Expires pending requests that are too old or whose start has passed.
pub fn expire_pending() -> Outcome<u64> {
    let expired = next(Status::Pending, Action::Expire, Confirmation::NotRequired)?.to_string();
    Spi::connect(|client| {
        let due = DUE_TO_EXPIRE.with(|statement| due(client, statement))?;
        for (org_id, due) in &due {
            lock::slots(client, *org_id, &due.slots)?;
        }
        let mut count = 0;
        for (org_id, due) in &due {
            let args = [(*org_id).into(), pg_uuids(&due.bookings).into(), expired.as_str().into()];
            count += EXPIRE.with(|expire| expire.run(client, &args))?;
        }
        Ok(count)
    })
}

/// Completes confirmed bookings whose end has passed; reputations follow in the same transaction.
pub fn complete_past() -> Outcome<u64> {
    let completed = next(Status::Confirmed, Action::Complete, Confirmation::NotRequired)?.to_string();
    Spi::connect(|client| {
        let due = DUE_TO_COMPLETE.with(|statement| due(client, statement))?;
        for (org_id, due) in &due {
            lock::users(client, *org_id, &due.people)?;
        }
        let mut count = 0;
        for (org_id, due) in &due {
            let args = [(*org_id).into(), pg_uuids(&due.bookings).into(), completed.as_str().into()];
            count += COMPLETE.with(|complete| complete.run(client, &args))?;
            reputation::refresh(client, *org_id, &due.people)?;
        }
        Ok(count)
    })
}

/// By organization, in the order of their ids: locks of two runs are taken in the same order.
fn due(client: &SpiClient<'_>, statement: &Statement) -> Outcome<BTreeMap<i32, Due>> {
    let mut by_org: BTreeMap<i32, Due> = BTreeMap::new();
    for tuple in statement.rows(client, &[MOST.into()])? {
        let mut row = Row::new(tuple);
        let due = by_org.entry(row.value()?).or_default();
        due.bookings.push(row.id()?);
        due.people.extend([row.id()?, row.id()?]);
        due.slots.push(row.id()?);
    }
    for due in by_org.values_mut() {
        due.people.sort_unstable();
        due.people.dedup();
    }
    Ok(by_org)
}

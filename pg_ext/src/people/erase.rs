//! A user's personal data goes; what others need of the past stays.

use convene_rules::refusal::Refusal;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::{SpiClient, SpiTupleTable};
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::slots::{BlockSpan, regenerate};
use crate::spi::Row;
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, audit, booking, lock, statement};

statement! {
    fresh EXISTS = "../sql/user_exists.sql" (INT4OID, UUIDOID);
    fresh ADMINS = "../sql/active_admins.sql" (INT4OID);
    fresh BLOCKS = "../sql/mentor_blocks.sql" (INT4OID, UUIDOID);
    fresh BOOKINGS = "../sql/erase_bookings.sql" (INT4OID, UUIDOID);
    fresh SLOTS = "../sql/erase_slots.sql" (INT4OID, UUIDOID, UUIDARRAYOID);
    fresh FORGET = "../sql/forget_person.sql" (INT4OID, UUIDOID);
}

/// Erases a user.
#[pg_extern(volatile, parallel_unsafe)]
fn erase_user(
    p_actor_id: Option<pgrx::Uuid>,
    p_user_id: Option<pgrx::Uuid>,
) -> TableIterator<'static, (name!(bookings_canceled, i64), name!(slots_removed, i64))> {
    let erased = || {
        let (actor_id, user_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_user_id, "user_id")?);
        Spi::connect(|client| erase(client, actor_id, user_id))
    };
    TableIterator::once(answer(erased()))
}

fn erase(client: &SpiClient<'_>, actor_id: Uuid, user_id: Uuid) -> Outcome<(i64, i64)> {
    let actor = Actor::load(client, actor_id)?;
    if actor.id != user_id && actor.role != "admin" {
        return Err(Refusal::NotAuthorized { action: "erase this user".to_owned() }.into());
    }
    let of_user = || [actor.org_id.into(), pg_uuid(user_id).into()];
    let was_erased: bool = match EXISTS.with(|exists| exists.row(client, &of_user()))? {
        Some(mut row) => row.value()?,
        None => return Err(Refusal::UserNotFound { user_id }.into()),
    };
    // Whoever books, moves or ends a booking of the user needs this row, and whoever changes admins needs theirs. The
    // others' rows need no lock: nothing of their standing changes.
    let mut to_lock = admins(client, actor.org_id)?;
    to_lock.extend([actor.id, user_id]);
    lock::users(client, actor.org_id, &to_lock)?;
    if admins(client, actor.org_id)? == [user_id] {
        return Err(Refusal::LastAdmin {}.into());
    }
    let blocks = lock_blocks(client, &actor, BLOCKS.with(|blocks| blocks.rows(client, &of_user()))?)?;
    let bookings = ids(BOOKINGS.with(|bookings| bookings.rows(client, &of_user()))?)?;
    let with_bookings = [actor.org_id.into(), pg_uuid(user_id).into(), pg_uuids(&bookings).into()];
    let slots = ids(SLOTS.with(|slots| slots.rows(client, &with_bookings))?)?;
    lock::slots(client, actor.org_id, &slots)?;

    let canceled = booking::cancel_all(client, &actor, &bookings)?;
    let mut removed = 0;
    for block in &blocks {
        removed += regenerate(client, block, false)?.removed;
    }
    FORGET.with(|forget| forget.run(client, &of_user()))?;
    if actor.id != user_id && !was_erased {
        audit::record(client, &actor, "erase_user", ("user", user_id), serde_json::json!({}))?;
    }
    Ok((canceled, i64::try_from(removed).unwrap_or(i64::MAX)))
}

/// Those who may administer the organization.
fn admins(client: &SpiClient<'_>, org_id: i32) -> Outcome<Vec<Uuid>> {
    ids(ADMINS.with(|admins| admins.rows(client, &[org_id.into()]))?)
}

/// Before the slots: whoever makes slots holds their block.
fn lock_blocks(client: &SpiClient<'_>, actor: &Actor, blocks: SpiTupleTable<'_>) -> Outcome<Vec<BlockSpan>> {
    ids(blocks)?.into_iter().filter_map(|id| BlockSpan::lock(client, actor.org_id, id).transpose()).collect()
}

fn ids(rows: SpiTupleTable<'_>) -> Outcome<Vec<Uuid>> {
    rows.map(|tuple| Row::new(tuple).id()).collect()
}

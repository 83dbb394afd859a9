//! A user's personal data goes; what others need of the past stays.

use convene_rules::refusal::Refusal;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::leave::{ids, leave};
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::values::pg_uuid;
use crate::{args, audit, lock, statement};

statement! {
    fresh EXISTS = "../sql/user_exists.sql" (INT4OID, UUIDOID);
    fresh ADMINS = "../sql/active_admins.sql" (INT4OID);
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
    // The admins, too: two of them must not both be the last but one.
    let mut to_lock = admins(client, actor.org_id)?;
    to_lock.extend([actor.id, user_id]);
    lock::users(client, actor.org_id, &to_lock)?;
    if admins(client, actor.org_id)? == [user_id] {
        return Err(Refusal::LastAdmin {}.into());
    }
    let left = leave(client, actor.org_id, &[user_id], Some(actor.id))?;
    FORGET.with(|forget| forget.run(client, &of_user()))?;
    if actor.id != user_id && !was_erased {
        audit::record(client, &actor, "erase_user", ("user", user_id), serde_json::json!({}))?;
    }
    let counted = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Ok((counted(left.canceled.len() as u64), counted(left.slots_removed)))
}

/// Those who may administer the organization.
fn admins(client: &SpiClient<'_>, org_id: i32) -> Outcome<Vec<Uuid>> {
    ids(ADMINS.with(|admins| admins.rows(client, &[org_id.into()]))?)
}

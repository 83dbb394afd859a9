//! A user's personal data goes; what others need of the past stays.

use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::leave::leave;
use crate::actor::Actor;
use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::values::pg_uuid;
use crate::{args, audit, lock, record, statement};

statement! {
    fresh EXISTS: Existing = "../sql/user_exists.sql" (INT4OID, UUIDOID);
    fresh ADMINS: IdRow = "../sql/active_admins.sql" (INT4OID);
    fresh FORGET = "../sql/forget_person.sql" (INT4OID, UUIDOID);
}

record! {
    struct Existing {
        is_removed: bool = "deleted_at IS NOT NULL",
    }
}

record! {
    /// What erasing a user brought with it.
    pub struct Erased {
        bookings_canceled: i64,
        slots_removed: i64,
    }
    returned by returns_erased;
}

returns_erased! {
    /// Erases a user.
    #[pg_extern(volatile, parallel_unsafe)]
    fn erase_user(p_actor_id: Option<pgrx::Uuid>, p_user_id: Option<pgrx::Uuid>) -> Erased {
        let (actor_id, user_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_user_id, "user_id")?);
        Spi::connect(|client| erase(client, actor_id, user_id))
    }
}

fn erase(client: &SpiClient<'_>, actor_id: Uuid, user_id: Uuid) -> Outcome<Erased> {
    let actor = Actor::load(client, actor_id)?;
    if actor.id != user_id && actor.role != Role::Admin {
        return Err(Refusal::NotAuthorized { action: "erase this user".to_owned() }.into());
    }
    let of_user = || [actor.org_id.into(), pg_uuid(user_id).into()];
    let existing = EXISTS.row(client, &of_user())?.ok_or(Refusal::UserNotFound { user_id })?;
    // The admins, too: two of them must not both be the last but one.
    let mut to_lock = admins(client, actor.org_id)?;
    to_lock.extend([actor.id, user_id]);
    lock::users(client, actor.org_id, &to_lock)?;
    if admins(client, actor.org_id)? == [user_id] {
        return Err(Refusal::LastAdmin {}.into());
    }
    let left = leave(client, actor.org_id, &[user_id], Some(actor.id))?;
    FORGET.run(client, &of_user())?;
    if actor.id != user_id && !existing.is_removed {
        audit::record(client, &actor, "erase_user", ("user", user_id), serde_json::json!({}))?;
    }
    let counted = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(Erased { bookings_canceled: counted(left.canceled.len() as u64), slots_removed: counted(left.slots_removed) })
}

/// Those who may administer the organization.
fn admins(client: &SpiClient<'_>, org_id: i32) -> Outcome<Vec<Uuid>> {
    ADMINS.ids(client, &[org_id.into()])
}

//! A user's personal data goes; what others need of the past stays.
//!
//! The user is gone with the first step. What they wrote in thousands of bookings goes in further steps, each a transaction
//! of its own, which workers ask for.

use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::admins;
use super::leave::leave;
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::values::pg_uuid;
use crate::{args, audit, lock, record, statement};

/// Bookings that one step cancels, and of which it forgets the words: well below a second.
const STEP: i32 = 200;

statement! {
    fresh EXISTS: Existing = "../sql/user_exists.sql" (INT4OID, UUIDOID);
    fresh ERASURE: Erasure = "../sql/erasure.sql" (INT4OID, UUIDOID);
    fresh BEGIN = "../sql/erasure_begin.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh FORGET = "../sql/forget_person.sql" (INT4OID, UUIDOID);
    fresh FORGET_MEETINGS: Forgotten = "../sql/forget_meetings.sql" (INT4OID, UUIDOID, INT4OID);
    fresh FINISH = "../sql/erasure_finish.sql" (INT4OID, UUIDOID);
    fresh ENQUEUE = "../sql/erasure_enqueue.sql" (INT4OID, UUIDOID);
}

record! {
    struct Existing {
        is_removed: bool = "deleted_at IS NOT NULL",
    }
}

record! {
    struct Erasure {
        requested_by: Uuid,
        is_finished: bool = "finished_at IS NOT NULL",
    }
}

record! {
    struct Forgotten {
        is_done: bool,
    }
}

record! {
    /// What erasing a user brought with it.
    pub struct Erased {
        bookings_canceled: i64,
        slots_removed: i64,
        /// Whether nothing is left for workers to do.
        is_complete: bool,
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
    may_erase(&actor, user_id)?;
    let of_user = || [actor.org_id.into(), pg_uuid(user_id).into()];
    let existing = EXISTS.row(client, &of_user())?.ok_or(Refusal::UserNotFound { user_id })?;
    if ERASURE.row(client, &of_user())?.is_some_and(|erasure| erasure.is_finished) {
        return Ok(Erased { bookings_canceled: 0, slots_removed: 0, is_complete: true });
    }
    // The admins, too: two of them must not both be the last but one.
    let mut others = admins::active(client, actor.org_id)?;
    others.push(user_id);
    let actor = Actor::locked(client, actor_id, &others)?;
    may_erase(&actor, user_id)?;
    if admins::active(client, actor.org_id)? == [user_id] {
        return Err(Refusal::LastAdmin {}.into());
    }
    BEGIN.run(client, &[actor.org_id.into(), pg_uuid(user_id).into(), pg_uuid(actor.id).into()])?;
    let erased = step(client, actor.org_id, user_id, actor.id)?;
    if !erased.is_complete {
        ENQUEUE.run(client, &of_user())?;
    }
    if actor.id != user_id && !existing.is_removed {
        audit::record(client, &actor, "erase_user", ("user", user_id), serde_json::json!({}))?;
    }
    Ok(erased)
}

fn may_erase(actor: &Actor, user_id: Uuid) -> Outcome<()> {
    if actor.id == user_id || actor.role == Role::Admin {
        return Ok(());
    }
    Err(Refusal::NotAuthorized { action: "erase this user".to_owned() }.into())
}

/// The next step of an erasure. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn continue_erasure(p_org_id: Option<i32>, p_user_id: Option<pgrx::Uuid>) -> bool {
    answer(args::required(p_org_id, "org_id").and_then(|org_id| {
        let user_id = args::id(p_user_id, "user_id")?;
        Spi::connect(|client| resume(client, org_id, user_id))
    }))
}

/// Returns whether nothing is left. Nothing is where nobody asked for it.
fn resume(client: &SpiClient<'_>, org_id: i32, user_id: Uuid) -> Outcome<bool> {
    lock::users(client, org_id, &[user_id])?;
    match ERASURE.row(client, &[org_id.into(), pg_uuid(user_id).into()])? {
        Some(Erasure { requested_by, is_finished: false }) => {
            step(client, org_id, user_id, requested_by).map(|erased| erased.is_complete)
        }
        _ => Ok(true),
    }
}

/// Does as much as one transaction should of an erasure that has begun, for a user whose row is locked.
fn step(client: &SpiClient<'_>, org_id: i32, user_id: Uuid, by: Uuid) -> Outcome<Erased> {
    let of_user = || [org_id.into(), pg_uuid(user_id).into()];
    let left = leave(client, org_id, &[user_id], Some(by), Some(STEP))?;
    FORGET.run(client, &of_user())?;
    let forgotten = FORGET_MEETINGS.row(client, &[org_id.into(), pg_uuid(user_id).into(), STEP.into()])?;
    let is_complete = left.is_all && forgotten.is_some_and(|forgotten| forgotten.is_done);
    if is_complete {
        FINISH.run(client, &of_user())?;
    }
    let counted = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(Erased {
        bookings_canceled: counted(left.canceled.len() as u64),
        slots_removed: counted(left.slots_removed),
        is_complete,
    })
}

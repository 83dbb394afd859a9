//! Admins change somebody's role, suspend them, or lift a suspension.

use convene_rules::membership::{Membership, Suspension};
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::admins;
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, audit, record, statement};

statement! {
    fresh READ: MemberRow = "../sql/member_read.sql" (INT4OID, UUIDOID);
    fresh UPDATE = "../sql/member_update.sql" (INT4OID, UUIDOID, TEXTOID, BOOLOID, TEXTOID, TIMESTAMPTZOID);
}

record! {
    /// A user, as admins change them.
    struct MemberRow {
        now: Timestamp = "clock_timestamp()",
        role: Role = "u.role",
        is_active: bool = "convene.is_active_now(u)",
        suspension_reason: Option<String> = "u.suspension_reason",
        suspended_until: Option<Timestamp> = "u.suspended_until",
    }
}

/// Changes somebody's role, suspends them or ends that. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn change_user(p_actor_id: Option<pgrx::Uuid>, p_user_id: Option<pgrx::Uuid>, p_changes: Option<pgrx::JsonB>) {
    let change = || {
        let (actor_id, user_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_user_id, "user_id")?);
        let changes = args::required(p_changes, "changes")?.0;
        Spi::connect(|client| change(client, actor_id, user_id, &changes))
    };
    answer(change());
}

fn change(client: &SpiClient<'_>, actor_id: Uuid, user_id: Uuid, changes: &Value) -> Outcome<()> {
    let actor = Actor::load(client, actor_id)?;
    only_admins(&actor)?;
    // The admins, too: two of them must not take the last ones from each other.
    let mut others = admins::active(client, actor.org_id)?;
    others.push(user_id);
    let actor = Actor::locked(client, actor_id, &others)?;
    only_admins(&actor)?;
    let key = [actor.org_id.into(), pg_uuid(user_id).into()];
    let row = READ.row(client, &key)?.ok_or(Refusal::UserNotFound { user_id })?;
    let (now, before) = (row.now, row.into_membership());
    let after = before.changed(changes, now)?;
    if after == before {
        return Ok(());
    }
    store(client, actor.org_id, user_id, &after)?;
    if admins::active(client, actor.org_id)?.is_empty() {
        return Err(Refusal::LastAdmin {}.into());
    }
    audit::record(client, &actor, "change_user", ("user", user_id), difference(&before, &after))
}

fn only_admins(actor: &Actor) -> Outcome<()> {
    if actor.role == Role::Admin {
        return Ok(());
    }
    Err(Refusal::NotAuthorized { action: "change users".to_owned() }.into())
}

fn store(client: &SpiClient<'_>, org_id: i32, user_id: Uuid, member: &Membership) -> Outcome<()> {
    let is_active = member.suspension.is_none();
    let Suspension { reason, until } = member.suspension.clone().unwrap_or_default();
    let args = [
        org_id.into(),
        pg_uuid(user_id).into(),
        member.role.to_string().into(),
        is_active.into(),
        reason.into(),
        until.map(pg_timestamp).transpose()?.into(),
    ];
    UPDATE.run(client, &args)?;
    Ok(())
}

/// Each field that differs, with what it was and what it is.
fn difference(before: &Membership, after: &Membership) -> Value {
    let (before, after) = (as_fields(before), as_fields(after));
    let changed = before.into_iter().zip(after).filter(|(was, is)| was != is);
    Value::Object(changed.map(|((name, was), (_, is))| (name.to_owned(), json!([was, is]))).collect::<Map<_, _>>())
}

fn as_fields(member: &Membership) -> [(&'static str, Value); 4] {
    let suspension = member.suspension.clone().unwrap_or_default();
    [
        ("role", json!(member.role)),
        ("is_active", json!(member.suspension.is_none())),
        ("suspension_reason", json!(suspension.reason)),
        ("suspended_until", json!(suspension.until)),
    ]
}

impl MemberRow {
    fn into_membership(self) -> Membership {
        let Self { role, is_active, suspension_reason: reason, suspended_until: until, .. } = self;
        Membership { role, suspension: (!is_active).then_some(Suspension { reason, until }) }
    }
}

//! Who is acting, found by id alone: the tenant of everything else follows from it.

use convene_rules::membership::Suspension;
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{lock, record, statement};

statement! {
    fresh ACTOR: ActorRow = "sql/actor.sql" (UUIDOID);
    callers ACTOR_SEEN: ActorRow = "sql/actor.sql" (UUIDOID);
    callers TENANT: Tenant = "sql/user_tenant.sql" (UUIDOID);
}

record! {
    struct ActorRow {
        org_id: i32,
        role: Role,
        is_active: bool = "convene.is_active_now(users)",
        suspension_reason: Option<String>,
        suspended_until: Option<Timestamp>,
    }
}

record! {
    struct Tenant {
        org_id: i32,
    }
}

/// A user who is present and active.
#[derive(Debug, Clone)]
pub struct Actor {
    pub org_id: i32,
    pub id: Uuid,
    pub role: Role,
}

impl Actor {
    /// The acting user; refused when unknown, removed or switched off.
    pub fn load(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        Self::present(ACTOR.row(client, &[pg_uuid(id).into()])?, id)
    }

    /// The same, for functions that only read.
    pub fn seen(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        Self::present(ACTOR_SEEN.row(client, &[pg_uuid(id).into()])?, id)
    }

    /// The acting user, with their row and those of `others` locked: who was removed or switched off until then is refused.
    pub fn locked(client: &SpiClient<'_>, id: Uuid, others: &[Uuid]) -> Outcome<Self> {
        let org_id = Self::load(client, id)?.org_id;
        lock::users(client, org_id, &[others, &[id]].concat())?;
        Self::load(client, id)
    }

    fn present(row: Option<ActorRow>, id: Uuid) -> Outcome<Self> {
        let row = row.ok_or(Refusal::UserNotFound { user_id: id })?;
        let ActorRow { org_id, role, is_active, suspension_reason: reason, suspended_until: until } = row;
        if !is_active {
            return Err(Refusal::inactive(id, Suspension { reason, until }).into());
        }
        Ok(Self { org_id, id, role })
    }

    /// Coordinators and admins act for others.
    pub fn is_staff(&self) -> bool {
        self.role.is_staff()
    }

    /// Refuses whoever is no mentee: only mentees book.
    pub fn only_mentees(&self) -> Outcome<()> {
        if self.role == Role::Mentee { Ok(()) } else { Err(Refusal::NotAMentee { role: self.role }.into()) }
    }

    /// Refuses unless the availability is the actor's, or the actor is staff.
    pub fn may_change_availability(&self, host_id: Uuid) -> Outcome<()> {
        self.may_act_for(host_id, "change this host's availability")
    }

    /// Refuses unless the actor is that user, or staff.
    pub fn may_act_for(&self, user_id: Uuid, action: &str) -> Outcome<()> {
        if self.id == user_id || self.is_staff() {
            return Ok(());
        }
        Err(Refusal::NotAuthorized { action: action.to_owned() }.into())
    }
}

/// The organization of a user, present or not, for functions that only read.
pub fn tenant_seen(client: &SpiClient<'_>, user_id: Uuid) -> Outcome<i32> {
    let tenant = TENANT.row(client, &[pg_uuid(user_id).into()])?;
    Ok(tenant.ok_or(Refusal::UserNotFound { user_id })?.org_id)
}

//! Who is acting, found by id alone: the tenant of everything else follows from it.

use convene_rules::refusal::Refusal;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::statement;
use crate::values::pg_uuid;

statement! {
    fresh ACTOR = "sql/actor.sql" (UUIDOID);
    callers ACTOR_SEEN = "sql/actor.sql" (UUIDOID);
}

/// A user who is present and active.
#[derive(Debug, Clone)]
pub struct Actor {
    pub org_id: i32,
    pub id: Uuid,
    /// mentee, mentor, coordinator or admin.
    pub role: String,
}

impl Actor {
    /// The acting user; refused when unknown, removed or switched off.
    pub fn load(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        Self::read(ACTOR.with(|actor| actor.row(client, &[pg_uuid(id).into()]))?, id)
    }

    /// The same, for functions that only read.
    pub fn seen(client: &SpiClient<'_>, id: Uuid) -> Outcome<Self> {
        Self::read(ACTOR_SEEN.with(|actor| actor.row(client, &[pg_uuid(id).into()]))?, id)
    }

    fn read(row: Option<crate::spi::Row<'_>>, id: Uuid) -> Outcome<Self> {
        let Some(mut row) = row else { return Err(Refusal::UserNotFound { user_id: id }.into()) };
        let (org_id, active) = (row.value()?, row.value::<bool>()?);
        if !active {
            return Err(Refusal::UserInactive { user_id: id }.into());
        }
        Ok(Self { org_id, id, role: row.value()? })
    }

    /// Coordinators and admins act for others.
    pub fn is_staff(&self) -> bool {
        self.role == "coordinator" || self.role == "admin"
    }

    /// Refuses unless the availability is the actor's, or the actor is staff.
    pub fn may_change_availability(&self, mentor_id: Uuid) -> Outcome<()> {
        self.may_act_for(mentor_id, "change this mentor's availability")
    }

    /// Refuses unless the actor is that user, or staff.
    pub fn may_act_for(&self, user_id: Uuid, action: &str) -> Outcome<()> {
        if self.id == user_id || self.is_staff() {
            return Ok(());
        }
        Err(Refusal::NotAuthorized { action: action.to_owned() }.into())
    }
}

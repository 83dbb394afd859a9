//! Whose availability is read and changed: those who can host, and who may act for them.

use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{audit, ids, lock, record, statement};

statement! {
    fresh HOST: HostRow = "../sql/schedules/host.sql" (INT4OID, UUIDOID);
    fresh MAKE_USUAL = "../sql/schedules/make_usual.sql" (INT4OID, UUIDOID, UUIDOID);
}

record! {
    struct HostRow {
        time_zone: Zone,
    }
}

/// A host whose row is locked, and somebody who may act for them.
pub struct Host {
    pub actor: Actor,
    pub id: Uuid,
    /// The host's own.
    pub time_zone: Zone,
}

impl Host {
    /// The actor must be the host, or staff. Bookings of the host's time wait from then on.
    pub fn open(client: &SpiClient<'_>, actor_id: Uuid, host_id: Uuid) -> Outcome<Self> {
        let actor = Actor::load(client, actor_id)?;
        Self::open_for(client, actor, host_id)
    }

    /// The same, for an actor who is known.
    pub fn open_for(client: &SpiClient<'_>, actor: Actor, host_id: Uuid) -> Outcome<Self> {
        actor.may_change_availability(host_id)?;
        lock::users(client, actor.org_id, &[host_id])?;
        let host = HOST.row(client, &[actor.org_id.into(), pg_uuid(host_id).into()])?;
        let HostRow { time_zone } = host.ok_or(Refusal::HostNotFound { host_id })?;
        Ok(Self { actor, id: host_id, time_zone })
    }

    pub fn org_id(&self) -> i32 {
        self.actor.org_id
    }

    /// Organization and host, as statements take them.
    pub fn key(&self) -> [pgrx::datum::DatumWithOid<'static>; 2] {
        [self.org_id().into(), pg_uuid(self.id).into()]
    }

    /// Makes a schedule of the usual working hours for a host who has none: Monday to Friday, 9:00 to 17:00 in their zone.
    pub fn ensure_schedule(&self, client: &SpiClient<'_>) -> Outcome<()> {
        let [org_id, host_id] = self.key();
        MAKE_USUAL.run(client, &[org_id, pg_uuid(ids::new_uuid(self.org_id())?).into(), host_id])?;
        Ok(())
    }

    /// Records what staff did for the host. What hosts do with their own time is not recorded.
    pub fn note(&self, client: &SpiClient<'_>, action: &str, target: (&str, Uuid), details: Value) -> Outcome<()> {
        audit::availability(client, &self.actor, self.id, action, target, details)
    }
}

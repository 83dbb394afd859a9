//! Whose availability is read and changed: those who can host, and who may act for them.

use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use pgrx::datum::DatumWithOid;
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

/// Somebody whose row is locked, and an actor who may act for them: themselves, or staff.
pub struct Host {
    pub actor: Actor,
    pub id: Uuid,
}

impl Host {
    /// For what is there already, whatever became of its host. Bookings of the host's time wait from then on.
    pub fn locked(client: &SpiClient<'_>, actor: Actor, host_id: Uuid) -> Outcome<Self> {
        actor.may_change_availability(host_id)?;
        lock::users(client, actor.org_id, &[host_id])?;
        Ok(Self { actor, id: host_id })
    }

    /// For what is new. Refuses, with `HOST_NOT_FOUND`, who cannot host.
    pub fn open(client: &SpiClient<'_>, actor: Actor, host_id: Uuid) -> Outcome<Self> {
        let host = Self::locked(client, actor, host_id)?;
        host.time_zone(client)?;
        Ok(host)
    }

    /// The host's own zone. Refuses as [`Host::open`].
    pub fn time_zone(&self, client: &SpiClient<'_>) -> Outcome<Zone> {
        let host = HOST.row(client, &self.key())?.ok_or(Refusal::HostNotFound { host_id: self.id })?;
        Ok(host.time_zone)
    }

    pub fn org_id(&self) -> i32 {
        self.actor.org_id
    }

    /// Organization and host, as statements take them.
    pub fn key(&self) -> [DatumWithOid<'static>; 2] {
        [self.org_id().into(), pg_uuid(self.id).into()]
    }

    /// Makes a schedule of the usual working hours for a host who has none: Monday to Friday, 9:00 to 17:00 in their zone.
    /// Refuses as [`Host::open`].
    pub fn ensure_schedule(&self, client: &SpiClient<'_>) -> Outcome<()> {
        self.time_zone(client)?;
        let [org_id, host_id] = self.key();
        MAKE_USUAL.run(client, &[org_id, pg_uuid(ids::new_uuid(self.org_id())?).into(), host_id])?;
        Ok(())
    }

    /// Records what staff did for the host. What hosts do with their own time is not recorded.
    pub fn note(&self, client: &SpiClient<'_>, action: &str, target: (&str, Uuid), details: Value) -> Outcome<()> {
        audit::availability(client, &self.actor, self.id, action, target, details)
    }
}

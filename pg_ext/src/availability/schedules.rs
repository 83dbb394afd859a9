//! Making, changing and removing schedules.

use convene_rules::availability::{SCHEDULES_MOST, ScheduleDraft};
use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::host::Host;
use crate::actor::Actor;
use crate::failure::{Failure, Outcome, answer};
use crate::values::pg_uuid;
use crate::{args, ids, record, statement};

statement! {
    fresh OWNER: OwnerRow = "../sql/schedules/owner.sql" (INT4OID, UUIDOID);
    fresh OF_HOST: ScheduleRow = "../sql/schedules/of_host.sql" (INT4OID, UUIDOID);
    fresh UNSET_DEFAULT = "../sql/schedules/unset_default.sql" (INT4OID, UUIDOID);
    fresh INSERT: ScheduleRow = "../sql/schedules/insert.sql" (INT4OID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, BOOLOID);
    fresh UPDATE: ScheduleRow = "../sql/schedules/update.sql" (INT4OID, UUIDOID, TEXTOID, TEXTOID, BOOLOID);
    fresh IN_USE: Used = "../sql/schedules/in_use.sql" (INT4OID, UUIDOID, UUIDOID, BOOLOID);
    fresh DELETE = "../sql/schedules/delete.sql" (INT4OID, UUIDOID);
}

record! {
    struct OwnerRow {
        user_id: Uuid,
    }
}

record! {
    struct Used {
        event_types: i64,
    }
}

record! {
    /// A schedule as functions return it, without its windows.
    #[derive(Clone)]
    pub struct ScheduleRow {
        pub id: Uuid,
        user_id: Uuid,
        name: String,
        time_zone: Zone,
        pub is_default: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
    returned by returns_schedule;
}

returns_schedule! {
    /// Makes a schedule. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn create_schedule(
        p_actor_id: Option<pgrx::Uuid>,
        p_host_id: Option<pgrx::Uuid>,
        p_schedule: Option<pgrx::JsonB>,
    ) -> ScheduleRow {
        let (actor_id, host_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_host_id, "host_id")?);
        let schedule = args::required(p_schedule, "schedule")?.0;
        Spi::connect(|client| {
            let host = Host::locked(client, Actor::load(client, actor_id)?, host_id)?;
            let draft = ScheduleDraft::from_json(&schedule, &host.time_zone(client)?)?;
            let others = of_host(client, &host)?;
            if others.len() >= usize::try_from(SCHEDULES_MOST).unwrap_or(usize::MAX) {
                return Err(Refusal::TooManySchedules { most: SCHEDULES_MOST }.into());
            }
            let id = ids::new_uuid(host.org_id())?;
            name_is_free(&others, id, &draft.name)?;
            // Somebody's only schedule is the one that counts.
            let is_default = draft.is_default || others.is_empty();
            if is_default {
                UNSET_DEFAULT.run(client, &host.key())?;
            }
            let row = [
                host.org_id().into(),
                pg_uuid(id).into(),
                pg_uuid(host.id).into(),
                draft.name.into(),
                draft.time_zone.name().into(),
                is_default.into(),
            ];
            let made = INSERT.row(client, &row)?.ok_or_else(not_stored)?;
            note(client, &host, "create_schedule", id, &json!({}))?;
            Ok(made)
        })
    }
}

returns_schedule! {
    /// Changes a schedule's name, zone, or whether it is the default. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn change_schedule(
        p_actor_id: Option<pgrx::Uuid>,
        p_schedule_id: Option<pgrx::Uuid>,
        p_changes: Option<pgrx::JsonB>,
    ) -> ScheduleRow {
        let (actor_id, schedule_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_schedule_id, "schedule_id")?);
        let changes = args::required(p_changes, "changes")?.0;
        Spi::connect(|client| {
            let host = open(client, Actor::load(client, actor_id)?, schedule_id)?;
            let all = of_host(client, &host)?;
            let before = one(&all, schedule_id)?;
            let draft = before.draft().changed(&changes)?;
            name_is_free(&all, schedule_id, &draft.name)?;
            if draft.is_default && !before.is_default {
                UNSET_DEFAULT.run(client, &host.key())?;
            }
            let row = [
                host.org_id().into(),
                pg_uuid(schedule_id).into(),
                draft.name.into(),
                draft.time_zone.name().into(),
                draft.is_default.into(),
            ];
            let changed = UPDATE.row(client, &row)?.ok_or_else(not_stored)?;
            note(client, &host, "change_schedule", schedule_id, &changes)?;
            Ok(changed)
        })
    }
}

/// Removes a schedule. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn delete_schedule(p_actor_id: Option<pgrx::Uuid>, p_schedule_id: Option<pgrx::Uuid>) {
    let deleted = || {
        let (actor_id, schedule_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_schedule_id, "schedule_id")?);
        Spi::connect(|client| {
            let host = open(client, Actor::load(client, actor_id)?, schedule_id)?;
            let all = of_host(client, &host)?;
            let schedule = one(&all, schedule_id)?;
            if schedule.is_default && all.len() > 1 {
                return Err(Refusal::ScheduleIsDefault {}.into());
            }
            let [org_id, host_id] = host.key();
            let used =
                IN_USE.row(client, &[org_id, host_id, pg_uuid(schedule_id).into(), schedule.is_default.into()])?;
            if let Some(Used { event_types: event_types @ 1.. }) = used {
                return Err(Refusal::ScheduleInUse { event_types }.into());
            }
            DELETE.run(client, &[host.org_id().into(), pg_uuid(schedule_id).into()])?;
            note(client, &host, "delete_schedule", schedule_id, &json!({}))
        })
    };
    answer(deleted());
}

impl ScheduleRow {
    fn draft(&self) -> ScheduleDraft {
        ScheduleDraft { name: self.name.clone(), time_zone: self.time_zone.clone(), is_default: self.is_default }
    }
}

/// The schedule's host, locked, for an actor who may change it.
pub fn open(client: &SpiClient<'_>, actor: Actor, schedule_id: Uuid) -> Outcome<Host> {
    let owner = OWNER.row(client, &[actor.org_id.into(), pg_uuid(schedule_id).into()])?;
    let OwnerRow { user_id } = owner.ok_or(Refusal::ScheduleNotFound { schedule_id })?;
    Host::locked(client, actor, user_id)
}

/// The schedules of a host, whose row is locked.
pub fn of_host(client: &SpiClient<'_>, host: &Host) -> Outcome<Vec<ScheduleRow>> {
    OF_HOST.rows(client, &host.key())?.collect()
}

fn one(all: &[ScheduleRow], schedule_id: Uuid) -> Result<&ScheduleRow, Refusal> {
    all.iter().find(|schedule| schedule.id == schedule_id).ok_or(Refusal::ScheduleNotFound { schedule_id })
}

fn name_is_free(all: &[ScheduleRow], id: Uuid, name: &str) -> Result<(), Refusal> {
    if all.iter().any(|other| other.id != id && other.name == name) {
        return Err(Refusal::invalid("name", "is the name of another schedule"));
    }
    Ok(())
}

/// Which fields were changed, not to what: names are the host's words.
fn note(client: &SpiClient<'_>, host: &Host, action: &str, schedule_id: Uuid, changes: &Value) -> Outcome<()> {
    let fields: Vec<&String> = changes.as_object().into_iter().flat_map(|changes| changes.keys()).collect();
    let details = json!({ "host_id": host.id, "fields": fields });
    host.note(client, action, ("schedule", schedule_id), details)
}

fn not_stored() -> Failure {
    Failure::Corrupt("the schedule was not stored".to_owned())
}

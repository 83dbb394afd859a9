//! Making, changing and removing event types.

use convene_rules::event_type::{EventTypeDraft, MOST};
use convene_rules::refusal::Refusal;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::stored::{StoredEventType, returns_event_type};
use crate::actor::Actor;
use crate::availability::Host;
use crate::failure::{Failure, Outcome, answer};
use crate::values::{self, pg_uuid};
use crate::{args, audit, ids, record, statement};

statement! {
    fresh OWNER: OwnerRow = "../sql/event_types/owner.sql" (INT4OID, UUIDOID);
    fresh LOCK_TEAM = "../sql/event_types/lock_team.sql" (UUIDOID, UUIDOID);
    fresh READ: StoredEventType = "../sql/event_types/stored.sql" (INT4OID, UUIDOID);
    fresh SIBLINGS: Sibling = "../sql/event_types/siblings.sql" (INT4OID, UUIDOID, UUIDOID, UUIDOID);
    fresh OWN_SCHEDULE = "../sql/event_types/own_schedule.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh PRESET = "../sql/location_preset_exists.sql" (INT4OID, UUIDOID);
    fresh INSERT = "../sql/event_types/insert.sql" (INT4OID, UUIDOID, UUIDOID, UUIDOID, JSONBOID);
    fresh UPDATE = "../sql/event_types/update.sql" (INT4OID, UUIDOID, JSONBOID);
    fresh REMOVE = "../sql/event_types/remove.sql" (INT4OID, UUIDOID);
}

record! {
    struct OwnerRow {
        host_id: Option<Uuid>,
        team_id: Option<Uuid>,
    }
}

record! {
    struct Sibling {
        slug: String,
    }
}

returns_event_type! {
    /// Makes an event type. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn create_event_type(
        p_actor_id: Option<pgrx::Uuid>,
        p_host_id: Option<pgrx::Uuid>,
        p_team_id: Option<pgrx::Uuid>,
        p_event_type: Option<pgrx::JsonB>,
    ) -> StoredEventType {
        let actor_id = args::id(p_actor_id, "actor_id")?;
        let (host_id, team_id) = (p_host_id.map(values::uuid), p_team_id.map(values::uuid));
        let event_type = args::required(p_event_type, "event_type")?.0;
        Spi::connect(|client| {
            let owner = Owner::open(client, Actor::load(client, actor_id)?, host_id, team_id)?;
            if let Owner::Host(host) = &owner {
                host.ensure_schedule(client)?;
            }
            let draft = EventTypeDraft::from_json(&event_type)?;
            let id = ids::new_uuid(owner.org_id())?;
            let siblings = owner.accepts(client, id, &draft)?;
            if siblings >= usize::try_from(MOST).unwrap_or(usize::MAX) {
                return Err(Refusal::TooManyEventTypes { most: MOST }.into());
            }
            let [org_id, host_id, team_id] = owner.key();
            INSERT.run(client, &[org_id, pg_uuid(id).into(), host_id, team_id, to_store(&draft)?.into()])?;
            owner.note(client, "create_event_type", id, &json!({}))?;
            read(client, owner.org_id(), id)
        })
    }
}

returns_event_type! {
    /// Changes an event type. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn change_event_type(
        p_actor_id: Option<pgrx::Uuid>,
        p_event_type_id: Option<pgrx::Uuid>,
        p_changes: Option<pgrx::JsonB>,
    ) -> StoredEventType {
        let (actor_id, id) = (args::id(p_actor_id, "actor_id")?, args::id(p_event_type_id, "event_type_id")?);
        let changes = args::required(p_changes, "changes")?.0;
        Spi::connect(|client| {
            let owner = Owner::of(client, actor_id, id)?;
            let draft = read(client, owner.org_id(), id)?.into_draft()?.changed(&changes)?;
            owner.accepts(client, id, &draft)?;
            UPDATE.run(client, &[owner.org_id().into(), pg_uuid(id).into(), to_store(&draft)?.into()])?;
            owner.note(client, "change_event_type", id, &changes)?;
            read(client, owner.org_id(), id)
        })
    }
}

/// Removes an event type; its bookings stay. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn delete_event_type(p_actor_id: Option<pgrx::Uuid>, p_event_type_id: Option<pgrx::Uuid>) {
    let deleted = || {
        let (actor_id, id) = (args::id(p_actor_id, "actor_id")?, args::id(p_event_type_id, "event_type_id")?);
        Spi::connect(|client| {
            let owner = Owner::of(client, actor_id, id)?;
            read(client, owner.org_id(), id)?;
            REMOVE.run(client, &[owner.org_id().into(), pg_uuid(id).into()])?;
            owner.note(client, "delete_event_type", id, &json!({}))
        })
    };
    answer(deleted());
}

/// Whose event types are changed. The host's row, or the team's, is locked: changes come one after the other.
enum Owner {
    Host(Host),
    Team { actor: Actor, team_id: Uuid },
}

impl Owner {
    /// Whose the event type is, for somebody who may change it: the host or staff; a team's owners or staff.
    fn of(client: &SpiClient<'_>, actor_id: Uuid, event_type_id: Uuid) -> Outcome<Self> {
        let actor = Actor::load(client, actor_id)?;
        let owner = OWNER.row(client, &[actor.org_id.into(), pg_uuid(event_type_id).into()])?;
        let OwnerRow { host_id, team_id } = owner.ok_or(Refusal::EventTypeNotFound { event_type_id })?;
        Self::open(client, actor, host_id, team_id)
    }

    fn open(client: &SpiClient<'_>, actor: Actor, host_id: Option<Uuid>, team_id: Option<Uuid>) -> Outcome<Self> {
        match (host_id, team_id) {
            (Some(host_id), None) => Host::locked(client, actor, host_id).map(Self::Host),
            (None, Some(team_id)) => {
                LOCK_TEAM.run(client, &[pg_uuid(actor.id).into(), pg_uuid(team_id).into()])?;
                Ok(Self::Team { actor, team_id })
            }
            _ => Err(Refusal::invalid("host_id", "must be given, or team_id, and not both").into()),
        }
    }

    fn actor(&self) -> &Actor {
        match self {
            Self::Host(host) => &host.actor,
            Self::Team { actor, .. } => actor,
        }
    }

    fn org_id(&self) -> i32 {
        self.actor().org_id
    }

    /// Organization, host and team, as statements take them.
    fn key(&self) -> [pgrx::datum::DatumWithOid<'static>; 3] {
        let (host_id, team_id) = match self {
            Self::Host(host) => (Some(pg_uuid(host.id)), None),
            Self::Team { team_id, .. } => (None, Some(pg_uuid(*team_id))),
        };
        [self.org_id().into(), host_id.into(), team_id.into()]
    }

    /// Refuses a draft that does not fit to what else the owner has; returns how many other event types that is.
    fn accepts(&self, client: &SpiClient<'_>, id: Uuid, draft: &EventTypeDraft) -> Outcome<usize> {
        self.has_schedule(client, draft.schedule_id)?;
        if let Some(location_preset_id) = draft.location_preset_id
            && !PRESET.finds_any(client, &[self.org_id().into(), pg_uuid(location_preset_id).into()])?
        {
            return Err(Refusal::LocationPresetNotFound { location_preset_id }.into());
        }
        let [org_id, host_id, team_id] = self.key();
        let siblings = SIBLINGS.rows(client, &[org_id, host_id, team_id, pg_uuid(id).into()])?;
        let siblings: Vec<Sibling> = siblings.collect::<Outcome<_>>()?;
        if siblings.iter().any(|other| other.slug == draft.slug) {
            return Err(Refusal::invalid("slug", "is the short name of another event type").into());
        }
        Ok(siblings.len())
    }

    fn has_schedule(&self, client: &SpiClient<'_>, schedule_id: Option<Uuid>) -> Outcome<()> {
        let Some(schedule_id) = schedule_id else { return Ok(()) };
        let Self::Host(host) = self else {
            return Err(Refusal::invalid("schedule_id", "does not go with an event type of a team").into());
        };
        let [org_id, host_id] = host.key();
        if OWN_SCHEDULE.finds_any(client, &[org_id, pg_uuid(schedule_id).into(), host_id])? {
            return Ok(());
        }
        Err(Refusal::ScheduleNotFound { schedule_id }.into())
    }

    /// Which fields were changed, not to what: most are somebody's words.
    fn note(&self, client: &SpiClient<'_>, action: &str, id: Uuid, changes: &Value) -> Outcome<()> {
        let fields: Vec<&String> = changes.as_object().into_iter().flat_map(|changes| changes.keys()).collect();
        let target = ("event_type", id);
        match self {
            Self::Host(host) => host.note(client, action, target, json!({ "host_id": host.id, "fields": fields })),
            Self::Team { actor, team_id } => {
                audit::record(client, actor, action, target, json!({ "team_id": team_id, "fields": fields }))
            }
        }
    }
}

fn read(client: &SpiClient<'_>, org_id: i32, id: Uuid) -> Outcome<StoredEventType> {
    let event_type = READ.row(client, &[org_id.into(), pg_uuid(id).into()])?;
    Ok(event_type.ok_or(Refusal::EventTypeNotFound { event_type_id: id })?)
}

/// By the names of the columns.
fn to_store(draft: &EventTypeDraft) -> Outcome<pgrx::JsonB> {
    let unwritable = |error| Failure::Corrupt(format!("an event type cannot be written as JSON: {error}"));
    serde_json::to_value(draft).map(pgrx::JsonB).map_err(unwritable)
}

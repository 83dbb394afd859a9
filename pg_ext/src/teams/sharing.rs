//! How a team shares the meetings of an event type out, and among whom.

use convene_rules::refusal::Refusal;
use convene_rules::rotation;
use convene_rules::team::{self, Host, Mode};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Failure, Outcome};
use crate::ids::IdRow;
use crate::values::{pg_timestamp, pg_uuid, pg_uuids};
use crate::{args, audit, record, statement};

statement! {
    fresh TEAM: IdRow = "../sql/teams/team_of_event_type.sql" (INT4OID, UUIDOID, UUIDOID, BOOLOID);
    fresh LOCK_TEAM = "../sql/teams/lock_team.sql" (UUIDOID, UUIDOID);
    fresh STRANGER: IdRow = "../sql/teams/stranger.sql" (INT4OID, UUIDOID, UUIDARRAYOID);
    fresh SET_MODE = "../sql/teams/set_mode.sql" (INT4OID, UUIDOID, UUIDOID, TEXTOID);
    fresh ROTATION: Standing = "../sql/teams/rotation.sql" (INT4OID, UUIDOID);
    fresh SET_HOSTS = "../sql/teams/set_hosts.sql" (
        INT4OID, UUIDOID, UUIDOID, UUIDARRAYOID, BOOLARRAYOID, INT4ARRAYOID, INT4ARRAYOID, INT4ARRAYOID, INT4ARRAYOID,
        FLOAT8ARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh GET: SharedRow = "../sql/teams/get.sql" (UUIDOID, UUIDOID);
}

record! {
    /// Where a member stands in the rotation.
    struct Standing {
        user_id: Uuid,
        priority: i32,
        weight: i32,
        turns: f64,
        last_assigned_at: Option<Timestamp>,
    }
}

record! {
    /// An event type of a team, as `get_team_event_type` returns it.
    pub struct SharedRow {
        event_type_id: Uuid,
        team_id: Uuid,
        slug: String,
        title: String,
        is_active: bool,
        mode: Option<String>,
        members: Value,
    }
    returned by returns_shared;
}

returns_shared! {
    /// Says how a team shares an event type out, and among whom. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn set_team_event_type(
        p_actor_id: Option<pgrx::Uuid>,
        p_event_type_id: Option<pgrx::Uuid>,
        p_mode: Option<String>,
        p_members: Option<pgrx::JsonB>,
    ) -> SharedRow {
        let (actor_id, event_type_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_event_type_id, "event_type_id")?);
        let sharing = Sharing::read(p_mode, p_members)?;
        Spi::connect(|client| set(client, actor_id, event_type_id, &sharing))
    }
}

/// How, and among whom.
pub struct Sharing {
    mode: Mode,
    hosts: Vec<Host>,
}

impl Sharing {
    /// Refuses what has not the form (`convene_rules::team`).
    pub fn read(mode: Option<String>, members: Option<pgrx::JsonB>) -> Outcome<Self> {
        let mode = Mode::parse(&args::required(mode, "mode")?)?;
        Ok(Self { mode, hosts: team::hosts(mode, &args::required(members, "members")?.0)? })
    }

    /// Writes it, for whoever holds the lock of the team. Who stays keeps their turns.
    pub fn write(&self, client: &SpiClient<'_>, org_id: i32, team_id: Uuid, event_type_id: Uuid) -> Outcome<()> {
        let users: Vec<Uuid> = self.hosts.iter().map(|host| host.user_id).collect();
        let stranger = STRANGER.row(client, &[org_id.into(), pg_uuid(team_id).into(), pg_uuids(&users).into()])?;
        if let Some(stranger) = stranger {
            return Err(Refusal::TeamMemberNotFound { user_id: stranger.id }.into());
        }
        let event_type = || [org_id.into(), pg_uuid(event_type_id).into()];
        let [org, id] = event_type();
        SET_MODE.run(client, &[org, id, pg_uuid(team_id).into(), self.mode.as_ref().into()])?;
        let before: Vec<rotation::Member> = ROTATION
            .rows(client, &event_type())?
            .map(|standing| standing.map(rotation::Member::from))
            .collect::<Outcome<_>>()?;
        let after = team::settled(&before, &self.hosts);
        let hosts = &self.hosts;
        let assigned = after.iter().map(|member| member.last_assigned_at.map(pg_timestamp).transpose());
        let [org, id] = event_type();
        let args = [
            org,
            id,
            pg_uuid(team_id).into(),
            pg_uuids(&users).into(),
            hosts.iter().map(|host| host.is_required).collect::<Vec<bool>>().into(),
            hosts.iter().map(|host| host.priority).collect::<Vec<i32>>().into(),
            hosts.iter().map(|host| host.weight).collect::<Vec<i32>>().into(),
            hosts.iter().map(|host| host.limit_per_day).collect::<Vec<Option<i32>>>().into(),
            hosts.iter().map(|host| host.limit_per_week).collect::<Vec<Option<i32>>>().into(),
            after.iter().map(|member| member.turns).collect::<Vec<f64>>().into(),
            assigned.collect::<Outcome<Vec<_>>>()?.into(),
        ];
        SET_HOSTS.run(client, &args)?;
        Ok(())
    }
}

impl From<Standing> for rotation::Member {
    fn from(standing: Standing) -> Self {
        let Standing { user_id, priority, weight, turns, last_assigned_at } = standing;
        Self { user_id, priority, weight, turns, last_assigned_at }
    }
}

fn set(client: &SpiClient<'_>, actor_id: Uuid, event_type_id: Uuid, sharing: &Sharing) -> Outcome<SharedRow> {
    let actor = Actor::load(client, actor_id)?;
    let known = [actor.org_id.into(), pg_uuid(event_type_id).into(), pg_uuid(actor_id).into(), actor.is_staff().into()];
    let team_id = TEAM.row(client, &known)?.ok_or(Refusal::EventTypeNotFound { event_type_id })?.id;
    LOCK_TEAM.run(client, &[pg_uuid(actor_id).into(), pg_uuid(team_id).into()])?;
    // It may have been removed while the team was waited for.
    if !TEAM.finds_any(client, &known)? {
        return Err(Refusal::EventTypeNotFound { event_type_id }.into());
    }
    sharing.write(client, actor.org_id, team_id, event_type_id)?;
    let details = json!({ "mode": sharing.mode, "members": sharing.hosts.len() });
    audit::record(client, &actor, "set_team_event_type", ("event_type", event_type_id), details)?;
    get(client, actor_id, event_type_id)
}

/// As its team sees it.
pub fn get(client: &SpiClient<'_>, actor_id: Uuid, event_type_id: Uuid) -> Outcome<SharedRow> {
    let row = GET.row(client, &[pg_uuid(actor_id).into(), pg_uuid(event_type_id).into()])?;
    row.ok_or_else(|| Failure::Corrupt("an event type is gone that was just written".to_owned()))
}

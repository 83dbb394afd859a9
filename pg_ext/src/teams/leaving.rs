//! Members who leave a team, and their meetings that are still to come.

use convene_rules::eligibility::Freshness;
use convene_rules::refusal::Refusal;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use crate::actor::Actor;
use crate::booking::Handover;
use crate::failure::{Failure, Outcome};
use crate::ids::IdRow;
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, audit, lock, record, statement};

statement! {
    fresh LOCK_TEAM = "../sql/teams/lock_team_or_leave.sql" (UUIDOID, UUIDOID, UUIDOID);
    fresh MEMBER = "../sql/teams/member.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh MEETINGS: MeetingRow = "../sql/teams/meetings_to_come.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh LOCK_ROTATIONS = "../sql/teams/lock_rotations.sql" (INT4OID, UUIDARRAYOID);
    fresh CONCERNED: IdRow = "../sql/teams/concerned.sql" (INT4OID, UUIDARRAYOID, UUIDARRAYOID);
    fresh REQUIRE_USER = "../sql/teams/require_user.sql" (INT4OID, UUIDOID);
    fresh REMOVE = "../sql/teams/remove_member.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh REQUIRE_OWNER = "../sql/teams/require_owner.sql" (INT4OID, UUIDOID);
}

record! {
    /// A meeting to come of somebody who leaves, and who hosts it from now on.
    pub struct MeetingRow {
        booking_id: Uuid,
        event_type_id: Uuid,
        start_time: Timestamp,
        end_time: Timestamp,
        /// `None`: it stays with them.
        to_user_id: Option<Uuid>,
        /// Why it stays, where another host was looked for: a refusal's code.
        refusal: Option<String>,
    }
    returned by returns_meetings;
}

returns_meetings! {
    /// Somebody leaves a team, or is removed from it. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn remove_team_member(
        p_actor_id: Option<pgrx::Uuid>,
        p_team_id: Option<pgrx::Uuid>,
        p_user_id: Option<pgrx::Uuid>,
        p_reassign: default!(Option<bool>, "false"),
    ) -> Vec<MeetingRow> {
        let leaving = Leaving::read(p_actor_id, p_team_id, p_user_id)?;
        let is_handed_over = args::required(p_reassign, "reassign")?;
        Spi::connect(|client| {
            let actor = leaving.open(client)?;
            let [org_id, team_id, user_id] = leaving.key(&actor);
            if !MEMBER.finds_any(client, &[org_id, team_id, user_id])? {
                return Err(Refusal::TeamMemberNotFound { user_id: leaving.user_id }.into());
            }
            let mut meetings = leaving.meetings(client, &actor)?;
            if is_handed_over {
                leaving.hand_over(client, &actor, &mut meetings)?;
            }
            REMOVE.run(client, &leaving.key(&actor))?;
            REQUIRE_OWNER.run(client, &[actor.org_id.into(), pg_uuid(leaving.team_id).into()])?;
            leaving.note(client, &actor, "remove_team_member", &meetings)?;
            Ok(meetings)
        })
    }
}

returns_meetings! {
    /// Gives what somebody hosts for a team to its other members. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reassign_team_meetings(
        p_actor_id: Option<pgrx::Uuid>,
        p_team_id: Option<pgrx::Uuid>,
        p_user_id: Option<pgrx::Uuid>,
    ) -> Vec<MeetingRow> {
        let leaving = Leaving::read(p_actor_id, p_team_id, p_user_id)?;
        Spi::connect(|client| {
            let actor = leaving.open(client)?;
            leaving.require_user(client, &actor)?;
            let mut meetings = leaving.meetings(client, &actor)?;
            leaving.hand_over(client, &actor, &mut meetings)?;
            leaving.note(client, &actor, "reassign_team_meetings", &meetings)?;
            Ok(meetings)
        })
    }
}

struct Leaving {
    actor_id: Uuid,
    team_id: Uuid,
    user_id: Uuid,
}

impl Leaving {
    fn read(actor_id: Option<pgrx::Uuid>, team_id: Option<pgrx::Uuid>, user_id: Option<pgrx::Uuid>) -> Outcome<Self> {
        let actor_id = args::id(actor_id, "actor_id")?;
        Ok(Self { actor_id, team_id: args::id(team_id, "team_id")?, user_id: args::id(user_id, "user_id")? })
    }

    /// Locks the team, for whoever manages it or leaves it.
    fn open(&self, client: &SpiClient<'_>) -> Outcome<Actor> {
        let args = [pg_uuid(self.actor_id).into(), pg_uuid(self.team_id).into(), pg_uuid(self.user_id).into()];
        LOCK_TEAM.run(client, &args)?;
        Actor::load(client, self.actor_id)
    }

    /// They need not be in the team any more.
    fn require_user(&self, client: &SpiClient<'_>, actor: &Actor) -> Outcome<()> {
        REQUIRE_USER.run(client, &[actor.org_id.into(), pg_uuid(self.user_id).into()])?;
        Ok(())
    }

    fn key(&self, actor: &Actor) -> [pgrx::datum::DatumWithOid<'static>; 3] {
        [actor.org_id.into(), pg_uuid(self.team_id).into(), pg_uuid(self.user_id).into()]
    }

    /// The first of them, 200 at most.
    fn meetings(&self, client: &SpiClient<'_>, actor: &Actor) -> Outcome<Vec<MeetingRow>> {
        MEETINGS.rows(client, &self.key(actor))?.collect()
    }

    /// Looks for another host for each, in the order of time. Those for which nobody is free stay, with the reason.
    ///
    /// All rotations are locked, and then everybody whom that concerns, at once: one after the other would be out of order.
    fn hand_over(&self, client: &SpiClient<'_>, actor: &Actor, meetings: &mut [MeetingRow]) -> Outcome<()> {
        let bookings: Vec<Uuid> = meetings.iter().map(|meeting| meeting.booking_id).collect();
        let event_types: Vec<Uuid> = meetings.iter().map(|meeting| meeting.event_type_id).collect();
        LOCK_ROTATIONS.run(client, &[actor.org_id.into(), pg_uuids(&event_types).into()])?;
        let concerned = [actor.org_id.into(), pg_uuids(&bookings).into(), pg_uuids(&event_types).into()];
        let mut people = CONCERNED.ids(client, &concerned)?;
        people.push(actor.id);
        lock::users(client, actor.org_id, &people)?;
        for meeting in meetings {
            let handover = Handover {
                booking_id: meeting.booking_id,
                actor_id: actor.id,
                to: None,
                reason: None,
                freshness: Freshness::AsKnown,
            };
            match handover.run(client) {
                Ok(handed) => meeting.to_user_id = Some(handed.host_id),
                Err(Failure::Refusal(refusal)) => meeting.refusal = Some(refusal.code().to_owned()),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn note(&self, client: &SpiClient<'_>, actor: &Actor, action: &str, meetings: &[MeetingRow]) -> Outcome<()> {
        let handed_over = meetings.iter().filter(|meeting| meeting.to_user_id.is_some()).count();
        let details = json!({ "user_id": self.user_id, "meetings": meetings.len(), "reassigned": handed_over });
        audit::record(client, actor, action, ("team", self.team_id), details)
    }
}

//! Giving a team's meeting to another of its members, at the same time. The booking keeps its id; the former host has left.

use convene_rules::eligibility::Freshness;
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::Right;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::rotation::{self, Choice};
use convene_rules::state::{Action, Confirmation, Status};
use convene_rules::timeline::Span;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::hosting::{self, Hosting, Replacing, Turn, Wanted};
use super::meeting::Participant;
use super::open::{Destination, Opened};
use super::replay::{Keyed, Scope};
use super::view::{BookingView, returns_booking};
use crate::actor::Actor as User;
use crate::event_types::{Candidates, EventType, Mode};
use crate::failure::{Failure, Outcome};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, record, statement};

statement! {
    fresh TEAM_MEETING: TeamMeeting = "../sql/teams/meeting.sql" (INT4OID, UUIDOID, UUIDOID, BOOLOID);
    fresh MOVE_TURN = "../sql/teams/move_turn.sql" (INT4OID, UUIDOID, UUIDOID, UUIDOID, UUIDOID, TIMESTAMPTZOID);
}

record! {
    /// A booking, as far as it is a team's, before it is locked.
    struct TeamMeeting {
        event_type_id: Option<Uuid>,
        team_id: Option<Uuid>,
        start_time: Timestamp,
        end_time: Timestamp,
        blocked_from: Timestamp,
        blocked_to: Timestamp,
        hosts: Vec<Uuid>,
        attendees: Vec<Uuid>,
    }
}

returns_booking! {
    /// Gives a team's meeting to another member. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reassign_host(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_to_user_id: default!(Option<pgrx::Uuid>, "NULL"),
        p_reason: default!(Option<String>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let handover = Handover {
            booking_id: args::id(p_booking_id, "booking_id")?,
            actor_id: args::id(p_actor_id, "actor_id")?,
            to: p_to_user_id.map(crate::values::uuid),
            reason: p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()?,
            freshness: args::freshness(p_accept_stale)?,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| handover.run_keyed(client, key.as_deref()))
    }
}

/// A meeting that goes to another host.
pub struct Handover {
    pub booking_id: Uuid,
    pub actor_id: Uuid,
    /// `None`: whoever has their turn.
    pub to: Option<Uuid>,
    pub reason: Option<String>,
    pub freshness: Freshness,
}

/// What came of it.
pub struct HandedOver {
    pub booking: BookingView,
    pub host_id: Uuid,
}

impl Handover {
    fn run_keyed(&self, client: &SpiClient<'_>, key: Option<&str>) -> Outcome<BookingView> {
        let org_id = User::load(client, self.actor_id)?.org_id;
        let (booking, to) = (self.booking_id.to_string(), self.to.map(|to| to.to_string()).unwrap_or_default());
        let asked = [booking.as_str(), &to, self.reason.as_deref().unwrap_or_default()];
        let keyed = Keyed::new(Scope::User(self.actor_id), key, "reassign_host", &asked);
        keyed.lock(client)?;
        if let Some(answer) = keyed.replay(client, org_id)? {
            return Ok(answer);
        }
        let answer = self.run(client)?.booking;
        keyed.store(client, org_id, &answer)?;
        Ok(answer)
    }

    /// Locks the rotation, then the people, then the booking. A refusal is raised before anything is written.
    pub fn run(&self, client: &SpiClient<'_>) -> Outcome<HandedOver> {
        let user = User::load(client, self.actor_id)?;
        let known =
            [user.org_id.into(), pg_uuid(self.booking_id).into(), pg_uuid(user.id).into(), user.is_staff().into()];
        let not_found = Refusal::BookingNotFound { booking_id: self.booking_id };
        let meeting = TEAM_MEETING.row(client, &known)?.ok_or(not_found)?;
        let (mut event_type, team_id, host_id) = self.shared(client, &meeting)?;
        hosting::lock_rotation(client, &mut event_type)?;
        event_type.members.retain(|member| member.user_id != host_id && !meeting.attendees.contains(&member.user_id));

        let minutes = meeting.end_time.duration_since(meeting.start_time).as_mins();
        let grid = event_type.grid(i32::try_from(minutes).unwrap_or(i32::MAX));
        let wanted = Wanted {
            event_type: &event_type,
            candidates: Candidates { event_type: &event_type, grid },
            span: Span { start: meeting.start_time, end: meeting.end_time },
            attendee_id: None,
            freshness: self.freshness,
            replacing: Some(Replacing {
                booking_id: self.booking_id,
                blocked: Span { start: meeting.blocked_from, end: meeting.blocked_to },
            }),
        };
        let choice = self.choose(client, &wanted)?;
        let destination = Destination::Member { user_id: choice.user_id, team_id };
        let mut opened = Opened::open(client, self.booking_id, self.actor_id, Right::ReassignHost, Some(destination))?;
        // A request is the new host's to answer; a meeting that is certain stays so.
        let confirmation = match opened.before.booking.status {
            Status::Pending => Confirmation::Required,
            _ => Confirmation::NotRequired,
        };
        opened.advance(Action::Reschedule, confirmation)?;
        opened.in_time()?;
        let is_as_seen = opened.before.booking.start_time == meeting.start_time
            && opened.before.hosts().map(|host| host.user_id).eq([Some(host_id)]);
        if !is_as_seen {
            return Err(Failure::Overtaken("the booking changed at this moment"));
        }
        let hosting = wanted.all(client, &[choice.user_id]).map_err(|failure| match failure {
            stale @ Failure::Refusal(Refusal::CalendarsStale { .. }) => stale,
            // Another was free then, perhaps.
            Failure::Refusal(_) if self.to.is_none() => Failure::Overtaken("the new host was booked at this moment"),
            other => other,
        })?;
        self.write(client, &mut opened, &event_type, host_id, Hosting { choice: Some(choice), ..hosting })
    }

    /// The event type, the team and the one host of a meeting that is shared out in turn.
    fn shared(&self, client: &SpiClient<'_>, meeting: &TeamMeeting) -> Outcome<(EventType, Uuid, Uuid)> {
        let other_kind = Refusal::invalid("booking_id", "must be a meeting that one member of a team hosts in turn");
        let (Some(event_type_id), Some(team_id), [host_id]) =
            (meeting.event_type_id, meeting.team_id, meeting.hosts.as_slice())
        else {
            return Err(other_kind.into());
        };
        let event_type = EventType::load(client, event_type_id)?;
        if event_type.mode != Mode::RoundRobin {
            return Err(other_kind.into());
        }
        if self.to == Some(*host_id) {
            return Err(Refusal::invalid("to_user_id", "hosts the meeting already").into());
        }
        if self.to.is_some_and(|to| meeting.attendees.contains(&to)) {
            return Err(Refusal::invalid("to_user_id", "must be somebody else than the attendee").into());
        }
        Ok((event_type, team_id, *host_id))
    }

    fn choose(&self, client: &SpiClient<'_>, wanted: &Wanted<'_>) -> Outcome<Choice> {
        let members = &wanted.event_type.members;
        let Some(to) = self.to else {
            return match wanted.whose_turn(client, members)? {
                Turn::Of(choice) => Ok(choice),
                Turn::Nobodys(refusal) => Err(refusal.into()),
            };
        };
        let named = members.iter().find(|member| member.user_id == to);
        let named = named.ok_or(Refusal::TeamMemberNotFound { user_id: to })?;
        Ok(rotation::by_hand(&named.in_rotation()))
    }

    fn write(
        &self,
        client: &SpiClient<'_>,
        opened: &mut Opened,
        event_type: &EventType,
        from: Uuid,
        hosting: Hosting,
    ) -> Outcome<HandedOver> {
        let Some(to) = hosting.viewers.hosts.first() else {
            return Err(Failure::Overtaken("the new host was removed at this moment"));
        };
        let [org_id, event_type_id] = event_type.key();
        let turn = [
            org_id,
            event_type_id,
            pg_uuid(self.booking_id).into(),
            pg_uuid(from).into(),
            pg_uuid(to.id).into(),
            pg_timestamp(hosting.now)?.into(),
        ];
        MOVE_TURN.run(client, &turn)?;

        let now = opened.now();
        let meeting = &mut opened.meeting;
        let position = meeting.next_position();
        for host in meeting.people.iter_mut().filter(|one| one.role == Part::Host && one.status.takes_part()) {
            host.status = Attendance::Left;
        }
        let blocked = meeting.people.iter().find(|one| one.user_id == Some(from));
        let blocked = blocked
            .map_or_else(|| meeting.booking.span(), |host| Span { start: host.blocked_from, end: host.blocked_to });
        let host = Participant::host(meeting.booking.id, position, to.id, &to.name, blocked);
        meeting.people.push(host);
        if meeting.booking.status == Status::Pending {
            // Asked anew.
            meeting.booking.requested_at = Some(now);
        }
        let mut facts = hosting.facts();
        facts["from_hosts"] = json!([from]);
        let event = opened.event("reassigned").with_facts(facts).with_words(self.reason.clone());
        opened.save(client, event)?;
        Ok(HandedOver { booking: BookingView::from(&opened.meeting), host_id: to.id })
    }
}

//! Opening a booking to change it: who acts and as what, under which policy, and the booking with its people, locked.

use convene_rules::permission::{self, Actor, Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::state::{Action, Confirmation, Status, next};
use jiff::{SignedDuration, Timestamp};
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::{BookingRow, Meeting};
use super::writer::{self, Event};
use crate::actor::Actor as User;
use crate::failure::{Failure, Outcome};
use crate::values::pg_uuid;
use crate::{activity, lock, record, statement};

statement! {
    fresh PEEK: Peeked = "../sql/booking/peek.sql" (INT4OID, UUIDOID);
    fresh OWNS_TEAM = "../sql/teams/owns.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh POLICY: Policy = "../sql/booking/policy.sql" (INT4OID, UUIDOID);
}

record! {
    /// What is to be locked before the booking.
    struct Peeked {
        time_slot_id: Option<Uuid>,
        people: Vec<Uuid>,
    }
}

record! {
    /// The organization's numbers that changes need, and the time.
    pub struct Policy {
        pub now: Timestamp,
        pub closes_early: bool,
        pub late_cancellation_minutes: i32,
        pub late_cancellation_penalty: f64,
        pub late_cancellation_penalty_days: i32,
        pub pending_expiry_days: i32,
        pub actor_is_stale: bool,
    }
}

impl Policy {
    pub fn read(client: &SpiClient<'_>, org_id: i32, actor: Actor) -> Outcome<Self> {
        let policy = POLICY.row(client, &[org_id.into(), actor.user_id().map(pg_uuid).into()])?;
        policy.ok_or_else(|| Failure::Corrupt(format!("there is no organization {org_id}")))
    }

    /// Whether the clock ends the booking now: it lapsed, or the meeting is over.
    pub fn is_due(&self, booking: &BookingRow) -> bool {
        booking.lapses_at.unwrap_or(booking.end_time) <= self.now
    }
}

/// A booking held for change: its people, its slot and its row are locked.
pub struct Opened {
    pub actor: Actor,
    /// As what the actor does what they may do.
    pub acting_as: Relation,
    pub policy: Policy,
    /// As it was.
    pub before: Meeting,
    /// As it is to be.
    pub meeting: Meeting,
}

/// Where a booking is to go.
#[derive(Debug, Clone, Copy)]
pub enum Destination {
    /// A slot, of its own mentor or of another.
    Slot { slot_id: Uuid, mentor_id: Uuid },
    /// Another member of its team, at the same time. Who owns the team acts for its members, as staff do.
    Member { user_id: Uuid, team_id: Uuid },
}

impl Destination {
    /// Who will host it.
    fn host_id(self) -> Uuid {
        match self {
            Self::Slot { mentor_id, .. } => mentor_id,
            Self::Member { user_id, .. } => user_id,
        }
    }

    fn slot_id(self) -> Option<Uuid> {
        match self {
            Self::Slot { slot_id, .. } => Some(slot_id),
            Self::Member { .. } => None,
        }
    }

    /// Whether somebody acts for others in this, beside staff.
    fn is_managed_by(self, client: &SpiClient<'_>, user: &User) -> Outcome<bool> {
        match self {
            Self::Slot { .. } => Ok(false),
            Self::Member { team_id, .. } => {
                let args = [user.org_id.into(), pg_uuid(team_id).into(), pg_uuid(user.id).into()];
                OWNS_TEAM.finds_any(client, &args)
            }
        }
    }
}

impl Opened {
    /// Locks people, slots (with those of `destination`) and booking, in that order, and reads the booking then. Refuses
    /// who has not the right, and says to strangers that there is no such booking.
    pub fn open(
        client: &SpiClient<'_>,
        booking_id: Uuid,
        actor_id: Uuid,
        right: Right,
        destination: Option<Destination>,
    ) -> Outcome<Self> {
        let user = User::load(client, actor_id)?;
        let key = || [user.org_id.into(), pg_uuid(booking_id).into()];
        let not_found = || Refusal::BookingNotFound { booking_id };

        // Until the people are locked, the slot may change, and so may they.
        let mut to_lock = PEEK.row(client, &key())?.ok_or_else(not_found)?.people;
        to_lock.push(actor_id);
        to_lock.extend(destination.map(Destination::host_id));
        lock::users(client, user.org_id, &to_lock)?;
        let peeked = PEEK.row(client, &key())?.ok_or_else(not_found)?;
        // Somebody may have removed the actor meanwhile, or taken their role.
        let user = User::load(client, actor_id)?;
        if peeked.people.iter().any(|person| !to_lock.contains(person)) {
            // Locking them now would be out of order.
            return Err(Failure::Overtaken("somebody joined the booking at this moment"));
        }
        let slots = destination.and_then(Destination::slot_id).into_iter().chain(peeked.time_slot_id);
        lock::slots(client, user.org_id, &slots.collect::<Vec<_>>())?;

        let is_manager = destination.map_or(Ok(false), |destination| destination.is_managed_by(client, &user))?;
        let actor = Actor::User { id: user.id, is_staff: user.is_staff() || is_manager };
        let opened = Self::take(client, user.org_id, actor, booking_id, right)?;
        if opened.policy.actor_is_stale {
            activity::note(client, user.org_id, user.id)?;
        }
        Ok(opened)
    }

    /// The booking, locked. For whoever holds the locks that come before it.
    pub fn take(client: &SpiClient<'_>, org_id: i32, actor: Actor, booking_id: Uuid, right: Right) -> Outcome<Self> {
        let before = Meeting::lock(client, org_id, booking_id)?;
        let policy = Policy::read(client, org_id, actor)?;
        let relations = before.relations_of(actor);
        if relations.is_empty() {
            return Err(Refusal::BookingNotFound { booking_id }.into());
        }
        let acting_as = permission::acting_as(right, &relations)?;
        Ok(Self { actor, acting_as, policy, meeting: before.clone(), before })
    }

    pub fn now(&self) -> Timestamp {
        self.policy.now
    }

    pub fn has_started(&self) -> bool {
        self.before.booking.start_time <= self.now()
    }

    /// Whether the actor takes part, rather than acting for others.
    pub fn is_participants_own(&self) -> bool {
        matches!(self.acting_as, Relation::Host | Relation::Attendee | Relation::Guest)
    }

    /// Refuses once the meeting has started.
    pub fn not_started(&self) -> Outcome<()> {
        if !self.has_started() {
            return Ok(());
        }
        Err(Refusal::MeetingStarted { start_time: self.before.booking.start_time }.into())
    }

    /// Refuses to close a meeting that has not started, unless the organization closes early.
    pub fn started(&self) -> Outcome<()> {
        if self.has_started() || self.policy.closes_early {
            return Ok(());
        }
        Err(Refusal::MeetingNotStarted { start_time: self.before.booking.start_time }.into())
    }

    /// Refuses what lapsed already, whether or not the clock's job has been there, and what has started.
    pub fn in_time(&self) -> Outcome<()> {
        let booking = &self.before.booking;
        let lapsed_at = booking.lapses_at.filter(|lapses_at| *lapses_at <= self.now());
        match lapsed_at {
            Some(held_until) if booking.status == Status::Held => Err(Refusal::HoldLapsed { held_until }.into()),
            // That its start has passed is said in those words.
            Some(lapsed_at) if !self.has_started() => Err(Refusal::RequestLapsed { lapsed_at }.into()),
            _ => self.not_started(),
        }
    }

    /// Whether canceling now is late: OH 8.5.
    pub fn is_late(&self) -> bool {
        let notice = SignedDuration::from_mins(self.policy.late_cancellation_minutes.into());
        self.before.booking.start_time.duration_since(self.now()) < notice
    }

    /// Sets the status that the state machine gives after an action.
    pub fn advance(&mut self, action: Action, confirmation: Confirmation) -> Outcome<()> {
        self.meeting.booking.status = next(self.before.booking.status, action, confirmation)?;
        Ok(())
    }

    /// Whose reputation such a booking counts for: its users, those who have left not.
    pub fn users(&self) -> Vec<Uuid> {
        self.meeting
            .people
            .iter()
            .filter(|person| person.status.takes_part())
            .filter_map(|person| person.user_id)
            .collect()
    }

    /// An event of this change by the actor.
    pub fn event(&self, name: &'static str) -> Event {
        Event::new(name, self.actor, self.acting_as)
    }

    /// Writes the booking as it is to be, and the event.
    pub fn save(&mut self, client: &SpiClient<'_>, event: Event) -> Outcome<()> {
        self.meeting.booking.updated_at = self.now();
        self.meeting.booking.settle_lapse(self.policy.pending_expiry_days);
        self.meeting.settle_people();
        writer::update(client, &self.before, &self.meeting, event)
    }
}

//! Opening a booking to change it: who acts, under which policy, and the booking itself, locked.

use convene_rules::refusal::Refusal;
use convene_rules::state::{Action, Confirmation, Status, next};
use jiff::{SignedDuration, Timestamp};
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::Booking;
use crate::actor::Actor;
use crate::failure::{Failure, Outcome};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{activity, lock, statement};

statement! {
    fresh PEEK = "../sql/booking_peek.sql" (INT4OID, UUIDOID);
    fresh LOCK_BOOKING = "../sql/booking_lock.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh SAVE = "../sql/booking_save.sql" (
        INT4OID, UUIDOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, TEXTOID, TEXTOID, UUIDOID,
        TIMESTAMPTZOID, BOOLOID, UUIDOID, TEXTOID, TEXTOID, JSONBOID,
    );
}

/// A booking held for change: its people, its slot and its row are locked.
pub struct Opened {
    pub actor: Actor,
    /// Who is said to do it; `None` is nobody in person.
    pub by: Option<Uuid>,
    pub booking: Booking,
    pub policy: Policy,
    pub now: Timestamp,
}

/// Where a booking is to go.
#[derive(Debug, Clone, Copy)]
pub struct Destination {
    pub slot_id: Uuid,
    pub mentor_id: Uuid,
}

/// The organization's numbers that endings need.
pub struct Policy {
    pub closes_early: bool,
    late_cancellation_minutes: i32,
    pub late_cancellation_penalty: f64,
    pub late_cancellation_penalty_days: i32,
}

impl Opened {
    /// Locks people, slots (with those of `destination`) and booking, in that order, and reads the booking then.
    pub fn open(
        client: &SpiClient<'_>,
        booking_id: Uuid,
        actor_id: Uuid,
        destination: Option<Destination>,
    ) -> Outcome<Self> {
        let actor = Actor::load(client, actor_id)?;
        let not_found = || Refusal::BookingNotFound { booking_id };
        let key = || [actor.org_id.into(), pg_uuid(booking_id).into()];

        // Until the people are locked, the slot may change, and so may the mentor.
        let mut peeked = PEEK.with(|peek| peek.row(client, &key()))?.ok_or_else(not_found)?;
        let (mentor_id, mentee_id) = (peeked.id()?, peeked.id()?);
        let other_mentor = destination.map_or(mentor_id, |destination| destination.mentor_id);
        lock::users(client, actor.org_id, &[mentor_id, mentee_id, other_mentor, actor.id])?;
        let mut peeked = PEEK.with(|peek| peek.row(client, &key()))?.ok_or_else(not_found)?;
        let (mentor_now, _mentee, slot_id) = (peeked.id()?, peeked.id()?, peeked.id()?);
        if mentor_now != mentor_id {
            // Locking them now would be out of order.
            return Err(Failure::Overtaken("the booking was given to another mentor at this moment"));
        }
        let slots: Vec<Uuid> =
            destination.map(|destination| destination.slot_id).into_iter().chain([slot_id]).collect();
        lock::slots(client, actor.org_id, &slots)?;

        Self::take(client, actor, booking_id)
    }

    /// The booking, locked. For whoever holds the locks that come before it.
    pub fn take(client: &SpiClient<'_>, actor: Actor, booking_id: Uuid) -> Outcome<Self> {
        let args = [actor.org_id.into(), pg_uuid(booking_id).into(), pg_uuid(actor.id).into()];
        let mut row =
            LOCK_BOOKING.with(|lock| lock.row(client, &args))?.ok_or(Refusal::BookingNotFound { booking_id })?;
        if row.value()? {
            activity::note(client, actor.org_id, actor.id)?;
        }
        Ok(Self {
            now: row.time()?,
            policy: Policy {
                closes_early: row.value()?,
                late_cancellation_minutes: row.value()?,
                late_cancellation_penalty: row.value()?,
                late_cancellation_penalty_days: row.value()?,
            },
            booking: Booking::read(&mut row)?,
            by: Some(actor.id),
            actor,
        })
    }

    /// Refuses unless the actor is the mentor or staff.
    pub fn only_mentor(&self, action: &str) -> Outcome<()> {
        self.actor.may_act_for(self.booking.mentor_id, action)
    }

    /// Refuses unless the actor takes part, or is staff.
    pub fn only_participants(&self, action: &str) -> Outcome<()> {
        if self.booking.is_participant(self.actor.id) {
            return Ok(());
        }
        self.actor.may_act_for(self.booking.mentor_id, action)
    }

    pub fn has_started(&self) -> bool {
        self.booking.start_time <= self.now
    }

    /// Refuses unless the actor is staff.
    pub fn only_staff(&self, action: &str) -> Outcome<()> {
        if self.actor.is_staff() { Ok(()) } else { Err(Refusal::NotAuthorized { action: action.to_owned() }.into()) }
    }

    /// Refuses once the meeting has started.
    pub fn not_started(&self) -> Outcome<()> {
        if !self.has_started() {
            return Ok(());
        }
        Err(Refusal::MeetingStarted { start_time: self.booking.start_time }.into())
    }

    /// Refuses to close a meeting that has not started, unless the organization closes early.
    pub fn started(&self) -> Outcome<()> {
        if self.has_started() || self.policy.closes_early {
            return Ok(());
        }
        Err(Refusal::MeetingNotStarted { start_time: self.booking.start_time }.into())
    }

    /// Whether canceling now is late: OH 8.5.
    pub fn is_late(&self) -> bool {
        let notice = SignedDuration::from_mins(self.policy.late_cancellation_minutes.into());
        self.booking.start_time.duration_since(self.now) < notice
    }

    /// The status the state machine gives after an action.
    pub fn after(&self, action: Action) -> Outcome<Status> {
        Ok(next(self.booking.status, action, Confirmation::NotRequired)?)
    }

    /// Writes the booking as it now is, frees its time and slot if it no longer takes them, and records the event.
    pub fn save(&mut self, client: &SpiClient<'_>, from: Status, event: &str, facts: serde_json::Value) -> Outcome<()> {
        self.booking.updated_at = self.now;
        let booking = &self.booking;
        let time = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
        let args = [
            self.actor.org_id.into(),
            pg_uuid(booking.id).into(),
            booking.status.to_string().into(),
            time(booking.responded_at)?.into(),
            time(booking.confirmed_at)?.into(),
            time(booking.canceled_at)?.into(),
            booking.canceled_by.map(pg_uuid).into(),
            booking.cancellation_reason.as_deref().into(),
            booking.cancellation_notes.as_deref().into(),
            booking.no_show_user_id.map(pg_uuid).into(),
            pg_timestamp(self.now)?.into(),
            (!booking.status.is_active()).into(),
            self.by.map(pg_uuid).into(),
            event.into(),
            from.to_string().into(),
            pgrx::JsonB(facts).into(),
        ];
        SAVE.with(|save| save.run(client, &args))?;
        Ok(())
    }
}

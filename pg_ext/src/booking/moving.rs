//! Moving a booking to another slot, of its mentor or of another. It keeps its id; the move is in its history.

use convene_rules::booking::{BookingFacts, Purpose, SlotFacts, override_to_consume, refusals};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status, next};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::facts::Meeting;
use super::open::{Destination, Opened};
use super::replay::Keyed;
use super::{Answer, Booking};
use crate::actor::Actor;
use crate::failure::{Outcome, refusing};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, overrides, returns_booking, statement};

statement! {
    fresh SLOT_MENTOR = "../sql/slot_mentor.sql" (INT4OID, UUIDOID);
    fresh MOVE = "../sql/booking_move.sql" (
        INT4OID, UUIDOID, TEXTOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID, TEXTOID, UUIDOID,
    );
}

returns_booking! {
    /// Moves a booking to another slot of its mentor.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reschedule_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_time_slot_id: Option<pgrx::Uuid>,
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) {
        let wanted = Wanted {
            booking_id: args::id(p_booking_id, "booking_id")?,
            actor_id: args::id(p_actor_id, "actor_id")?,
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            kind: Kind::Reschedule,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| move_booking(client, &wanted, key))
    }
}

returns_booking! {
    /// Gives a booking to another mentor.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reassign_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_time_slot_id: Option<pgrx::Uuid>,
        p_reason: default!(Option<String>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) {
        let wanted = Wanted {
            booking_id: args::id(p_booking_id, "booking_id")?,
            actor_id: args::id(p_actor_id, "actor_id")?,
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            kind: Kind::Reassign { reason: p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()? },
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| move_booking(client, &wanted, key))
    }
}

struct Wanted {
    booking_id: Uuid,
    actor_id: Uuid,
    slot_id: Uuid,
    kind: Kind,
}

enum Kind {
    /// The same two people meet at another time: the tier was settled when it was booked.
    Reschedule,
    /// The mentee meets somebody else: every check of booking again, and the new mentor's word where their block asks
    /// for it.
    Reassign { reason: Option<String> },
}

impl Kind {
    fn keyed(&self, key: Option<String>, wanted: &Wanted) -> Keyed {
        let (booking, slot) = (wanted.booking_id.to_string(), wanted.slot_id.to_string());
        match self {
            Self::Reschedule => Keyed::new(key, "reschedule_booking", &[&booking, &slot]),
            Self::Reassign { reason } => {
                Keyed::new(key, "reassign_booking", &[&booking, &slot, reason.as_deref().unwrap_or_default()])
            }
        }
    }

    fn event(&self) -> &'static str {
        match self {
            Self::Reschedule => "rescheduled",
            Self::Reassign { .. } => "reassigned",
        }
    }

    fn only_permitted(&self, opened: &Opened) -> Outcome<()> {
        match self {
            Self::Reschedule => opened.only_participants("reschedule this booking"),
            Self::Reassign { .. } => opened.only_staff("reassign bookings"),
        }
    }

    /// Whether a mentor must agree. One who moves a booking, or staff for them, has thereby agreed to the new time.
    fn confirmation(&self, opened: &Opened, meeting: &Meeting) -> Confirmation {
        let asks = match self {
            Self::Reschedule => opened.actor.id == opened.booking.mentee_id,
            Self::Reassign { .. } => true,
        };
        if meeting.requires_confirmation && asks { Confirmation::Required } else { Confirmation::NotRequired }
    }

    fn refusal(&self, before: &Booking, slot: &SlotFacts, facts: &BookingFacts) -> Option<Refusal> {
        match self {
            Self::Reschedule if slot.mentor.id != before.mentor_id => {
                Some(Refusal::DifferentMentor { mentor_id: slot.mentor.id })
            }
            Self::Reschedule => refusals(facts, Purpose::Move).next(),
            Self::Reassign { .. } => refusals(facts, Purpose::Book).next(),
        }
    }

    /// What history keeps of the move.
    fn facts(&self, before: &Booking, after: &Booking) -> serde_json::Value {
        let mut facts = json!({
            "from_slot": before.time_slot_id,
            "from_start": before.start_time,
            "to_slot": after.time_slot_id,
            "to_start": after.start_time,
        });
        if let Self::Reassign { reason } = self {
            facts["from_mentor"] = json!(before.mentor_id);
            facts["to_mentor"] = json!(after.mentor_id);
            facts["reason"] = json!(reason);
        }
        facts
    }
}

fn move_booking(client: &SpiClient<'_>, wanted: &Wanted, key: Option<String>) -> Outcome<Answer> {
    let (kind, slot_id) = (&wanted.kind, wanted.slot_id);
    let keyed = kind.keyed(key, wanted);
    let org_id = Actor::load(client, wanted.actor_id)?.org_id;
    if let Some(answer) = keyed.replay(client, org_id, wanted.actor_id)? {
        return Ok(answer);
    }
    // A slot's mentor never changes.
    let args = [org_id.into(), pg_uuid(slot_id).into()];
    let mentor = SLOT_MENTOR.with(|slot| slot.row(client, &args))?.map(|mut row| row.id()).transpose()?;
    let destination = mentor.map(|mentor_id| Destination { slot_id, mentor_id });
    let mut opened = Opened::open(client, wanted.booking_id, wanted.actor_id, destination)?;
    // The actor's row is locked: a request under the same key is now either stored or has not begun.
    if let Some(answer) = keyed.replay(client, org_id, wanted.actor_id)? {
        return Ok(answer);
    }
    kind.only_permitted(&opened)?;
    let before = opened.booking.clone();
    let (facts, meeting) = super::slot_facts(client, before.mentee_id, slot_id, Some(before.id))?
        .ok_or(Refusal::UserNotFound { user_id: before.mentee_id })?;
    let (Some(slot), Some(meeting)) = (&facts.slot, meeting) else {
        return Err(Refusal::SlotNotFound { time_slot_id: slot_id }.into());
    };
    let status = next(before.status, Action::Reschedule, kind.confirmation(&opened, &meeting))?;
    opened.not_started()?;
    if before.time_slot_id == slot_id {
        return Err(Refusal::SameSlot { time_slot_id: slot_id }.into());
    }
    if let Some(refusal) = kind.refusal(&before, slot, &facts) {
        return Err(refusal.into());
    }

    let is_asked_anew =
        status == Status::Pending && (before.status == Status::Confirmed || slot.mentor.id != before.mentor_id);
    let booking = &mut opened.booking;
    booking.mentor_id = slot.mentor.id;
    booking.time_slot_id = slot_id;
    booking.start_time = slot.start_time;
    booking.end_time = slot.end_time;
    booking.meeting_type = meeting.meeting_type;
    booking.location = meeting.location;
    booking.status = status;
    booking.updated_at = opened.now;
    if is_asked_anew {
        booking.requested_at = Some(opened.now);
        booking.responded_at = None;
        booking.confirmed_at = None;
    } else if status == Status::Confirmed && before.status == Status::Pending {
        booking.confirmed_at = Some(opened.now);
    }
    if let (Kind::Reassign { .. }, Some(override_id)) = (kind, override_to_consume(&facts)) {
        overrides::consume(client, org_id, override_id, opened.now)?;
    }
    write(client, kind, &opened, &before)?;
    keyed.store(client, org_id, wanted.actor_id, &opened.booking)?;
    Ok(opened.booking.into())
}

fn write(client: &SpiClient<'_>, kind: &Kind, opened: &Opened, before: &Booking) -> Outcome<()> {
    let booking = &opened.booking;
    let time = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
    let args = [
        opened.actor.org_id.into(),
        pg_uuid(booking.id).into(),
        booking.status.to_string().into(),
        pg_uuid(booking.time_slot_id).into(),
        pg_timestamp(booking.start_time)?.into(),
        pg_timestamp(booking.end_time)?.into(),
        booking.meeting_type.as_str().into(),
        booking.location.as_deref().into(),
        time(booking.requested_at)?.into(),
        time(booking.responded_at)?.into(),
        time(booking.confirmed_at)?.into(),
        pg_timestamp(opened.now)?.into(),
        pg_uuid(before.time_slot_id).into(),
        pg_uuid(opened.actor.id).into(),
        before.status.to_string().into(),
        pgrx::JsonB(kind.facts(before, booking)).into(),
        kind.event().into(),
        pg_uuid(booking.mentor_id).into(),
    ];
    refusing(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, &Refusal::BookingConflict {}, || {
        MOVE.with(|statement| statement.run(client, &args)).map(|_| ())
    })
}

//! Moving a booking to another slot of its mentor. It keeps its id; the move is in its history.

use convene_rules::booking::{Purpose, refusals};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status, next};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::open::Opened;
use super::replay::Keyed;
use super::{Answer, Booking};
use crate::actor::Actor;
use crate::failure::{Outcome, refusing};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, returns_booking, statement};

statement! {
    fresh NEW_SLOT = "../sql/reschedule_slot.sql" (INT4OID, UUIDOID);
    fresh MOVE = "../sql/reschedule_move.sql" (
        INT4OID, UUIDOID, TEXTOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID,
    );
}

returns_booking! {
    /// Moves a booking.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reschedule_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_time_slot_id: Option<pgrx::Uuid>,
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let slot_id = args::id(p_time_slot_id, "time_slot_id")?;
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| reschedule(client, booking_id, actor_id, slot_id, key))
    }
}

fn reschedule(
    client: &SpiClient<'_>,
    booking_id: Uuid,
    actor_id: Uuid,
    slot_id: Uuid,
    key: Option<String>,
) -> Outcome<Answer> {
    let asked = [booking_id.to_string(), slot_id.to_string()];
    let keyed = Keyed::new(key, "reschedule_booking", &[&asked[0], &asked[1]]);
    let org_id = Actor::load(client, actor_id)?.org_id;
    if let Some(answer) = keyed.replay(client, org_id, actor_id)? {
        return Ok(answer);
    }
    let mut opened = Opened::open(client, booking_id, actor_id, Some(slot_id))?;
    // The actor's row is locked: a request under the same key is now either stored or has not begun.
    if let Some(answer) = keyed.replay(client, org_id, actor_id)? {
        return Ok(answer);
    }
    opened.only_participants("reschedule this booking")?;
    let before = opened.booking.clone();
    let slot = NewSlot::read(client, &opened, slot_id)?;
    let status = next(before.status, Action::Reschedule, slot.confirmation(&opened))?;
    opened.not_started()?;
    if before.time_slot_id == slot_id {
        return Err(Refusal::SameSlot { time_slot_id: slot_id }.into());
    }
    if slot.mentor_id != before.mentor_id {
        return Err(Refusal::DifferentMentor { mentor_id: slot.mentor_id }.into());
    }
    let (facts, _) = super::slot_facts(client, before.mentee_id, slot_id, Some(booking_id))?
        .ok_or(Refusal::UserNotFound { user_id: before.mentee_id })?;
    if let Some(refusal) = refusals(&facts, Purpose::Move).next() {
        return Err(refusal.into());
    }

    let booking = &mut opened.booking;
    booking.time_slot_id = slot_id;
    booking.start_time = slot.start_time;
    booking.end_time = slot.end_time;
    booking.meeting_type = slot.meeting_type;
    booking.location = slot.location;
    booking.status = status;
    booking.updated_at = opened.now;
    if status == Status::Pending && before.status == Status::Confirmed {
        booking.requested_at = Some(opened.now);
        booking.responded_at = None;
        booking.confirmed_at = None;
    } else if status == Status::Confirmed && before.status == Status::Pending {
        booking.confirmed_at = Some(opened.now);
    }
    move_to(client, &opened, &before)?;
    keyed.store(client, org_id, actor_id, &opened.booking)?;
    Ok(opened.booking.into())
}

/// Where the booking goes.
struct NewSlot {
    mentor_id: Uuid,
    start_time: Timestamp,
    end_time: Timestamp,
    meeting_type: String,
    location: Option<String>,
    requires_confirmation: bool,
}

impl NewSlot {
    fn read(client: &SpiClient<'_>, opened: &Opened, slot_id: Uuid) -> Outcome<Self> {
        let args = [opened.actor.org_id.into(), pg_uuid(slot_id).into()];
        let mut row =
            NEW_SLOT.with(|slot| slot.row(client, &args))?.ok_or(Refusal::SlotNotFound { time_slot_id: slot_id })?;
        Ok(Self {
            mentor_id: row.id()?,
            start_time: row.time()?,
            end_time: row.time()?,
            meeting_type: row.value()?,
            location: row.maybe()?,
            requires_confirmation: row.value()?,
        })
    }

    /// A mentor, or staff for them, who moves a booking has thereby agreed to the new time.
    fn confirmation(&self, opened: &Opened) -> Confirmation {
        if self.requires_confirmation && opened.actor.id == opened.booking.mentee_id {
            Confirmation::Required
        } else {
            Confirmation::NotRequired
        }
    }
}

fn move_to(client: &SpiClient<'_>, opened: &Opened, before: &Booking) -> Outcome<()> {
    let booking = &opened.booking;
    let time = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
    let facts = json!({
        "from_slot": before.time_slot_id,
        "from_start": before.start_time,
        "to_slot": booking.time_slot_id,
        "to_start": booking.start_time,
    });
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
        pgrx::JsonB(facts).into(),
    ];
    refusing(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, &Refusal::BookingConflict {}, || {
        MOVE.with(|statement| statement.run(client, &args)).map(|_| ())
    })
}

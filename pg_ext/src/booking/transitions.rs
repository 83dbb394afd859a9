//! Confirming, declining, canceling, completing a booking, and marking who did not come.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::Action;
use jiff::SignedDuration;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::Answer;
use super::open::Opened;
use crate::actor::Actor;
use crate::failure::Outcome;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, ids, reputation, returns_booking, statement};

statement! {
    fresh PENALIZE = "../sql/penalize.sql" (
        INT4OID, UUIDOID, UUIDOID, UUIDOID, FLOAT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
}

returns_booking! {
    /// The mentor accepts a request.
    #[pg_extern(volatile, parallel_unsafe)]
    fn confirm_booking(p_booking_id: Option<pgrx::Uuid>, p_actor_id: Option<pgrx::Uuid>) {
        respond(p_booking_id, p_actor_id, Action::Confirm, None)
    }
}

returns_booking! {
    /// The mentor turns a request down.
    #[pg_extern(volatile, parallel_unsafe)]
    fn decline_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_reason: default!(Option<String>, "NULL"),
    ) {
        let reason = p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()?;
        respond(p_booking_id, p_actor_id, Action::Decline, reason)
    }
}

fn respond(
    booking_id: Option<pgrx::Uuid>,
    actor_id: Option<pgrx::Uuid>,
    action: Action,
    reason: Option<String>,
) -> Outcome<Answer> {
    let (booking_id, actor_id) = (args::id(booking_id, "booking_id")?, args::id(actor_id, "actor_id")?);
    Spi::connect(|client| {
        let mut opened = Opened::open(client, booking_id, actor_id, None)?;
        opened.only_mentor("answer this request")?;
        let from = opened.booking.status;
        opened.booking.status = opened.after(action)?;
        opened.booking.responded_at = Some(opened.now);
        if action == Action::Confirm {
            opened.not_started()?;
            opened.booking.confirmed_at = Some(opened.now);
        } else {
            opened.booking.cancellation_reason = reason;
        }
        let event = if action == Action::Confirm { "confirmed" } else { "declined" };
        opened.save(client, from, event, json!({}))?;
        reputation::refresh(client, opened.actor.org_id, &[opened.booking.mentor_id])?;
        Ok(opened.booking.into())
    })
}

returns_booking! {
    /// A participant or coordinator cancels.
    #[pg_extern(volatile, parallel_unsafe)]
    fn cancel_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_reason: default!(Option<String>, "NULL"),
        p_notes: default!(Option<String>, "NULL"),
    ) {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let reason = p_reason.as_deref().map(request::cancellation_reason).transpose()?;
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        Spi::connect(|client| cancel(client, booking_id, actor_id, reason, notes))
    }
}

fn cancel(
    client: &SpiClient<'_>,
    booking_id: Uuid,
    actor_id: Uuid,
    reason: Option<String>,
    notes: Option<String>,
) -> Outcome<Answer> {
    let mut opened = Opened::open(client, booking_id, actor_id, None)?;
    opened.only_participants("cancel this booking")?;
    let late = end_as_canceled(client, &mut opened, reason, notes)?;
    if opened.booking.is_participant(actor_id) {
        if late {
            penalize(client, &opened)?;
        }
        reputation::refresh(client, opened.actor.org_id, &[actor_id])?;
    }
    Ok(opened.booking.into())
}

/// Cancels for the actor, whatever follows for their standing; returns whether that is late.
fn end_as_canceled(
    client: &SpiClient<'_>,
    opened: &mut Opened,
    reason: Option<String>,
    notes: Option<String>,
) -> Outcome<bool> {
    let from = opened.booking.status;
    opened.booking.status = opened.after(Action::Cancel)?;
    opened.not_started()?;
    let late = opened.is_late();
    opened.booking.canceled_at = Some(opened.now);
    opened.booking.canceled_by = opened.by;
    opened.booking.cancellation_reason.clone_from(&reason);
    opened.booking.cancellation_notes = notes;
    opened.save(client, from, "canceled", json!({ "late": late, "reason": reason }))?;
    Ok(late)
}

/// Cancels a booking because a participant leaves, without penalty, in the name of `by`: its users and slot are locked.
/// One that can no longer be canceled is passed over. Returns whether it was.
pub fn cancel_for_leaving(
    client: &SpiClient<'_>,
    leaving: &Actor,
    by: Option<Uuid>,
    booking_id: Uuid,
) -> Outcome<bool> {
    let mut opened = Opened::take(client, leaving.clone(), booking_id)?;
    opened.by = by;
    if opened.after(Action::Cancel).is_err() || opened.has_started() {
        return Ok(false);
    }
    end_as_canceled(client, &mut opened, Some("other".to_owned()), None)?;
    Ok(true)
}

/// A late cancellation counts against whoever canceled, for a time.
fn penalize(client: &SpiClient<'_>, opened: &Opened) -> Outcome<()> {
    let days = i64::from(opened.policy.late_cancellation_penalty_days);
    let until = opened.now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(jiff::Timestamp::MAX);
    let args = [
        opened.actor.org_id.into(),
        pg_uuid(ids::new_uuid()?).into(),
        pg_uuid(opened.actor.id).into(),
        pg_uuid(opened.booking.id).into(),
        opened.policy.late_cancellation_penalty.into(),
        pg_timestamp(opened.now)?.into(),
        pg_timestamp(until)?.into(),
    ];
    PENALIZE.with(|penalize| penalize.run(client, &args))?;
    Ok(())
}

returns_booking! {
    /// The meeting took place.
    #[pg_extern(volatile, parallel_unsafe)]
    fn complete_booking(p_booking_id: Option<pgrx::Uuid>, p_actor_id: Option<pgrx::Uuid>) {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, None)?;
            opened.only_mentor("complete this booking")?;
            let from = opened.booking.status;
            opened.booking.status = opened.after(Action::Complete)?;
            opened.started()?;
            opened.save(client, from, "completed", json!({}))?;
            let people = [opened.booking.mentor_id, opened.booking.mentee_id];
            reputation::refresh(client, opened.actor.org_id, &people)?;
            Ok(opened.booking.into())
        })
    }
}

returns_booking! {
    /// A participant did not come.
    #[pg_extern(volatile, parallel_unsafe)]
    fn mark_no_show(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_absent_user_id: Option<pgrx::Uuid>,
    ) {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let absent_id = args::id(p_absent_user_id, "absent_user_id")?;
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, None)?;
            opened.only_participants("mark a no-show on this booking")?;
            if !opened.booking.is_participant(absent_id) {
                return Err(Refusal::invalid("absent_user_id", "must be a participant of the booking").into());
            }
            let from = opened.booking.status;
            opened.booking.status = opened.after(Action::MarkNoShow)?;
            opened.started()?;
            opened.booking.no_show_user_id = Some(absent_id);
            opened.save(client, from, "no_show", json!({ "absent_user_id": absent_id }))?;
            reputation::refresh(client, opened.actor.org_id, &[absent_id])?;
            Ok(opened.booking.into())
        })
    }
}

//! Confirming, declining, canceling and completing a booking.

use convene_rules::permission::{Actor, Right};
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status};
use convene_rules::token::Purpose;
use jiff::SignedDuration;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::open::Opened;
use super::seats;
use super::tokens::{Token, TokenHash};
use super::view::{BookingView, returns_booking};
use crate::failure::Outcome;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, ids, reputation, statement};

statement! {
    fresh PENALIZE = "../sql/penalize.sql" (
        INT4OID, UUIDOID, UUIDOID, UUIDOID, FLOAT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
    fresh MOVED_LATE = "../sql/booking/moved_late.sql" (INT4OID, UUIDOID, UUIDOID);
}

returns_booking! {
    /// The host accepts a request.
    #[pg_extern(volatile, parallel_unsafe)]
    fn confirm_booking(p_booking_id: Option<pgrx::Uuid>, p_actor_id: Option<pgrx::Uuid>) -> BookingView {
        respond(p_booking_id, p_actor_id, Action::Confirm, None)
    }
}

returns_booking! {
    /// The host turns a request down.
    #[pg_extern(volatile, parallel_unsafe)]
    fn decline_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_reason: default!(Option<String>, "NULL"),
    ) -> BookingView {
        let reason = p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()?;
        respond(p_booking_id, p_actor_id, Action::Decline, reason)
    }
}

fn respond(
    booking_id: Option<pgrx::Uuid>,
    actor_id: Option<pgrx::Uuid>,
    action: Action,
    reason: Option<String>,
) -> Outcome<BookingView> {
    let (booking_id, actor_id) = (args::id(booking_id, "booking_id")?, args::id(actor_id, "actor_id")?);
    Spi::connect(|client| {
        let mut opened = Opened::open(client, booking_id, actor_id, Right::Answer, None)?;
        opened.advance(action, Confirmation::NotRequired)?;
        opened.in_time()?;
        let now = opened.now();
        opened.meeting.booking.responded_at = Some(now);
        let event = if action == Action::Confirm {
            opened.meeting.booking.confirmed_at = Some(now);
            opened.event("confirmed")
        } else {
            opened.meeting.booking.cancellation_reason.clone_from(&reason);
            opened.event("declined").with_words(reason)
        };
        opened.save(client, event)?;
        let hosts: Vec<Uuid> = opened.meeting.hosts().filter_map(|host| host.user_id).collect();
        reputation::refresh(client, opened.meeting.org_id, &hosts)?;
        Ok(BookingView::from(&opened.meeting))
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
    ) -> BookingView {
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
) -> Outcome<BookingView> {
    let mut opened = Opened::open(client, booking_id, actor_id, Right::Cancel, None)?;
    if is_repeated(&opened, reason.as_deref(), notes.as_deref()) {
        return Ok(BookingView::from(&opened.meeting));
    }
    opened.advance(Action::Cancel, Confirmation::NotRequired)?;
    opened.in_time()?;
    let late = end_as_canceled(client, &mut opened, reason, notes)?;
    if opened.is_participants_own() {
        let org_id = opened.meeting.org_id;
        let move_of_actor = [org_id.into(), pg_uuid(booking_id).into(), pg_uuid(actor_id).into()];
        if late || MOVED_LATE.finds_any(client, &move_of_actor)? {
            penalize(client, &opened, actor_id)?;
        }
        reputation::refresh(client, org_id, &[actor_id])?;
    }
    Ok(BookingView::from(&opened.meeting))
}

returns_booking! {
    /// A guest cancels by their token. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn cancel_booking_by_token(
        p_token_hash: Option<Vec<u8>>,
        p_reason: default!(Option<String>, "NULL"),
        p_notes: default!(Option<String>, "NULL"),
    ) -> BookingView {
        let hash = TokenHash::new(p_token_hash)?;
        let reason = p_reason.as_deref().map(request::cancellation_reason).transpose()?;
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        Spi::connect(|client| {
            let token = Token::find(client, &hash, Purpose::Cancel)?;
            let mut opened = Opened::open_as_guest(client, &token, Right::Cancel)?;
            Token::find(client, &hash, Purpose::Cancel)?.require_works()?;
            if !is_repeated(&opened, reason.as_deref(), notes.as_deref()) {
                leave_or_cancel(client, &mut opened, token.guest()?, reason, notes)?;
            }
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

/// The meeting of a guest who attends alone is canceled; of one with several seats they give up theirs.
pub fn leave_or_cancel(
    client: &SpiClient<'_>,
    opened: &mut Opened,
    guest_id: Uuid,
    reason: Option<String>,
    notes: Option<String>,
) -> Outcome<()> {
    if opened.before.booking.capacity > 1 {
        return seats::give_up(client, opened, guest_id, notes);
    }
    opened.advance(Action::Cancel, Confirmation::NotRequired)?;
    opened.in_time()?;
    end_as_canceled(client, opened, reason, notes).map(|_| ())
}

/// Whether the actor canceled the booking before, in the same words: who did not get the answer asks again.
fn is_repeated(opened: &Opened, reason: Option<&str>, notes: Option<&str>) -> bool {
    let booking = &opened.before.booking;
    let is_guest = matches!(opened.actor, Actor::Guest { .. });
    booking.status == Status::Canceled
        && (booking.canceled_by.is_some() || is_guest)
        && booking.canceled_as.as_deref() == Some(opened.acting_as.as_str())
        && booking.canceled_by == opened.actor.user_id()
        && booking.cancellation_reason.as_deref() == reason
        && booking.cancellation_notes.as_deref() == notes
}

/// Cancels for the actor a booking that may be canceled, whatever follows for their standing; returns whether that is late.
fn end_as_canceled(
    client: &SpiClient<'_>,
    opened: &mut Opened,
    reason: Option<String>,
    notes: Option<String>,
) -> Outcome<bool> {
    let late = opened.is_late();
    let (now, by, canceled_as) = (opened.now(), opened.actor.user_id(), opened.acting_as.as_str());
    let booking = &mut opened.meeting.booking;
    booking.held_until = None;
    booking.canceled_at = Some(now);
    booking.canceled_by = by;
    booking.canceled_as = Some(canceled_as.to_owned());
    booking.cancellation_reason.clone_from(&reason);
    booking.cancellation_notes.clone_from(&notes);
    let event = opened.event("canceled").with_facts(json!({ "late": late, "reason": reason })).with_words(notes);
    opened.save(client, event)?;
    Ok(late)
}

/// Cancels a booking because somebody who takes part leaves the organization, without penalty: its users and slot are
/// locked. `by` is an admin who removes them, or they themselves; nobody in person where a directory says so. One that can
/// no longer be canceled is passed over. Returns whether it was canceled.
pub fn cancel_for_leaving(client: &SpiClient<'_>, org_id: i32, by: Option<Uuid>, booking_id: Uuid) -> Outcome<bool> {
    let actor = by.map_or(Actor::System, |id| Actor::User { id, is_staff: true });
    let mut opened = Opened::take(client, org_id, actor, booking_id, Right::Cancel)?;
    if opened.advance(Action::Cancel, Confirmation::NotRequired).is_err() || opened.has_started() {
        return Ok(false);
    }
    end_as_canceled(client, &mut opened, Some("other".to_owned()), None)?;
    Ok(true)
}

/// A late cancellation counts against whoever canceled, for a time.
fn penalize(client: &SpiClient<'_>, opened: &Opened, user_id: Uuid) -> Outcome<()> {
    let now = opened.now();
    let days = i64::from(opened.policy.late_cancellation_penalty_days);
    let until = now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(jiff::Timestamp::MAX);
    let org_id = opened.meeting.org_id;
    let args = [
        org_id.into(),
        pg_uuid(ids::new_uuid(org_id)?).into(),
        pg_uuid(user_id).into(),
        pg_uuid(opened.meeting.booking.id).into(),
        opened.policy.late_cancellation_penalty.into(),
        pg_timestamp(now)?.into(),
        pg_timestamp(until)?.into(),
    ];
    PENALIZE.run(client, &args).map(|_| ())
}

returns_booking! {
    /// The meeting took place.
    #[pg_extern(volatile, parallel_unsafe)]
    fn complete_booking(p_booking_id: Option<pgrx::Uuid>, p_actor_id: Option<pgrx::Uuid>) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, Right::Complete, None)?;
            opened.advance(Action::Complete, Confirmation::NotRequired)?;
            opened.started()?;
            let event = opened.event("completed");
            opened.save(client, event)?;
            reputation::refresh(client, opened.meeting.org_id, &opened.users())?;
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

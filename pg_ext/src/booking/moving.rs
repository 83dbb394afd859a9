//! Moving a booking to another slot, of its mentor or of another. It keeps its id; the move is in its history.

use convene_rules::eligibility::{Freshness, Purpose, override_to_consume};
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::{Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status};
use convene_rules::timeline::Span;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::create::limit;
use super::meeting::{Meeting, Participant};
use super::open::{Destination, Opened};
use super::people::{self, PersonRow};
use super::replay::{Keyed, Scope};
use super::slot::{SlotRow, candidate};
use super::view::{BookingView, returns_booking};
use crate::actor::Actor as User;
use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::values::pg_uuid;
use crate::{args, overrides, statement};

statement! {
    fresh SLOT_MENTOR: IdRow = "../sql/booking/slot_mentor.sql" (INT4OID, UUIDOID);
    fresh SLOT: SlotRow = "../sql/booking/slot.sql" (INT4OID, UUIDOID);
}

returns_booking! {
    /// Moves a booking to another slot of its mentor.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reschedule_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_time_slot_id: Option<pgrx::Uuid>,
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let wanted = Wanted {
            booking_id: args::id(p_booking_id, "booking_id")?,
            actor_id: args::id(p_actor_id, "actor_id")?,
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            freshness: args::freshness(p_accept_stale)?,
            kind: Move::Reschedule,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| move_booking(client, &wanted, key.as_deref()))
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
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let reason = p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()?;
        let wanted = Wanted {
            booking_id: args::id(p_booking_id, "booking_id")?,
            actor_id: args::id(p_actor_id, "actor_id")?,
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            freshness: args::freshness(p_accept_stale)?,
            kind: Move::Reassign { reason },
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| move_booking(client, &wanted, key.as_deref()))
    }
}

struct Wanted {
    booking_id: Uuid,
    actor_id: Uuid,
    slot_id: Uuid,
    freshness: Freshness,
    kind: Move,
}

enum Move {
    /// The same people meet at another time: the tier was settled when it was booked.
    Reschedule,
    /// The mentee meets somebody else: every check of booking again, and the new mentor's word where their block asks for
    /// it.
    Reassign { reason: Option<String> },
}

impl Move {
    fn right(&self) -> Right {
        match self {
            Self::Reschedule => Right::Reschedule,
            Self::Reassign { .. } => Right::Reassign,
        }
    }

    fn event(&self) -> &'static str {
        match self {
            Self::Reschedule => "rescheduled",
            Self::Reassign { .. } => "reassigned",
        }
    }

    fn purpose(&self) -> Purpose {
        match self {
            Self::Reschedule => Purpose::Move,
            Self::Reassign { .. } => Purpose::Book,
        }
    }

    /// Whether a mentor must agree. One who moves a booking, or staff for them, has thereby agreed to the new time.
    fn confirmation(&self, opened: &Opened, slot: &SlotRow) -> Confirmation {
        let asks = match self {
            Self::Reschedule => matches!(opened.acting_as, Relation::Attendee | Relation::Guest),
            Self::Reassign { .. } => true,
        };
        if slot.requires_confirmation && asks { Confirmation::Required } else { Confirmation::NotRequired }
    }
}

impl Wanted {
    fn keyed(&self, key: Option<&str>) -> Keyed {
        let (booking, slot) = (self.booking_id.to_string(), self.slot_id.to_string());
        let scope = Scope::User(self.actor_id);
        match &self.kind {
            Move::Reschedule => Keyed::new(scope, key, "reschedule_booking", &[&booking, &slot]),
            Move::Reassign { reason } => {
                let reason = reason.as_deref().unwrap_or_default();
                Keyed::new(scope, key, "reassign_booking", &[&booking, &slot, reason])
            }
        }
    }
}

fn move_booking(client: &SpiClient<'_>, wanted: &Wanted, key: Option<&str>) -> Outcome<BookingView> {
    let keyed = wanted.keyed(key);
    let org_id = User::load(client, wanted.actor_id)?.org_id;
    if let Some(answer) = keyed.replay(client, org_id)? {
        return Ok(answer);
    }
    // A slot's mentor never changes.
    let mentor = SLOT_MENTOR.row(client, &[org_id.into(), pg_uuid(wanted.slot_id).into()])?;
    let destination = mentor.map(|mentor| Destination::Slot { slot_id: wanted.slot_id, mentor_id: mentor.id });
    let mut opened = Opened::open(client, wanted.booking_id, wanted.actor_id, wanted.kind.right(), destination)?;
    // The actor's row is locked: a request under the same key is now either stored or has not begun.
    if let Some(answer) = keyed.replay(client, org_id)? {
        return Ok(answer);
    }
    let slot = SLOT.row(client, &[org_id.into(), pg_uuid(wanted.slot_id).into()])?;
    let slot = slot.ok_or(Refusal::SlotNotFound { time_slot_id: wanted.slot_id })?;
    let decided = decide(client, wanted, &mut opened, &slot)?;
    if let Some(override_id) = decided.override_id {
        overrides::consume(client, org_id, override_id, opened.now())?;
    }
    // Who moves a meeting late and cancels it then is as late as who cancels it at once.
    let is_late = opened.is_participants_own() && opened.is_late();
    apply(&mut opened, &slot, is_late);
    let event = opened.event(wanted.kind.event()).with_facts(facts(&opened.before, &slot, &decided.mentee, is_late));
    let event = match &wanted.kind {
        Move::Reschedule => event,
        Move::Reassign { reason } => event.with_words(reason.clone()),
    };
    opened.save(client, event)?;
    let answer = BookingView::from(&opened.meeting);
    keyed.store(client, org_id, &answer)?;
    Ok(answer)
}

/// What comes of a move that is allowed.
struct Decided {
    /// The override that is used up.
    override_id: Option<Uuid>,
    mentee: PersonRow,
}

/// Takes the first refusal; else clears away what lapsed and is in the way.
fn decide(client: &SpiClient<'_>, wanted: &Wanted, opened: &mut Opened, slot: &SlotRow) -> Outcome<Decided> {
    let booking_id = wanted.booking_id;
    let confirmation = wanted.kind.confirmation(opened, slot);
    opened.advance(Action::Reschedule, confirmation)?;
    opened.in_time()?;
    let (from_slot, mentor_id, mentee_id) = office_hours(&opened.before)?;
    if from_slot == slot.id {
        return Err(Refusal::SameSlot { time_slot_id: slot.id }.into());
    }
    if matches!(wanted.kind, Move::Reschedule) && slot.mentor_id != mentor_id {
        return Err(Refusal::DifferentMentor { mentor_id: slot.mentor_id }.into());
    }
    let viewers = people::lock_with_hosts(client, mentee_id, &[slot.mentor_id])?.read_by(wanted.actor_id);
    let candidate = candidate(slot, Some(booking_id));
    let facts = viewers.decide(client, &candidate, wanted.kind.purpose(), Some(booking_id), wanted.freshness)?;
    let takes_override = matches!(wanted.kind, Move::Reassign { .. });
    let override_id = override_to_consume(&facts).filter(|_| takes_override);
    Ok(Decided { override_id, mentee: viewers.attendee })
}

/// Slot, mentor and mentee of a booking in office hours. Only those move between slots.
fn office_hours(meeting: &Meeting) -> Outcome<(Uuid, Uuid, Uuid)> {
    let found = (meeting.booking.time_slot_id, meeting.mentor_id(), meeting.mentee_id());
    match found {
        (Some(slot), Some(mentor), Some(mentee)) => Ok((slot, mentor, mentee)),
        _ => Err(Refusal::invalid("booking_id", "must be a booking of a time slot").into()),
    }
}

/// Moves the booking and its people; a mentor who is replaced has left.
fn apply(opened: &mut Opened, slot: &SlotRow, is_late: bool) {
    let now = opened.now();
    let was = opened.before.booking.status;
    let before_mentor = opened.before.mentor_id();
    let meeting = &mut opened.meeting;
    meeting.move_people(slot.start_time, slot.end_time);
    if before_mentor != Some(slot.mentor_id) {
        let position = meeting.next_position();
        for host in meeting.people.iter_mut().filter(|person| person.role == Part::Host) {
            host.status = Attendance::Left;
        }
        let span = Span { start: slot.start_time, end: slot.end_time };
        let host = Participant::host(meeting.booking.id, position, slot.mentor_id, &slot.mentor_name, span);
        meeting.people.push(host);
    }
    let booking = &mut meeting.booking;
    booking.time_slot_id = Some(slot.id);
    booking.start_time = slot.start_time;
    booking.end_time = slot.end_time;
    booking.meeting_type.clone_from(&slot.meeting_type);
    booking.location.clone_from(&slot.location);
    let is_pending = booking.status == Status::Pending;
    if is_pending && (was == Status::Confirmed || before_mentor != Some(slot.mentor_id)) {
        // Asked anew.
        booking.requested_at = Some(now);
        booking.responded_at = None;
        // What was certain shortly before it began stays known as that: canceling it counts.
        booking.confirmed_at = booking.confirmed_at.filter(|_| is_late);
    } else if booking.status == Status::Confirmed && was == Status::Pending {
        booking.confirmed_at = Some(now);
    }
}

/// What history keeps of the move, beside where it went.
fn facts(before: &Meeting, slot: &SlotRow, mentee: &PersonRow, is_late: bool) -> Value {
    let mut facts = limit(mentee);
    facts["from_slot"] = json!(before.booking.time_slot_id);
    facts["from_start"] = json!(before.booking.start_time);
    facts["from_end"] = json!(before.booking.end_time);
    facts["to_slot"] = json!(slot.id);
    facts["late"] = json!(is_late);
    facts["from_hosts"] = before.hosts().map(|host| json!(host.user_id)).collect();
    facts
}

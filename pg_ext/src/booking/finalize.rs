//! A booking made of a hold.

use convene_rules::participant::Part;
use convene_rules::permission::Right;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::Confirmation;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::holds;
use super::open::Opened;
use super::replay::{Keyed, Scope};
use super::slot::SlotRow;
use super::view::{BookingView, returns_booking};
use crate::actor::Actor as User;
use crate::event_types::EventType;
use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{args, record, statement};

statement! {
    fresh SLOT: SlotRow = "../sql/booking/slot.sql" (INT4OID, UUIDOID);
    fresh GOAL: GoalLengths = "../sql/booking/goal_lengths.sql" (INT4OID);
}

record! {
    struct GoalLengths {
        meeting_goal_min_chars: i32,
        meeting_goal_max_chars: i32,
    }
}

returns_booking! {
    /// Makes a booking of a hold. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn finalize_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_meeting_goal: default!(Option<String>, "NULL"),
        p_materials_urls: default!(Option<Vec<Option<String>>>, "'{}'"),
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let materials_urls = args::texts(p_materials_urls, "materials_urls")?;
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        let mut asked = vec![booking_id.to_string(), p_meeting_goal.clone().unwrap_or_default()];
        asked.extend(materials_urls.iter().cloned());
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let keyed = Keyed::new(Scope::User(actor_id), key.as_deref(), "finalize_booking", &asked);
        Spi::connect(|client| {
            let org_id = User::load(client, actor_id)?.org_id;
            if let Some(answer) = keyed.replay(client, org_id)? {
                return Ok(answer);
            }
            let opened = Opened::open(client, booking_id, actor_id, Right::Finalize, None)?;
            // The actor's row is locked: a request under the same key is now either stored or has not begun.
            if let Some(answer) = keyed.replay(client, org_id)? {
                return Ok(answer);
            }
            let answer = finalize(client, opened, p_meeting_goal.as_deref(), &materials_urls)?;
            keyed.store(client, org_id, &answer)?;
            Ok(answer)
        })
    }
}

/// What the attendee wants is asked in office hours only: an event type's questions were answered when it was held.
fn finalize(
    client: &SpiClient<'_>,
    mut opened: Opened,
    goal: Option<&str>,
    materials_urls: &[String],
) -> Outcome<BookingView> {
    let org_id = opened.before.org_id;
    let event_type = opened.before.booking.event_type_id.map(|id| EventType::load(client, id)).transpose()?;
    let confirmation = match &event_type {
        Some(event_type) => holds::confirmation(event_type),
        None => confirmation(client, org_id, opened.before.booking.time_slot_id)?,
    };
    opened.finalize(confirmation)?;
    let goal = match (goal, event_type) {
        (None, Some(_)) => None,
        (None, None) => return Err(Refusal::invalid("meeting_goal", "must not be NULL").into()),
        (Some(goal), _) => {
            let lengths = GOAL.row(client, &[org_id.into()])?;
            let (shortest, longest) = lengths
                .map_or((0, i32::MAX), |lengths| (lengths.meeting_goal_min_chars, lengths.meeting_goal_max_chars));
            Some(request::meeting_goal(goal, shortest, longest)?)
        }
    };
    let materials_urls = request::materials_urls(materials_urls)?;
    for person in opened.meeting.people.iter_mut().filter(|person| person.role == Part::Attendee) {
        person.meeting_goal.clone_from(&goal);
        person.materials_urls.clone_from(&materials_urls);
    }
    let event = opened.event("finalized");
    opened.save(client, event)?;
    Ok(BookingView::from(&opened.meeting))
}

/// Whether the block of the slot asks its mentor to confirm.
fn confirmation(client: &SpiClient<'_>, org_id: i32, slot_id: Option<Uuid>) -> Outcome<Confirmation> {
    let Some(slot_id) = slot_id else { return Ok(Confirmation::NotRequired) };
    let slot = SLOT.row(client, &[org_id.into(), pg_uuid(slot_id).into()])?;
    let asks = slot.is_some_and(|slot| slot.requires_confirmation);
    Ok(if asks { Confirmation::Required } else { Confirmation::NotRequired })
}

//! The one place that writes bookings, participants, slots and history. Whatever happens to a booking is one change: how
//! it was, how it is, and the event that history keeps of it, with how the booking is after it.

use convene_rules::permission::{Actor, Relation};
use convene_rules::refusal::Refusal;
use convene_rules::state::Status;
use jiff::Timestamp;
use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::meeting::{BookingRow, Meeting, Participant};
use crate::failure::{Outcome, refusing};
use crate::statement;
use crate::values::{pg_timestamp, pg_uuid, pg_uuids};

statement! {
    fresh INSERT = "../sql/booking/insert.sql" (
        INT4OID, UUIDOID, TEXTOID, UUIDOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, INT4OID,
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTARRAYOID, UUIDARRAYOID, UUIDARRAYOID,
        INT4ARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID, TEXTOID, TEXTARRAYOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID,
        UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID, JSONBOID, TIMESTAMPTZOID, UUIDOID, UUIDOID, INT4OID, JSONBOID,
    );
    fresh UPDATE = "../sql/booking/update.sql" (
        INT4OID, UUIDOID, TEXTOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
        INT4ARRAYOID, TEXTARRAYOID, INT4ARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID, BOOLARRAYOID,
        INT4OID, TEXTOID, UUIDOID, UUIDOID, TEXTOID, INT4OID, TEXTOID, TEXTARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
        BOOLOID, UUIDOID, BOOLOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID,
        TEXTOID, JSONBOID, INT4OID, TEXTOID, TEXTARRAYOID, UUIDARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZOID, JSONBOID, JSONBOID,
    );
}

/// What happened, and who did it.
pub struct Event {
    /// As history keeps it, such as `rescheduled`.
    pub name: &'static str,
    pub actor: Actor,
    pub acted_as: Relation,
    /// What the actor wrote about it.
    pub words: Option<String>,
    /// What else there is to know about it.
    pub facts: Value,
}

impl Event {
    pub fn new(name: &'static str, actor: Actor, acted_as: Relation) -> Self {
        Self { name, actor, acted_as, words: None, facts: Value::Object(serde_json::Map::new()) }
    }

    /// The booking is made, or its time held, by who attends it.
    pub fn made(booking: &BookingRow, attendee_id: Uuid) -> Self {
        let name = if booking.status == Status::Held { "held" } else { "created" };
        Self::new(name, Actor::User { id: attendee_id, is_staff: false }, Relation::Attendee)
    }

    pub fn with_facts(self, facts: Value) -> Self {
        Self { facts, ..self }
    }

    pub fn with_words(self, words: Option<String>) -> Self {
        Self { words, ..self }
    }
}

/// Writes a new booking. Its time and slot are taken; a person who is booked then is refused, whatever was checked before.
pub fn insert(client: &SpiClient<'_>, meeting: &Meeting, event: Event) -> Outcome<()> {
    let booking = &meeting.booking;
    let people = &meeting.people;
    let attendee = meeting.attendees().next();
    let after = After::of(meeting);
    let args = [
        meeting.org_id.into(),
        pg_uuid(booking.id).into(),
        booking.status.as_ref().into(),
        booking.time_slot_id.map(pg_uuid).into(),
        booking.event_type_id.map(pg_uuid).into(),
        time(booking.start_time)?,
        time(booking.end_time)?,
        booking.meeting_type.as_str().into(),
        booking.location.as_deref().into(),
        booking.capacity.into(),
        maybe_time(booking.held_until)?,
        maybe_time(booking.requested_at)?,
        maybe_time(booking.confirmed_at)?,
        time(booking.created_at)?,
        people.iter().map(|person| person.role.to_string()).collect::<Vec<String>>().into(),
        people.iter().map(|person| person.user_id.map(pg_uuid)).collect::<Vec<_>>().into(),
        people.iter().map(|person| person.guest_id.map(pg_uuid)).collect::<Vec<_>>().into(),
        people.iter().map(|person| person.seat).collect::<Vec<_>>().into(),
        times(people, |person| person.blocked_from)?,
        times(people, |person| person.blocked_to)?,
        attendee.and_then(|attendee| attendee.meeting_goal.as_deref()).into(),
        attendee.map(|attendee| attendee.materials_urls.clone()).unwrap_or_default().into(),
        event.name.into(),
        event.actor.user_id().map(pg_uuid).into(),
        event.actor.guest_id().map(pg_uuid).into(),
        event.acted_as.as_str().into(),
        pg_uuids(&after.hosts).into(),
        pg_uuids(&after.attendees).into(),
        pg_uuids(&after.guests).into(),
        pgrx::JsonB(event.facts).into(),
        maybe_time(booking.lapses_at)?,
        booking.team_id.map(pg_uuid).into(),
        booking.series_id.map(pg_uuid).into(),
        booking.series_position.into(),
        pgrx::JsonB(attendee.map_or_else(|| json!({}), |attendee| attendee.answers.clone())).into(),
    ];
    refusing(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, &Refusal::BookingConflict {}, || {
        INSERT.run(client, &args).map(|_| ())
    })
}

/// Writes a booking as it now is. People who are new in it come last in `after`, one at most.
pub fn update(client: &SpiClient<'_>, before: &Meeting, after: &Meeting, event: Event) -> Outcome<()> {
    let booking = &after.booking;
    let (known, newcomer) = after.people.split_at(before.people.len().min(after.people.len()));
    let newcomer = newcomer.first();
    // What people's rows copy of the booking.
    let is_moved = before.booking.start_time != booking.start_time;
    let lapses_otherwise = before.booking.lapses_at != booking.lapses_at;
    let changed: Vec<&Participant> = known
        .iter()
        .zip(&before.people)
        .filter(|(now, then)| now != then || is_moved && now.active || lapses_otherwise)
        .map(|(now, _)| now)
        .collect();
    // Of a hold, what the attendee wants is written when it is finalized.
    let writer = known
        .iter()
        .zip(&before.people)
        .find(|(now, then)| now.meeting_goal != then.meeting_goal || now.answers != then.answers);
    let writer = writer.map(|(now, _)| now);
    let standing = After::of(after);
    let takes_slot = booking.status.is_active() && booking.time_slot_id.is_some();
    let args = [
        after.org_id.into(),
        pg_uuid(booking.id).into(),
        booking.status.as_ref().into(),
        booking.time_slot_id.map(pg_uuid).into(),
        time(booking.start_time)?,
        time(booking.end_time)?,
        booking.meeting_type.as_str().into(),
        booking.location.as_deref().into(),
        booking.conference_url.as_deref().into(),
        maybe_time(booking.held_until)?,
        maybe_time(booking.requested_at)?,
        maybe_time(booking.responded_at)?,
        maybe_time(booking.confirmed_at)?,
        maybe_time(booking.canceled_at)?,
        booking.canceled_by.map(pg_uuid).into(),
        booking.canceled_as.as_deref().into(),
        booking.cancellation_reason.as_deref().into(),
        booking.cancellation_notes.as_deref().into(),
        time(booking.updated_at)?,
        changed.iter().map(|person| person.position).collect::<Vec<_>>().into(),
        changed.iter().map(|person| person.status.to_string()).collect::<Vec<_>>().into(),
        changed.iter().map(|person| person.seat).collect::<Vec<_>>().into(),
        times(changed.iter().copied(), |person| person.blocked_from)?,
        times(changed.iter().copied(), |person| person.blocked_to)?,
        changed.iter().map(|person| person.active).collect::<Vec<_>>().into(),
        newcomer.map(|person| person.position).into(),
        newcomer.map(|person| person.role.to_string()).into(),
        newcomer.and_then(|person| person.user_id).map(pg_uuid).into(),
        newcomer.and_then(|person| person.guest_id).map(pg_uuid).into(),
        newcomer.map(|person| person.status.to_string()).into(),
        newcomer.and_then(|person| person.seat).into(),
        newcomer.and_then(|person| person.meeting_goal.as_deref()).into(),
        newcomer.map(|person| person.materials_urls.clone()).into(),
        maybe_time(newcomer.map(|person| person.blocked_from))?,
        maybe_time(newcomer.map(|person| person.blocked_to))?,
        newcomer.map(|person| person.active).into(),
        before.booking.time_slot_id.map(pg_uuid).into(),
        takes_slot.into(),
        event.name.into(),
        event.actor.user_id().map(pg_uuid).into(),
        event.actor.guest_id().map(pg_uuid).into(),
        event.acted_as.as_str().into(),
        before.booking.status.as_ref().into(),
        pg_uuids(&standing.hosts).into(),
        pg_uuids(&standing.attendees).into(),
        pg_uuids(&standing.guests).into(),
        event.words.as_deref().into(),
        pgrx::JsonB(event.facts).into(),
        writer.map(|person| person.position).into(),
        writer.and_then(|person| person.meeting_goal.as_deref()).into(),
        writer.map(|person| person.materials_urls.clone()).into(),
        changed.iter().map(|person| person.absence_claimed_by.map(pg_uuid)).collect::<Vec<_>>().into(),
        maybe_times(&changed, |person| person.absence_disputed_at)?,
        maybe_time(booking.lapses_at)?,
        writer.map(|person| pgrx::JsonB(person.answers.clone())).into(),
        newcomer.map(|person| pgrx::JsonB(person.answers.clone())).into(),
    ];
    refusing(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, &Refusal::BookingConflict {}, || {
        UPDATE.run(client, &args).map(|_| ())
    })
}

/// Who is in the booking after an event.
struct After {
    hosts: Vec<Uuid>,
    attendees: Vec<Uuid>,
    guests: Vec<Uuid>,
}

impl After {
    fn of(meeting: &Meeting) -> Self {
        Self {
            hosts: meeting.hosts().filter_map(|host| host.user_id).collect(),
            attendees: meeting.attendees().filter_map(|attendee| attendee.user_id).collect(),
            guests: meeting.attendees().filter_map(|attendee| attendee.guest_id).collect(),
        }
    }
}

fn time<'a>(time: Timestamp) -> Outcome<DatumWithOid<'a>> {
    Ok(pg_timestamp(time)?.into())
}

fn maybe_time<'a>(time: Option<Timestamp>) -> Outcome<DatumWithOid<'a>> {
    Ok(time.map(pg_timestamp).transpose()?.into())
}

fn times<'a, 'p>(
    people: impl IntoIterator<Item = &'p Participant>,
    of: fn(&Participant) -> Timestamp,
) -> Outcome<DatumWithOid<'a>> {
    Ok(people.into_iter().map(|person| pg_timestamp(of(person))).collect::<Outcome<Vec<_>>>()?.into())
}

fn maybe_times<'a>(people: &[&Participant], of: fn(&Participant) -> Option<Timestamp>) -> Outcome<DatumWithOid<'a>> {
    let times = people.iter().map(|person| of(person).map(pg_timestamp).transpose());
    Ok(times.collect::<Outcome<Vec<_>>>()?.into())
}

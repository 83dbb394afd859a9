//! Meetings of event types: a host, and seats that are taken one by one, by users and by guests.

use convene_rules::eligibility::{Candidate, Freshness, Purpose, Source};
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::{Actor, Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use convene_rules::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::meeting::{BookingRow, Meeting, Participant};
use super::open::{Opened, Policy};
use super::people::{self, PersonRow};
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::actor::Actor as User;
use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{args, ids, record, statement};

statement! {
    fresh EVENT_TYPE: EventType = "../sql/booking/event_type.sql" (INT4OID, UUIDOID);
    fresh GUEST = "../sql/booking/guest_insert.sql" (INT4OID, UUIDOID, UUIDOID, TEXTOID, BYTEAOID, BYTEAOID, TEXTOID);
}

record! {
    struct EventType {
        org_id: i32,
        id: Uuid,
        host_id: Uuid,
        capacity: i32,
        buffer_before_minutes: i32,
        buffer_after_minutes: i32,
    }
}

/// Longest meeting.
const HOURS_MOST: i64 = 24;

returns_booking! {
    /// Books a time of an event type's host. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn book_event_type(
        p_event_type_id: Option<pgrx::Uuid>,
        p_attendee_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_end: Option<TimestampWithTimeZone>,
        p_hold_minutes: default!(Option<i32>, "NULL"),
    ) -> BookingView {
        let (event_type_id, attendee_id) =
            (args::id(p_event_type_id, "event_type_id")?, args::id(p_attendee_id, "attendee_id")?);
        let span = Span { start: args::time(p_start, "start")?, end: args::time(p_end, "end")? };
        let length = span.end.duration_since(span.start);
        if !length.is_positive() || length > SignedDuration::from_hours(HOURS_MOST) {
            return Err(Refusal::invalid("end", "must be after start, and at most 24 hours").into());
        }
        let hold_minutes = p_hold_minutes.map(|minutes| request::hold_minutes("hold_minutes", minutes)).transpose()?;
        Spi::connect(|client| book(client, event_type_id, attendee_id, span, hold_minutes))
    }
}

fn book(
    client: &SpiClient<'_>,
    event_type_id: Uuid,
    attendee_id: Uuid,
    span: Span,
    hold_minutes: Option<i32>,
) -> Outcome<BookingView> {
    let not_found = || Refusal::invalid("event_type_id", "names no event type");
    let key = [User::load(client, attendee_id)?.org_id.into(), pg_uuid(event_type_id).into()];
    let event_type = EVENT_TYPE.row(client, &key)?.ok_or_else(not_found)?;
    let viewers = people::lock_with_hosts(client, attendee_id, &[event_type.host_id])?;
    let minutes = |minutes: i32| SignedDuration::from_mins(minutes.into());
    let blocked = Span {
        start: span.start - minutes(event_type.buffer_before_minutes),
        end: span.end + minutes(event_type.buffer_after_minutes),
    };
    let candidate = Candidate { span, blocked, source: Source::EventType };
    let now = viewers.decide(client, &candidate, Purpose::Book, None, Freshness::AsKnown)?.now;

    let attendee = &viewers.attendee;
    let id = ids::new_uuid(attendee.org_id)?;
    let status = if hold_minutes.is_some() { Status::Held } else { Status::Confirmed };
    let mut people: Vec<Participant> =
        viewers.hosts.iter().map(|host| Participant::host(id, 1, host.id, &host.name, blocked)).collect();
    people.push(user_in(Participant::attendee(id, 2, 1, span), attendee));
    let booking = BookingRow {
        event_type_id: Some(event_type.id),
        capacity: event_type.capacity,
        held_until: hold_minutes.map(|minutes| now + SignedDuration::from_mins(minutes.into())),
        ..BookingRow::new(id, status, span, now)
    };
    let meeting = Meeting { org_id: event_type.org_id, people, booking };
    writer::insert(client, &meeting, Event::made(&meeting.booking, attendee_id))?;
    Ok(BookingView::from(&meeting))
}

fn user_in(seat: Participant, user: &PersonRow) -> Participant {
    Participant { user_id: Some(user.id), name: Some(user.name.clone()), ..seat }
}

returns_booking! {
    /// Somebody takes a free seat. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn join_booking(p_booking_id: Option<pgrx::Uuid>, p_user_id: Option<pgrx::Uuid>) -> BookingView {
        let (booking_id, user_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_user_id, "user_id")?);
        Spi::connect(|client| {
            let viewers = people::lock_with_hosts(client, user_id, &[])?;
            let org_id = viewers.attendee.org_id;
            let before = open_to_join(client, org_id, booking_id)?;
            if before.users().any(|present| present == user_id) {
                return Err(Refusal::AlreadyTakesPart { booking_id }.into());
            }
            let span = before.booking.span();
            let candidate = Candidate { span, blocked: span, source: Source::EventType };
            let now = viewers.decide(client, &candidate, Purpose::Book, None, Freshness::AsKnown)?.now;
            let seat = user_in(free_seat(&before)?, &viewers.attendee);
            join(client, &before, seat, Actor::User { id: user_id, is_staff: false }, now)
        })
    }
}

returns_booking! {
    /// A guest takes a free seat. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn join_booking_as_guest(
        p_org_id: Option<i32>,
        p_booking_id: Option<pgrx::Uuid>,
        p_key_id: Option<String>,
        p_contact: Option<Vec<u8>>,
        p_email_index: Option<Vec<u8>>,
        p_time_zone: default!(Option<String>, "'UTC'"),
    ) -> BookingView {
        let (org_id, booking_id) = (args::required(p_org_id, "org_id")?, args::id(p_booking_id, "booking_id")?);
        let (key_id, contact) = (args::required(p_key_id, "key_id")?, args::required(p_contact, "contact")?);
        let email_index = args::required(p_email_index, "email_index")?;
        if email_index.len() != 32 {
            return Err(Refusal::invalid("email_index", "must be the 32 bytes of an HMAC-SHA-256").into());
        }
        let zone = Zone::iana(&args::required(p_time_zone, "time_zone")?)?;
        Spi::connect(|client| {
            let before = open_to_join(client, org_id, booking_id)?;
            let now = Policy::read(client, org_id, Actor::System)?.now;
            if before.booking.start_time <= now {
                return Err(Refusal::MeetingStarted { start_time: before.booking.start_time }.into());
            }
            let guest_id = ids::new_uuid(org_id)?;
            let guest = [
                org_id.into(),
                pg_uuid(guest_id).into(),
                pg_uuid(booking_id).into(),
                key_id.as_str().into(),
                contact.into(),
                email_index.into(),
                zone.name().into(),
            ];
            GUEST.run(client, &guest)?;
            let seat = Participant { guest_id: Some(guest_id), ..free_seat(&before)? };
            join(client, &before, seat, Actor::Guest { id: guest_id }, now)
        })
    }
}

/// The booking, locked, while somebody may still join it.
fn open_to_join(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid) -> Outcome<Meeting> {
    let meeting = Meeting::lock(client, org_id, booking_id)?;
    match meeting.booking.status {
        Status::Confirmed => Ok(meeting),
        status => Err(Refusal::NotJoinable { status }.into()),
    }
}

fn free_seat(meeting: &Meeting) -> Outcome<Participant> {
    let booking = &meeting.booking;
    let seat = meeting.free_seat().ok_or(Refusal::BookingFull { capacity: booking.capacity })?;
    Ok(Participant::attendee(booking.id, meeting.next_position(), seat, booking.span()))
}

fn join(
    client: &SpiClient<'_>,
    before: &Meeting,
    newcomer: Participant,
    actor: Actor,
    now: Timestamp,
) -> Outcome<BookingView> {
    let event = Event::new("joined", actor, Relation::Attendee).with_facts(json!({ "seat": newcomer.seat }));
    let mut after = before.clone();
    after.people.push(newcomer);
    after.booking.updated_at = now;
    writer::update(client, before, &after, event)?;
    Ok(BookingView::from(&after))
}

returns_booking! {
    /// An attendee gives their seat up. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn leave_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_user_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let user_id = p_user_id.map_or(actor_id, crate::values::uuid);
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, Right::Leave, None)?;
            opened.not_started()?;
            if opened.before.booking.status != Status::Confirmed || opened.before.booking.capacity == 1 {
                return Err(Refusal::NotJoinable { status: opened.before.booking.status }.into());
            }
            if user_id != actor_id && opened.acting_as != Relation::Staff {
                return Err(Refusal::NotAuthorized { action: Right::Leave.phrase().to_owned() }.into());
            }
            let people = &mut opened.meeting.people;
            let leaving = people.iter_mut().find(|one| {
                one.user_id == Some(user_id) && one.role == Part::Attendee && one.status != Attendance::Left
            });
            let leaving = leaving.ok_or_else(|| Refusal::invalid("user_id", "must be an attendee of the booking"))?;
            leaving.status = Attendance::Left;
            let event = opened.event("left").with_facts(json!({ "user_id": user_id }));
            opened.save(client, event)?;
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

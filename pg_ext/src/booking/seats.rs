//! Meetings of event types: a host, and seats that are taken one by one, by users and by guests.

use convene_rules::eligibility::{Candidate, Purpose, Source, first_refusal, lapsed_in_the_way};
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::{Actor, Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use convene_rules::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::json;
use uuid::Uuid;

use super::expire;
use super::meeting::{BookingRow, Meeting, Participant};
use super::open::Opened;
use super::people::{self, Kind, Reading, Viewers};
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::actor::Actor as User;
use crate::failure::Outcome;
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, ids, record, statement};

statement! {
    fresh EVENT_TYPE: EventType = "../sql/booking/event_type.sql" (INT4OID, UUIDOID);
    fresh LOCK: BookingRow = "../sql/booking/lock.sql" (INT4OID, UUIDARRAYOID);
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

/// Longest hold, in minutes (docs/rules.md).
const HOLD_MINUTES_MOST: i32 = 15;
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
        if p_hold_minutes.is_some_and(|minutes| !(1..=HOLD_MINUTES_MOST).contains(&minutes)) {
            return Err(Refusal::invalid("hold_minutes", format!("must be between 1 and {HOLD_MINUTES_MOST}")).into());
        }
        Spi::connect(|client| book(client, event_type_id, attendee_id, span, p_hold_minutes))
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
    let now = decide(client, &viewers, &candidate)?;

    let id = ids::new_uuid(viewers.attendee.org_id)?;
    let status = if hold_minutes.is_some() { Status::Held } else { Status::Confirmed };
    let mut people: Vec<Participant> =
        viewers.hosts.iter().map(|host| person(id, host.id, &host.name, blocked)).collect();
    people.push(seated(id, 2, 1, Some((attendee_id, &viewers.attendee.name)), None, span));
    let meeting = Meeting {
        org_id: event_type.org_id,
        people,
        booking: BookingRow {
            id,
            status,
            time_slot_id: None,
            event_type_id: Some(event_type.id),
            start_time: span.start,
            end_time: span.end,
            meeting_type: "online".to_owned(),
            location: None,
            conference_url: None,
            capacity: event_type.capacity,
            held_until: hold_minutes.map(|minutes| now + SignedDuration::from_mins(minutes.into())),
            requested_at: None,
            responded_at: None,
            confirmed_at: (status == Status::Confirmed).then_some(now),
            canceled_at: None,
            canceled_by: None,
            canceled_as: None,
            cancellation_reason: None,
            cancellation_notes: None,
            created_at: now,
            updated_at: now,
        },
    };
    let name = if status == Status::Held { "held" } else { "created" };
    let actor = Actor::User { id: attendee_id, is_staff: false };
    writer::insert(client, &meeting, Event::new(name, actor, Relation::Attendee))?;
    Ok(BookingView::from(&meeting))
}

/// Takes the first refusal, or clears away what lapsed and is in the way; returns the time at which that was decided.
fn decide(client: &SpiClient<'_>, viewers: &Viewers, candidate: &Candidate) -> Outcome<Timestamp> {
    let facts = viewers.facts(client, Kind::EventType, candidate.blocked, None, Reading::Deciding)?;
    if let Some(finding) = first_refusal(&facts, candidate, Purpose::Book) {
        return Err(finding.refusal.into());
    }
    expire::release(client, viewers.attendee.org_id, &lapsed_in_the_way(&facts, candidate), &[])?;
    Ok(facts.now)
}

fn person(booking_id: Uuid, host_id: Uuid, name: &str, blocked: Span) -> Participant {
    Participant {
        booking_id,
        position: 1,
        role: Part::Host,
        user_id: Some(host_id),
        guest_id: None,
        status: Attendance::Active,
        seat: None,
        meeting_goal: None,
        materials_urls: Vec::new(),
        blocked_from: blocked.start,
        blocked_to: blocked.end,
        active: true,
        name: Some(name.to_owned()),
    }
}

fn seated(
    booking_id: Uuid,
    position: i32,
    seat: i32,
    user: Option<(Uuid, &str)>,
    guest_id: Option<Uuid>,
    span: Span,
) -> Participant {
    Participant {
        booking_id,
        position,
        role: Part::Attendee,
        user_id: user.map(|(id, _)| id),
        guest_id,
        status: Attendance::Active,
        seat: Some(seat),
        meeting_goal: None,
        materials_urls: Vec::new(),
        blocked_from: span.start,
        blocked_to: span.end,
        active: true,
        name: user.map(|(_, name)| name.to_owned()),
    }
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
            let span = Span { start: before.booking.start_time, end: before.booking.end_time };
            let candidate = Candidate { span, blocked: span, source: Source::EventType };
            let now = decide(client, &viewers, &candidate)?;
            let actor = Actor::User { id: user_id, is_staff: false };
            join(client, &before, Some((user_id, &viewers.attendee.name)), None, actor, now)
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
            let not_found = || Refusal::BookingNotFound { booking_id };
            let before = open_to_join(client, org_id, booking_id)?;
            let now = Opened::policy(client, org_id, Actor::System)?.ok_or_else(not_found)?.now;
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
            join(client, &before, None, Some(guest_id), Actor::Guest { id: guest_id }, now)
        })
    }
}

/// The booking, locked, while somebody may still join it.
fn open_to_join(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid) -> Outcome<Meeting> {
    let booking = LOCK.row(client, &[org_id.into(), pg_uuids(&[booking_id]).into()])?;
    let booking = booking.ok_or(Refusal::BookingNotFound { booking_id })?;
    let meeting = Meeting::of(client, org_id, booking)?;
    match meeting.booking.status {
        Status::Confirmed => Ok(meeting),
        status => Err(Refusal::NotJoinable { status }.into()),
    }
}

fn join(
    client: &SpiClient<'_>,
    before: &Meeting,
    user: Option<(Uuid, &str)>,
    guest_id: Option<Uuid>,
    actor: Actor,
    now: Timestamp,
) -> Outcome<BookingView> {
    let seat = before.free_seat().ok_or(Refusal::BookingFull { capacity: before.booking.capacity })?;
    let span = Span { start: before.booking.start_time, end: before.booking.end_time };
    let mut after = before.clone();
    after.people.push(seated(before.booking.id, before.next_position(), seat, user, guest_id, span));
    after.booking.updated_at = now;
    let event = Event::new("joined", actor, Relation::Attendee).with_facts(json!({ "seat": seat }));
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

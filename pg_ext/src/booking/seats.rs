//! Meetings of several seats, which are taken one by one, by users and by guests.

use convene_rules::eligibility::{Candidate, Freshness, Purpose, Source};
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::{Actor, Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::state::Status;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::guest::Guest;
use super::meeting::{Meeting, Participant};
use super::open::{Opened, Policy};
use super::people;
use super::tokens::NewTokens;
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::args;
use crate::failure::Outcome;

returns_booking! {
    /// Somebody takes a free seat. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn join_booking(p_booking_id: Option<pgrx::Uuid>, p_user_id: Option<pgrx::Uuid>) -> BookingView {
        let (booking_id, user_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_user_id, "user_id")?);
        Spi::connect(|client| join_as_user(client, booking_id, user_id, json!({})))
    }
}

/// The user takes the lowest free seat.
pub fn join_as_user(client: &SpiClient<'_>, booking_id: Uuid, user_id: Uuid, answers: Value) -> Outcome<BookingView> {
    let viewers = people::lock_with_hosts(client, user_id, &[])?;
    let org_id = viewers.attendee.org_id;
    let before = open_to_join(client, org_id, booking_id)?;
    if before.users().any(|present| present == user_id) {
        return Err(Refusal::AlreadyTakesPart { booking_id }.into());
    }
    let span = before.booking.span();
    let candidate = Candidate { span, blocked: span, source: Source::EventType { is_offered: true } };
    let now = viewers.decide(client, &candidate, Purpose::Book, None, Freshness::AsKnown)?.now;
    let name = Some(viewers.attendee.name.clone());
    let seat = Participant { user_id: Some(user_id), name, answers, ..free_seat(&before)? };
    join(client, &before, seat, Actor::User { id: user_id, is_staff: false }, now)
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
        let guest = Guest::new(p_key_id, p_contact, p_email_index, p_time_zone)?;
        Spi::connect(|client| join_as_guest(client, org_id, booking_id, &guest, &NewTokens::default()))
    }
}

/// The guest takes the lowest free seat, and `tokens` to act by.
pub fn join_as_guest(
    client: &SpiClient<'_>,
    org_id: i32,
    booking_id: Uuid,
    guest: &Guest,
    tokens: &NewTokens,
) -> Outcome<BookingView> {
    let before = open_to_join(client, org_id, booking_id)?;
    let now = Policy::read(client, org_id, Actor::System)?.now;
    if before.booking.start_time <= now {
        return Err(Refusal::MeetingStarted { start_time: before.booking.start_time }.into());
    }
    let seat = free_seat(&before)?;
    let guest_id = guest.store(client, org_id, booking_id)?;
    let newcomer = Participant { guest_id: Some(guest_id), ..seat };
    let answer = join(client, &before, newcomer, Actor::Guest { id: guest_id }, now)?;
    tokens.store(client, org_id, &before.booking, Some(guest_id))?;
    Ok(answer)
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

/// A guest gives their seat up.
pub fn give_up(client: &SpiClient<'_>, opened: &mut Opened, guest_id: Uuid, notes: Option<String>) -> Outcome<()> {
    opened.not_started()?;
    if opened.before.booking.status != Status::Confirmed {
        return Err(Refusal::NotJoinable { status: opened.before.booking.status }.into());
    }
    for person in opened.meeting.people.iter_mut().filter(|person| person.guest_id == Some(guest_id)) {
        person.status = Attendance::Left;
    }
    let event = opened.event("left").with_facts(json!({ "guest_id": guest_id })).with_words(notes);
    opened.save(client, event)
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

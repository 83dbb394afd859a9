//! Booking a time of an event type, for a user, for a guest, and holding one for whoever comes.

use convene_rules::eligibility::Freshness;
use convene_rules::permission::{Actor, Relation};
use convene_rules::question::Questions;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::rotation::Choice;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use convene_rules::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::hosting::{self, Hosting, Wanted};
use super::meeting::{BookingRow, Meeting, Participant};
use super::replay::{Keyed, Scope};
use super::seats;
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::actor::Actor as User;
use crate::event_types::{Candidates, EventType};
use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, ids, statement};

statement! {
    fresh USE_LINK = "../sql/event_types/use_link.sql" (INT4OID, UUIDOID, BYTEAOID);
    fresh MEETING_WITH_SEATS: IdRow = "../sql/event_types/meeting_with_seats.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
    fresh GUEST = "../sql/booking/guest_insert.sql" (INT4OID, UUIDOID, UUIDOID, TEXTOID, BYTEAOID, BYTEAOID, TEXTOID);
}

/// Minutes for which a time is held unless more or fewer are asked for (docs/rules.md).
const HOLD_MINUTES: i32 = 5;

returns_booking! {
    /// Books a time of an event type for a user. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn book_event_type(
        p_event_type_id: Option<pgrx::Uuid>,
        p_attendee_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_answers: default!(Option<pgrx::JsonB>, "'{}'"),
        p_hold_minutes: default!(Option<i32>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let attendee_id = args::id(p_attendee_id, "attendee_id")?;
        let hold_minutes = p_hold_minutes.map(|minutes| request::hold_minutes("hold_minutes", minutes)).transpose()?;
        let asked = Asked {
            event_type_id: args::id(p_event_type_id, "event_type_id")?,
            start: args::time(p_start, "start")?,
            duration: p_duration,
            answers: args::required(p_answers, "answers")?.0,
            hold_minutes,
            freshness: args::freshness(p_accept_stale)?,
            who: Who::User(attendee_id),
            link: None,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| book(client, &asked, key.as_deref()))
    }
}

returns_booking! {
    /// Books a time of an event type for a guest. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn book_event_type_as_guest(
        p_event_type_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_key_id: Option<String>,
        p_contact: Option<Vec<u8>>,
        p_email_index: Option<Vec<u8>>,
        p_time_zone: default!(Option<String>, "'UTC'"),
        p_duration: default!(Option<i32>, "NULL"),
        p_answers: default!(Option<pgrx::JsonB>, "'{}'"),
        p_link_token_hash: default!(Option<Vec<u8>>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let asked = Asked {
            event_type_id: args::id(p_event_type_id, "event_type_id")?,
            start: args::time(p_start, "start")?,
            duration: p_duration,
            answers: args::required(p_answers, "answers")?.0,
            hold_minutes: None,
            freshness: args::freshness(p_accept_stale)?,
            who: Who::Guest(Guest::new(p_key_id, p_contact, p_email_index, p_time_zone)?),
            link: p_link_token_hash,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| book(client, &asked, key.as_deref()))
    }
}

returns_booking! {
    /// Holds a time of an event type for whoever will finalize it. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn hold_event_type(
        p_event_type_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_minutes: default!(Option<i32>, "5"),
        p_link_token_hash: default!(Option<Vec<u8>>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let asked = Asked {
            event_type_id: args::id(p_event_type_id, "event_type_id")?,
            start: args::time(p_start, "start")?,
            duration: p_duration,
            answers: json!({}),
            hold_minutes: Some(request::hold_minutes("minutes", p_minutes.unwrap_or(HOLD_MINUTES))?),
            freshness: args::freshness(p_accept_stale)?,
            who: Who::Nobody,
            link: p_link_token_hash,
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| book(client, &asked, key.as_deref()))
    }
}

/// What is asked for.
pub struct Asked {
    pub event_type_id: Uuid,
    pub start: Timestamp,
    /// In minutes.
    pub duration: Option<i32>,
    pub answers: Value,
    pub hold_minutes: Option<i32>,
    pub freshness: Freshness,
    pub who: Who,
    /// SHA-256 of a private link's token.
    pub link: Option<Vec<u8>>,
}

pub enum Who {
    User(Uuid),
    Guest(Guest),
    /// Whoever finalizes the hold.
    Nobody,
}

/// A guest, as the service sealed them.
pub struct Guest {
    key_id: String,
    contact: Vec<u8>,
    email_index: Vec<u8>,
    zone: Zone,
}

/// Longest sealed contact, in bytes.
const CONTACT_MOST: usize = 65_536;

impl Guest {
    pub fn new(
        key_id: Option<String>,
        contact: Option<Vec<u8>>,
        email_index: Option<Vec<u8>>,
        time_zone: Option<String>,
    ) -> Outcome<Self> {
        let guest = Self {
            key_id: args::required(key_id, "key_id")?,
            contact: args::required(contact, "contact")?,
            email_index: args::required(email_index, "email_index")?,
            zone: Zone::iana(&args::required(time_zone, "time_zone")?)?,
        };
        if guest.email_index.len() != 32 {
            return Err(Refusal::invalid("email_index", "must be the 32 bytes of an HMAC-SHA-256").into());
        }
        if guest.contact.is_empty() || guest.contact.len() > CONTACT_MOST {
            return Err(Refusal::invalid("contact", format!("must have 1 to {CONTACT_MOST} bytes")).into());
        }
        Ok(guest)
    }

    /// Stores the guest of a booking, which may be written after.
    pub fn store(&self, client: &SpiClient<'_>, org_id: i32, booking_id: Uuid) -> Outcome<Uuid> {
        let id = ids::new_uuid(org_id)?;
        let args = [
            org_id.into(),
            pg_uuid(id).into(),
            pg_uuid(booking_id).into(),
            self.key_id.as_str().into(),
            self.contact.clone().into(),
            self.email_index.clone().into(),
            self.zone.name().into(),
        ];
        GUEST.run(client, &args)?;
        Ok(id)
    }
}

impl Asked {
    /// Keys of users are their own; those of pages stand beside the event type.
    pub fn keyed(&self, key: Option<&str>, operation: &str, more: &[&str]) -> Keyed {
        let scope = match self.who {
            Who::User(id) => Scope::User(id),
            Who::Guest(_) | Who::Nobody => Scope::Page(self.event_type_id),
        };
        // What identifies a guest is compared by the index: sealing gives other bytes each time.
        let email = if let Who::Guest(guest) = &self.who { hex(&guest.email_index) } else { String::new() };
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        let (event_type, start) = (self.event_type_id.to_string(), self.start.to_string());
        let (duration, minutes, answers) = (number(self.duration), number(self.hold_minutes), self.answers.to_string());
        let asked: [&str; 6] = [&event_type, &start, &duration, &answers, &minutes, &email];
        Keyed::new(scope, key, operation, &[&asked, more].concat())
    }

    fn operation(&self) -> &'static str {
        match self.who {
            Who::Guest(_) => "book_event_type_as_guest",
            Who::User(_) => "book_event_type",
            Who::Nobody => "hold_event_type",
        }
    }

    fn attendee_id(&self) -> Option<Uuid> {
        if let Who::User(id) = self.who { Some(id) } else { None }
    }

    /// Who asks is of the event type's organization; others do not learn that it exists.
    pub fn is_allowed(&self, client: &SpiClient<'_>, event_type: &EventType) -> Outcome<()> {
        match self.who {
            Who::User(id) if User::load(client, id)?.org_id != event_type.row.org_id => {
                Err(Refusal::EventTypeNotFound { event_type_id: self.event_type_id }.into())
            }
            Who::User(_) => Ok(()),
            Who::Guest(_) | Who::Nobody => self.use_link(client, event_type),
        }
    }

    fn use_link(&self, client: &SpiClient<'_>, event_type: &EventType) -> Outcome<()> {
        let [org_id, event_type_id] = event_type.key();
        let works = match &self.link {
            Some(link) => USE_LINK.finds_any(client, &[org_id, event_type_id, link.clone().into()])?,
            None => !event_type.row.is_private,
        };
        if works { Ok(()) } else { Err(Refusal::PrivateLinkInvalid {}.into()) }
    }
}

fn book(client: &SpiClient<'_>, asked: &Asked, key: Option<&str>) -> Outcome<BookingView> {
    let mut event_type = EventType::load(client, asked.event_type_id)?;
    let org_id = event_type.row.org_id;
    let keyed = asked.keyed(key, asked.operation(), &[]);
    if let Some(answer) = keyed.replay(client, org_id)? {
        return Ok(answer);
    }
    keyed.lock(client)?;
    if let Some(answer) = keyed.replay(client, org_id)? {
        return Ok(answer);
    }
    asked.is_allowed(client, &event_type)?;
    hosting::lock_rotation(client, &mut event_type)?;
    let making = Making::new(asked, &event_type)?;
    let answer = match joinable(client, &event_type, making.span(asked.start))? {
        Some(booking_id) => join(client, asked, org_id, booking_id, making.answers)?,
        None => making.make(client, asked.start, None, None)?,
    };
    keyed.store(client, org_id, &answer)?;
    Ok(answer)
}

/// A meeting of several seats that somebody booked before at that time.
fn joinable(client: &SpiClient<'_>, event_type: &EventType, span: Span) -> Outcome<Option<Uuid>> {
    if event_type.row.capacity == 1 {
        return Ok(None);
    }
    let [org_id, event_type_id] = event_type.key();
    let args = [org_id, event_type_id, pg_timestamp(span.start)?.into(), pg_timestamp(span.end)?.into()];
    Ok(MEETING_WITH_SEATS.row(client, &args)?.map(|row| row.id))
}

fn join(client: &SpiClient<'_>, asked: &Asked, org_id: i32, booking_id: Uuid, answers: Value) -> Outcome<BookingView> {
    if asked.hold_minutes.is_some() {
        return Err(Refusal::invalid(
            "hold_minutes",
            "must be left out: somebody booked this meeting, and seats are not held",
        )
        .into());
    }
    match &asked.who {
        Who::User(user_id) => seats::join_as_user(client, booking_id, *user_id, answers),
        Who::Guest(guest) => seats::join_as_guest(client, org_id, booking_id, guest),
        Who::Nobody => Err(Refusal::NotJoinable { status: Status::Confirmed }.into()),
    }
}

/// What is the same for all meetings that one call makes.
pub struct Making<'a> {
    asked: &'a Asked,
    pub event_type: &'a EventType,
    /// In minutes.
    duration: i32,
    answers: Value,
}

/// A meeting's place in a series.
#[derive(Clone, Copy)]
pub struct Place {
    pub series_id: Uuid,
    pub position: i32,
}

impl<'a> Making<'a> {
    /// Refuses lengths that the event type does not offer, and answers that do not fit its questions.
    pub fn new(asked: &'a Asked, event_type: &'a EventType) -> Outcome<Self> {
        let duration = event_type.duration(asked.duration)?;
        let answers = match asked.who {
            Who::Nobody => serde_json::Map::new(),
            _ => Questions::parse(&event_type.row.questions)?.check(&asked.answers)?,
        };
        Ok(Self { asked, event_type, duration, answers: Value::Object(answers) })
    }

    fn span(&self, start: Timestamp) -> Span {
        let length = SignedDuration::from_mins(self.duration.into());
        Span { start, end: start.saturating_add(length).unwrap_or(Timestamp::MAX) }
    }

    pub fn wanted(&self, start: Timestamp) -> Wanted<'_> {
        Wanted {
            event_type: self.event_type,
            candidates: Candidates { event_type: self.event_type, grid: self.event_type.grid(self.duration) },
            span: self.span(start),
            attendee_id: self.asked.attendee_id(),
            freshness: self.asked.freshness,
            replacing: None,
        }
    }

    /// Makes a meeting at that time: hosted by `host`, who is a member of the team, or by whomever the event type says.
    pub fn make(
        &self,
        client: &SpiClient<'_>,
        start: Timestamp,
        host: Option<Choice>,
        place: Option<Place>,
    ) -> Outcome<BookingView> {
        let wanted = self.wanted(start);
        let hosting = match host {
            Some(host) => wanted.assign_to(client, host)?,
            None => wanted.assign(client)?,
        };
        let (meeting, actor) = self.meeting(client, self.span(start), &hosting, place)?;
        let name = if meeting.booking.status == Status::Held { "held" } else { "created" };
        let acted_as = if matches!(actor, Actor::System) { Relation::System } else { Relation::Attendee };
        let event = Event::new(name, actor, acted_as).with_facts(hosting.facts());
        writer::insert(client, &meeting, event)?;
        Ok(BookingView::from(&meeting))
    }

    /// The booking as it is to be written, and who makes it. A guest is stored.
    fn meeting(
        &self,
        client: &SpiClient<'_>,
        span: Span,
        hosting: &Hosting,
        place: Option<Place>,
    ) -> Outcome<(Meeting, Actor)> {
        let (asked, event_type) = (self.asked, self.event_type);
        let row = &event_type.row;
        let id = ids::new_uuid(row.org_id)?;
        let blocked = event_type.blocked(span);
        let mut people: Vec<Participant> = hosting::in_order(hosting.viewers.hosts.clone())
            .iter()
            .zip(1..)
            .map(|(host, position)| Participant::host(id, position, host.id, &host.name, blocked))
            .collect();
        let seat = Participant::attendee(id, i32::try_from(people.len()).unwrap_or(i32::MAX) + 1, 1, span);
        let attendee = &hosting.viewers.attendee;
        let actor = match &asked.who {
            Who::User(user_id) => {
                let name = Some(attendee.name.clone());
                people.push(Participant { user_id: Some(*user_id), name, answers: self.answers.clone(), ..seat });
                Actor::User { id: *user_id, is_staff: false }
            }
            Who::Guest(guest) => {
                // What a guest answered is sealed with the rest of them.
                let guest_id = guest.store(client, row.org_id, id)?;
                people.push(Participant { guest_id: Some(guest_id), ..seat });
                Actor::Guest { id: guest_id }
            }
            Who::Nobody => Actor::System,
        };
        let status = match asked.hold_minutes {
            Some(_) => Status::Held,
            None if row.requires_confirmation => Status::Pending,
            None => Status::Confirmed,
        };
        let now = hosting.now;
        let mut booking = BookingRow {
            event_type_id: Some(row.id),
            team_id: row.team_id,
            series_id: place.map(|place| place.series_id),
            series_position: place.map(|place| place.position),
            capacity: row.capacity,
            meeting_type: row.meeting_type.clone(),
            location: row.location.clone(),
            held_until: asked.hold_minutes.map(|minutes| now + SignedDuration::from_mins(minutes.into())),
            ..BookingRow::new(id, status, span, now)
        };
        booking.settle_lapse(attendee.pending_expiry_days);
        Ok((Meeting { org_id: row.org_id, booking, people }, actor))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

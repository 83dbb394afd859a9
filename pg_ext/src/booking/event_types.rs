//! Booking a time of an event type, for a user, for a guest, and holding one for whoever comes.

use convene_rules::eligibility::Freshness;
use convene_rules::permission::{Actor, Relation};
use convene_rules::question::Questions;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::rotation::Choice;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::guest::Guest;
use super::hosting::{self, Hosting, Wanted};
use super::meeting::{BookingRow, Meeting, Participant};
use super::replay::{Keyed, Scope};
use super::seats;
use super::tokens::NewTokens;
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::actor::Actor as User;
use crate::event_types::{Candidates, EventType};
use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::values::{pg_timestamp, uuid};
use crate::{args, ids, statement};

statement! {
    fresh USE_LINK = "../sql/event_types/use_link.sql" (INT4OID, UUIDOID, BYTEAOID);
    fresh MEETING_WITH_SEATS: IdRow = "../sql/event_types/meeting_with_seats.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
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
            tokens: NewTokens::default(),
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
        p_token_hashes: default!(Option<pgrx::JsonB>, "NULL"),
        p_fingerprint: default!(Option<Vec<u8>>, "NULL"),
        p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let guest = Guest::new(p_key_id, p_contact, p_email_index, p_time_zone)?.with_fingerprint(p_fingerprint)?;
        let asked = Asked {
            event_type_id: args::id(p_event_type_id, "event_type_id")?,
            start: args::time(p_start, "start")?,
            duration: p_duration,
            answers: args::required(p_answers, "answers")?.0,
            hold_minutes: None,
            freshness: args::freshness(p_accept_stale)?,
            who: Who::Guest { guest, by: p_actor_id.map(uuid) },
            link: p_link_token_hash,
            tokens: NewTokens::of_guest(p_token_hashes)?,
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
        p_token_hash: default!(Option<Vec<u8>>, "NULL"),
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
            tokens: NewTokens::of_hold(p_token_hash)?,
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
    /// By which the guest acts later, or whoever finalizes the hold.
    pub tokens: NewTokens,
}

pub enum Who {
    User(Uuid),
    /// By themselves, or by somebody who runs the event type.
    Guest {
        guest: Guest,
        by: Option<Uuid>,
    },
    /// Whoever finalizes the hold.
    Nobody,
}

impl Asked {
    /// Keys of users are their own; those of pages stand beside the event type.
    pub fn keyed(&self, key: Option<&str>, operation: &str, more: &[&str]) -> Keyed {
        let scope = match self.who {
            Who::User(id) | Who::Guest { by: Some(id), .. } => Scope::User(id),
            Who::Guest { by: None, .. } | Who::Nobody => Scope::Page(self.event_type_id),
        };
        let guest = if let Who::Guest { guest, .. } = &self.who { guest.index() } else { String::new() };
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        let (event_type, start) = (self.event_type_id.to_string(), self.start.to_string());
        let (duration, minutes, answers) = (number(self.duration), number(self.hold_minutes), self.answers.to_string());
        let asked: [&str; 6] = [&event_type, &start, &duration, &answers, &minutes, &guest];
        Keyed::new(scope, key, operation, &[&asked, more].concat())
    }

    fn operation(&self) -> &'static str {
        match self.who {
            Who::Guest { .. } => "book_event_type_as_guest",
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
            Who::User(id) => self.is_of_organization(client, event_type, id).map(|_| ()),
            Who::Guest { by: Some(id), .. } => {
                let actor = self.is_of_organization(client, event_type, id)?;
                if actor.is_staff() || event_type.hosts().contains(&id) {
                    return Ok(());
                }
                Err(Refusal::NotAuthorized { action: "book others into this event type".to_owned() }.into())
            }
            Who::Guest { by: None, .. } | Who::Nobody => self.use_link(client, event_type),
        }
    }

    fn is_of_organization(&self, client: &SpiClient<'_>, event_type: &EventType, user_id: Uuid) -> Outcome<User> {
        let user = User::load(client, user_id)?;
        if user.org_id == event_type.row.org_id {
            return Ok(user);
        }
        Err(Refusal::EventTypeNotFound { event_type_id: self.event_type_id }.into())
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
    // Before anything is replayed: a stranger learns nothing of it.
    if let Who::Guest { by: Some(id), .. } = asked.who {
        asked.is_of_organization(client, &event_type, id)?;
    }
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
        Who::Guest { guest, .. } => seats::join_as_guest(client, org_id, booking_id, guest, &asked.tokens),
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
        Span::lasting(start, self.duration)
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
        let event = Event::new(name, actor, acted_as).with_facts(facts(self.asked, &hosting));
        writer::insert(client, &meeting, event)?;
        self.asked.tokens.store(client, meeting.org_id, &meeting.booking, actor.guest_id())?;
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
            Who::Guest { guest, .. } => {
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

/// What history keeps: who of a team was chosen, and why; and who booked for a guest.
fn facts(asked: &Asked, hosting: &Hosting) -> Value {
    let mut facts = hosting.facts();
    if let Who::Guest { by: Some(id), .. } = asked.who {
        facts["booked_by"] = json!(id);
    }
    facts
}

//! Moving a meeting of an event type to another time of its hosts. It keeps its id; the move is in its history.

use convene_rules::eligibility::{Facts, Freshness, Purpose};
use convene_rules::participant::Part;
use convene_rules::permission::{Relation, Right};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status};
use convene_rules::timeline::Span;
use convene_rules::token::Purpose as TokenPurpose;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::meeting::Meeting;
use super::open::Opened;
use super::people::{self, Kind, Reading, Viewers};
use super::replay::{Keyed, Scope};
use super::tokens::{self, NewTokens, Token, TokenHash};
use super::view::{BookingView, returns_booking};
use crate::actor::Actor as User;
use crate::args;
use crate::event_types::{Candidates, EventType};
use crate::failure::Outcome;

returns_booking! {
    /// A participant or staff move a meeting of an event type. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reschedule_event_type_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let wanted = Wanted::new(p_start, p_duration, p_accept_stale)?;
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        let keyed = wanted.keyed(Scope::User(actor_id), key.as_deref(), booking_id);
        Spi::connect(|client| {
            let org_id = User::load(client, actor_id)?.org_id;
            if let Some(answer) = keyed.replay(client, org_id)? {
                return Ok(answer);
            }
            let mut opened = Opened::open(client, booking_id, actor_id, Right::Reschedule, None)?;
            // The actor's row is locked: a request under the same key is now either stored or has not begun.
            if let Some(answer) = keyed.replay(client, org_id)? {
                return Ok(answer);
            }
            wanted.apply(client, &mut opened)?;
            let answer = BookingView::from(&opened.meeting);
            keyed.store(client, org_id, &answer)?;
            Ok(answer)
        })
    }
}

returns_booking! {
    /// A guest moves their meeting by their token. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn reschedule_event_type_by_token(
        p_token_hash: Option<Vec<u8>>,
        p_start: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_token_hashes: default!(Option<pgrx::JsonB>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let hash = TokenHash::new(p_token_hash)?;
        let wanted = Wanted::new(p_start, p_duration, p_accept_stale)?;
        let new = NewTokens::of_guest(p_token_hashes)?;
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| {
            let token = Token::find(client, &hash, TokenPurpose::Reschedule)?;
            let keyed = wanted.keyed(Scope::Token(token.booking_id), key.as_deref(), token.guest()?);
            // Also when the token was replaced: by the very move that is asked for again.
            if let Some(answer) = keyed.replay(client, token.org_id)? {
                return Ok(answer);
            }
            token.require_works()?;
            let mut opened = Opened::open_as_guest(client, &token, Right::Reschedule)?;
            // The booking is locked: a request under the same key is now either stored or has not begun.
            if let Some(answer) = keyed.replay(client, token.org_id)? {
                return Ok(answer);
            }
            Token::find(client, &hash, TokenPurpose::Reschedule)?.require_works()?;
            if opened.before.booking.capacity > 1 {
                // The others would have to come at another time.
                return Err(Refusal::NotAuthorized { action: "move a meeting of several".to_owned() }.into());
            }
            wanted.apply(client, &mut opened)?;
            new.store(client, token.org_id, &opened.meeting.booking, token.guest_id)?;
            let answer = BookingView::from(&opened.meeting);
            keyed.store(client, token.org_id, &answer)?;
            Ok(answer)
        })
    }
}

/// Where a meeting is to go.
struct Wanted {
    start: Timestamp,
    /// In minutes; `None`: as long as it is.
    duration: Option<i32>,
    freshness: Freshness,
}

impl Wanted {
    fn new(start: Option<TimestampWithTimeZone>, duration: Option<i32>, accept_stale: Option<bool>) -> Outcome<Self> {
        Ok(Self { start: args::time(start, "start")?, duration, freshness: args::freshness(accept_stale)? })
    }

    fn keyed(&self, scope: Scope, key: Option<&str>, what: Uuid) -> Keyed {
        let duration = self.duration.map(|minutes| minutes.to_string()).unwrap_or_default();
        let asked = [what.to_string(), self.start.to_string(), duration];
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        Keyed::new(scope, key, "reschedule_event_type_booking", &asked)
    }

    /// Moves the meeting, by every check of booking but those that were settled when it was made.
    fn apply(&self, client: &SpiClient<'_>, opened: &mut Opened) -> Outcome<()> {
        let of_slot = || Refusal::invalid("booking_id", "must be a booking of an event type");
        let event_type = EventType::load(client, opened.before.booking.event_type_id.ok_or_else(of_slot)?)?;
        let duration = self.duration(&event_type, &opened.before)?;
        let span = Span::lasting(self.start, duration);
        opened.advance(Action::Reschedule, confirmation(opened, &event_type))?;
        opened.in_time()?;
        if opened.before.booking.span() == span {
            return Err(Refusal::SameTime { start_time: span.start }.into());
        }
        self.decide(client, opened, &event_type, span, duration)?;
        // Who moves a meeting late and cancels it then is as late as who cancels it at once.
        let is_late = opened.is_participants_own() && opened.is_late();
        go_to(opened, &event_type, span, is_late);
        let event = opened.event("rescheduled").with_facts(facts(&opened.before, is_late));
        opened.save(client, event)?;
        tokens::follow(client, opened.meeting.org_id, &opened.meeting.booking)
    }

    /// In minutes: one of the event type's lengths, or the one that the meeting has.
    fn duration(&self, event_type: &EventType, before: &Meeting) -> Outcome<i32> {
        let span = before.booking.span();
        let own = i32::try_from(span.end.duration_since(span.start).as_mins()).unwrap_or(i32::MAX);
        match self.duration {
            None => Ok(own),
            Some(minutes) if minutes == own => Ok(own),
            asked => Ok(event_type.duration(asked)?),
        }
    }

    fn decide(
        &self,
        client: &SpiClient<'_>,
        opened: &Opened,
        event_type: &EventType,
        span: Span,
        duration: i32,
    ) -> Outcome<()> {
        let viewers = viewers(client, &opened.before)?.read_by(opened.actor.user_id().unwrap_or(Uuid::nil()));
        let moving = Some(opened.before.booking.id);
        let kind = Kind::EventType(event_type);
        let facts = viewers.facts(client, kind, event_type.blocked(span), moving, Reading::Deciding)?;
        let facts = Facts { freshness: self.freshness, ..facts };
        let candidates = Candidates { event_type, grid: event_type.grid(duration) };
        let candidate = candidates.at(&facts, span);
        viewers.judge(client, facts, &candidate, Purpose::Move).map(|_| ())
    }
}

/// Those whose time must be free: the hosts, and the one attendee if they have an account. Several attendees are watched by
/// the constraint alone.
fn viewers(client: &SpiClient<'_>, meeting: &Meeting) -> Outcome<Viewers> {
    let hosts: Vec<Uuid> = meeting.hosts().filter_map(|host| host.user_id).collect();
    let attendees: Vec<Uuid> = meeting.attendees().filter_map(|attendee| attendee.user_id).collect();
    if let [attendee_id] = attendees.as_slice() {
        return people::lock_with_hosts(client, *attendee_id, &hosts);
    }
    let viewers = people::lock_hosts(client, meeting.org_id, &hosts)?;
    let event_type_id = meeting.booking.event_type_id.unwrap_or_default();
    Ok(viewers.ok_or(Refusal::EventTypeNotBookable { event_type_id })?)
}

/// A host who moves a meeting, or staff for them, has thereby agreed to the new time.
fn confirmation(opened: &Opened, event_type: &EventType) -> Confirmation {
    let asks = matches!(opened.acting_as, Relation::Attendee | Relation::Guest);
    if event_type.row.requires_confirmation && asks { Confirmation::Required } else { Confirmation::NotRequired }
}

fn go_to(opened: &mut Opened, event_type: &EventType, span: Span, is_late: bool) {
    let now = opened.now();
    let was = opened.before.booking.status;
    for person in opened.meeting.present_mut() {
        let taken = if person.role == Part::Host { event_type.blocked(span) } else { span };
        (person.blocked_from, person.blocked_to) = (taken.start, taken.end);
    }
    let booking = &mut opened.meeting.booking;
    (booking.start_time, booking.end_time) = (span.start, span.end);
    if booking.status == Status::Pending && was == Status::Confirmed {
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
fn facts(before: &Meeting, is_late: bool) -> Value {
    json!({
        "from_start": before.booking.start_time,
        "from_end": before.booking.end_time,
        "late": is_late,
        "from_hosts": before.hosts().map(|host| host.user_id).collect::<Vec<_>>(),
    })
}

//! A booking made of a time that was held for whoever comes.

use convene_rules::permission::{Actor, Relation};
use convene_rules::question::Questions;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{Action, Confirmation, Status};
use convene_rules::token::Purpose;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;

use super::guest::Guest;
use super::meeting::{Meeting, Participant};
use super::open::{self, Opened, Policy};
use super::replay::{Keyed, Scope};
use super::tokens::{self, NewTokens, Token, TokenHash};
use super::view::{BookingView, returns_booking};
use crate::args;
use crate::event_types::EventType;
use crate::failure::Outcome;

returns_booking! {
    /// A guest makes a booking of a hold. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn finalize_event_hold(
        p_booking_id: Option<pgrx::Uuid>,
        p_token_hash: Option<Vec<u8>>,
        p_key_id: Option<String>,
        p_contact: Option<Vec<u8>>,
        p_email_index: Option<Vec<u8>>,
        p_time_zone: default!(Option<String>, "'UTC'"),
        p_answers: default!(Option<pgrx::JsonB>, "'{}'"),
        p_token_hashes: default!(Option<pgrx::JsonB>, "NULL"),
        p_fingerprint: default!(Option<Vec<u8>>, "NULL"),
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) -> BookingView {
        let (booking_id, hash) = (args::id(p_booking_id, "booking_id")?, TokenHash::new(p_token_hash)?);
        let guest = Guest::new(p_key_id, p_contact, p_email_index, p_time_zone)?.with_fingerprint(p_fingerprint)?;
        let answers = args::required(p_answers, "answers")?.0;
        let new = NewTokens::of_guest(p_token_hashes)?;
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        let asked = [guest.index(), answers.to_string()];
        let asked = [asked[0].as_str(), asked[1].as_str()];
        let keyed = Keyed::new(Scope::Token(booking_id), key.as_deref(), "finalize_event_hold", &asked);
        Spi::connect(|client| {
            let token = Token::find(client, &hash, Purpose::Finalize)?;
            if token.booking_id != booking_id {
                return Err(Refusal::ActionTokenInvalid {}.into());
            }
            if let Some(answer) = keyed.replay(client, token.org_id)? {
                return Ok(answer);
            }
            open::lock_people(client, token.org_id, booking_id, &[])?;
            let before = Meeting::lock(client, token.org_id, booking_id)?;
            // The booking is locked: a request under the same key is now either stored or has not begun.
            if let Some(answer) = keyed.replay(client, token.org_id)? {
                return Ok(answer);
            }
            if Token::find(client, &hash, Purpose::Finalize)?.is_replaced {
                return Err(Refusal::ActionTokenInvalid {}.into());
            }
            let answer = finalize(client, before, &guest, &answers, &new)?;
            keyed.store(client, token.org_id, &answer)?;
            Ok(answer)
        })
    }
}

fn finalize(
    client: &SpiClient<'_>,
    before: Meeting,
    guest: &Guest,
    answers: &Value,
    new: &NewTokens,
) -> Outcome<BookingView> {
    let (org_id, booking_id) = (before.org_id, before.booking.id);
    let event_type_id = before.booking.event_type_id.ok_or(Refusal::BookingNotFound { booking_id })?;
    let event_type = EventType::load(client, event_type_id)?;
    Questions::parse(&event_type.row.questions)?.check(answers)?;
    let policy = Policy::read(client, org_id, Actor::System)?;
    let guest_id = guest.store(client, org_id, booking_id)?;
    let actor = Actor::Guest { id: guest_id };
    let mut opened = Opened { actor, acting_as: Relation::Guest, policy, meeting: before.clone(), before };
    opened.finalize(confirmation(&event_type))?;
    let seat = opened.before.free_seat().ok_or(Refusal::BookingFull { capacity: opened.before.booking.capacity })?;
    let position = opened.before.next_position();
    let newcomer = Participant::attendee(booking_id, position, seat, opened.before.booking.span());
    opened.meeting.people.push(Participant { guest_id: Some(guest_id), ..newcomer });
    let event = opened.event("finalized");
    opened.save(client, event)?;
    tokens::end(client, org_id, booking_id, None)?;
    new.store(client, org_id, &opened.meeting.booking, Some(guest_id))?;
    Ok(BookingView::from(&opened.meeting))
}

/// Whether the host confirms each request for it.
pub fn confirmation(event_type: &EventType) -> Confirmation {
    if event_type.row.requires_confirmation { Confirmation::Required } else { Confirmation::NotRequired }
}

impl Opened {
    /// What was held is booked, or asked for.
    pub fn finalize(&mut self, confirmation: Confirmation) -> Outcome<()> {
        self.advance(Action::Finalize, confirmation)?;
        self.in_time()?;
        let now = self.now();
        let booking = &mut self.meeting.booking;
        booking.held_until = None;
        match booking.status {
            Status::Pending => booking.requested_at = Some(now),
            _ => booking.confirmed_at = Some(now),
        }
        Ok(())
    }
}

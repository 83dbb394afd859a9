//! Erasing what is known of guests. A meeting that is still to come is canceled: nobody could tell them about it.

use std::collections::BTreeSet;

use convene_rules::permission::{Actor, Right};
use convene_rules::refusal::Refusal;
use convene_rules::state::{Action, Confirmation};
use convene_rules::token::Purpose;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::Meeting;
use super::open::{self, Opened};
use super::tokens::{Token, TokenHash};
use super::transitions::leave_or_cancel;
use crate::actor::Actor as User;
use crate::failure::{Outcome, answer};
use crate::values::{pg_uuids, uuid};
use crate::{args, lock, record, statement};

statement! {
    fresh GUESTS: GuestRow = "../sql/booking/guests_to_erase.sql" (INT4OID, TEXTARRAYOID, UUIDOID);
    fresh FORGET = "../sql/booking/forget_guests.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    /// A guest, with whom the meeting takes place.
    struct GuestRow {
        id: Uuid,
        booking_id: Uuid,
        people: Vec<Uuid>,
    }
}

/// Most guests that one call erases; `guests_to_erase.sql` has it, too.
const MOST: i32 = 100;

/// A guest has what is known of them erased. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn erase_guest_by_token(p_token_hash: Option<Vec<u8>>) {
    answer(Spi::connect(|client| {
        let hash = TokenHash::new(p_token_hash)?;
        let token = Token::find(client, &hash, Purpose::Erase)?;
        token.require_works()?;
        open::lock_people(client, token.org_id, token.booking_id, &[])?;
        let guest_id = token.guest()?;
        erase(client, token.org_id, Actor::Guest { id: guest_id }, token.booking_id, guest_id)
    }));
}

/// An admin has what is known of guests erased. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn erase_guests(
    p_actor_id: Option<pgrx::Uuid>,
    p_email_indexes: default!(Option<Vec<Option<String>>>, "NULL"),
    p_booking_id: default!(Option<pgrx::Uuid>, "NULL"),
) -> i32 {
    answer(Spi::connect(|client| {
        let actor_id = args::id(p_actor_id, "actor_id")?;
        let actor = User::load(client, actor_id)?;
        if !actor.is_staff() {
            return Err(Refusal::NotAuthorized { action: "erase guests".to_owned() }.into());
        }
        if p_email_indexes.is_some() == p_booking_id.is_some() {
            return Err(Refusal::invalid("email_indexes", "or booking_id must be given, and not both").into());
        }
        let indexes = p_email_indexes.map(|indexes| args::texts(Some(indexes), "email_indexes")).transpose()?;
        if indexes.iter().flatten().any(|index| !is_hmac(index)) {
            return Err(Refusal::invalid("email_indexes", "must be HMACs of SHA-256 in hexadecimal").into());
        }
        let args = [actor.org_id.into(), indexes.into(), p_booking_id.into()];
        let guests: Vec<GuestRow> = GUESTS.rows(client, &args)?.collect::<Outcome<_>>()?;
        if guests.is_empty() {
            return match p_booking_id {
                Some(id) => Err(Refusal::BookingNotFound { booking_id: uuid(id) }.into()),
                None => Ok(0),
            };
        }
        let people: BTreeSet<Uuid> = guests.iter().flat_map(|guest| guest.people.iter().copied()).collect();
        let people: Vec<Uuid> = people.into_iter().chain([actor_id]).collect();
        lock::users(client, actor.org_id, &people)?;
        let bookings: Vec<Uuid> = guests.iter().map(|guest| guest.booking_id).collect();
        Meeting::lock_each(client, actor.org_id, &bookings)?;
        let as_staff = Actor::User { id: actor_id, is_staff: true };
        for guest in &guests {
            erase(client, actor.org_id, as_staff, guest.booking_id, guest.id)?;
        }
        Ok(i32::try_from(guests.len()).unwrap_or(MOST))
    }))
}

fn is_hmac(index: &str) -> bool {
    index.len() == 64 && index.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The people of the booking are locked.
fn erase(client: &SpiClient<'_>, org_id: i32, actor: Actor, booking_id: Uuid, guest_id: Uuid) -> Outcome<()> {
    let is_present = |meeting: &Meeting| meeting.present().any(|person| person.guest_id == Some(guest_id));
    let meeting = Meeting::lock(client, org_id, booking_id)?;
    // A guest who left is no longer anybody in the meeting, and has nothing to cancel.
    if is_present(&meeting) {
        let mut opened = Opened::take(client, org_id, actor, booking_id, Right::Cancel)?;
        let is_over = opened.has_started() || opened.advance(Action::Cancel, Confirmation::NotRequired).is_err();
        opened.meeting = opened.before.clone();
        if !is_over && opened.in_time().is_ok() {
            leave_or_cancel(client, &mut opened, guest_id, Some("other".to_owned()), None)?;
        }
    }
    FORGET.run(client, &[org_id.into(), pg_uuids(&[guest_id]).into()]).map(|_| ())
}

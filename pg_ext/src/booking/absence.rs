//! Who did not come: one participant says so of another, who can dispute it; then staff decide.

use convene_rules::participant::Attendance;
use convene_rules::permission::Right;
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::{self, Action, Confirmation};
use pgrx::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::meeting::Participant;
use super::open::Opened;
use super::view::{BookingView, returns_booking};
use crate::failure::Outcome;
use crate::values::uuid;
use crate::{args, reputation};

returns_booking! {
    /// A participant did not come.
    #[pg_extern(volatile, parallel_unsafe)]
    fn mark_no_show(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_absent_user_id: Option<pgrx::Uuid>,
        p_absent_guest_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let absent = Who::new(p_absent_user_id, p_absent_guest_id, "absent_user_id")?;
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, Right::MarkNoShow, None)?;
            is_absent(participant(&mut opened, absent, "absent_user_id")?, actor_id);
            opened.advance(what_took_place(&opened), Confirmation::NotRequired)?;
            opened.started()?;
            let facts = match absent {
                Who::User(id) => json!({ "absent_user_id": id }),
                Who::Guest(id) => json!({ "absent_guest_id": id }),
            };
            let event = opened.event("no_show").with_facts(facts);
            opened.save(client, event)?;
            reputation::refresh(client, opened.meeting.org_id, &absent.users())?;
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

returns_booking! {
    /// Who is said to have been absent says that they came. Until staff decide, it does not count.
    #[pg_extern(volatile, parallel_unsafe)]
    fn dispute_no_show(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_notes: default!(Option<String>, "NULL"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, Right::DisputeNoShow, None)?;
            let (now, others): (_, Vec<Uuid>) = (opened.now(), opened.before.users().collect());
            let accused = participant(&mut opened, Who::User(actor_id), "actor_id")?;
            // What staff say is decided.
            let is_others_word = accused.absence_claimed_by.is_some_and(|claimant| others.contains(&claimant));
            if !is_others_word || accused.absence_disputed_at.is_some() {
                return Err(Refusal::NothingToDispute {}.into());
            }
            accused.absence_disputed_at = Some(now);
            let event = opened.event("no_show_disputed").with_facts(json!({ "user_id": actor_id })).with_words(notes);
            opened.save(client, event)?;
            reputation::refresh(client, opened.meeting.org_id, &[actor_id])?;
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

returns_booking! {
    /// Staff say whether a participant came, whatever was said before.
    #[pg_extern(volatile, parallel_unsafe)]
    fn correct_no_show(
        p_booking_id: Option<pgrx::Uuid>,
        p_actor_id: Option<pgrx::Uuid>,
        p_user_id: Option<pgrx::Uuid>,
        p_was_absent: Option<bool>,
        p_notes: default!(Option<String>, "NULL"),
        p_guest_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> BookingView {
        let (booking_id, actor_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_actor_id, "actor_id")?);
        let who = Who::new(p_user_id, p_guest_id, "user_id")?;
        let was_absent = args::required(p_was_absent, "was_absent")?;
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        Spi::connect(|client| {
            let mut opened = Opened::open(client, booking_id, actor_id, Right::CorrectNoShow, None)?;
            if opened.before.users().any(|user| user == actor_id) {
                // Nobody decides about a meeting of their own.
                return Err(Refusal::NotAuthorized { action: Right::CorrectNoShow.phrase().to_owned() }.into());
            }
            let person = participant(&mut opened, who, "user_id")?;
            if was_absent {
                is_absent(person, actor_id);
            } else {
                person.status = Attendance::Active;
                person.absence_claimed_by = None;
                person.absence_disputed_at = None;
            }
            opened.meeting.booking.status = state::corrected(opened.before.booking.status, what_took_place(&opened))?;
            let facts = match who {
                Who::User(id) => json!({ "user_id": id, "was_absent": was_absent }),
                Who::Guest(id) => json!({ "guest_id": id, "was_absent": was_absent }),
            };
            let event = opened.event("no_show_corrected").with_facts(facts).with_words(notes);
            opened.save(client, event)?;
            reputation::refresh(client, opened.meeting.org_id, &opened.users())?;
            Ok(BookingView::from(&opened.meeting))
        })
    }
}

/// Whom it is about.
#[derive(Clone, Copy)]
enum Who {
    User(Uuid),
    Guest(Uuid),
}

impl Who {
    /// Exactly one of the two is given.
    fn new(user_id: Option<pgrx::Uuid>, guest_id: Option<pgrx::Uuid>, field: &str) -> Outcome<Self> {
        match (user_id, guest_id) {
            (Some(id), None) => Ok(Self::User(uuid(id))),
            (None, Some(id)) => Ok(Self::Guest(uuid(id))),
            _ => Err(Refusal::invalid(field, "or a guest must be given, and not both").into()),
        }
    }

    fn users(self) -> Vec<Uuid> {
        match self {
            Self::User(id) => vec![id],
            Self::Guest(_) => Vec::new(),
        }
    }

    fn is(self, person: &Participant) -> bool {
        match self {
            Self::User(id) => person.user_id == Some(id),
            Self::Guest(id) => person.guest_id == Some(id),
        }
    }
}

/// Somebody who takes part; refuses others under the field's name.
fn participant<'a>(opened: &'a mut Opened, who: Who, field: &str) -> Outcome<&'a mut Participant> {
    let mut people = opened.meeting.people.iter_mut();
    let found = people.find(|one| who.is(one) && one.status.takes_part());
    Ok(found.ok_or_else(|| Refusal::invalid(field, "must be a participant of the booking"))?)
}

fn is_absent(person: &mut Participant, said_by: Uuid) {
    person.status = Attendance::Absent;
    person.absence_claimed_by = Some(said_by);
    person.absence_disputed_at = None;
}

/// A meeting takes place without one of several attendees, but not without its host or its only attendee.
fn what_took_place(opened: &Opened) -> Action {
    let meeting = &opened.meeting;
    let comes = |status| status == Attendance::Active;
    let has_host = meeting.hosts().any(|host| comes(host.status));
    let has_attendee = meeting.attendees().any(|attendee| comes(attendee.status));
    if has_host && has_attendee { Action::Complete } else { Action::MarkNoShow }
}

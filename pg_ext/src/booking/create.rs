//! Booking a slot, and holding one: docs/rules.md, in one transaction.

use convene_rules::eligibility::{Facts, Freshness, Purpose, override_to_consume};
use convene_rules::refusal::{Problems, Refusal};
use convene_rules::request;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use jiff::SignedDuration;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::meeting::{BookingRow, Meeting, Participant};
use super::people::{self, Kind, PersonRow, Reading, Viewers};
use super::replay::{Keyed, Scope};
use super::slot::{SlotRow, candidate};
use super::view::{BookingView, returns_booking};
use super::writer::{self, Event};
use crate::failure::{Failure, Outcome};
use crate::values::pg_uuid;
use crate::{activity, args, ids, overrides, statement};

statement! {
    fresh SLOT: SlotRow = "../sql/booking/slot.sql" (INT4OID, UUIDOID);
}

/// Minutes for which a slot is held unless more or fewer are asked for (docs/rules.md).
const HOLD_MINUTES: i32 = 5;

returns_booking! {
    /// Books a slot for a mentee. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn create_booking_atomic(
        p_time_slot_id: Option<pgrx::Uuid>,
        p_mentee_id: Option<pgrx::Uuid>,
        p_meeting_goal: Option<String>,
        p_materials_urls: default!(Option<Vec<Option<String>>>, "'{}'"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let wanted = Wanted {
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            mentee_id: args::id(p_mentee_id, "mentee_id")?,
            freshness: args::freshness(p_accept_stale)?,
            how: How::Book {
                goal: args::required(p_meeting_goal, "meeting_goal")?,
                materials_urls: args::texts(p_materials_urls, "materials_urls")?,
            },
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| create(client, &wanted, key.as_deref()))
    }
}

returns_booking! {
    /// Holds a slot for a mentee. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn hold_slot(
        p_time_slot_id: Option<pgrx::Uuid>,
        p_mentee_id: Option<pgrx::Uuid>,
        p_minutes: default!(Option<i32>, "5"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> BookingView {
        let minutes = request::hold_minutes("minutes", p_minutes.unwrap_or(HOLD_MINUTES))?;
        let wanted = Wanted {
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            mentee_id: args::id(p_mentee_id, "mentee_id")?,
            freshness: args::freshness(p_accept_stale)?,
            how: How::Hold { minutes },
        };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| create(client, &wanted, key.as_deref()))
    }
}

struct Wanted {
    slot_id: Uuid,
    mentee_id: Uuid,
    freshness: Freshness,
    how: How,
}

enum How {
    Book { goal: String, materials_urls: Vec<String> },
    Hold { minutes: i32 },
}

fn create(client: &SpiClient<'_>, wanted: &Wanted, key: Option<&str>) -> Outcome<BookingView> {
    let viewers = people::lock_with_mentor(client, wanted.mentee_id, wanted.slot_id)?;
    let org_id = viewers.attendee.org_id;
    // The mentee's row is locked: a request under the same key is now either stored or has not begun.
    let keyed = wanted.keyed(key);
    if let Some(answer) = keyed.replay(client, org_id)? {
        return Ok(answer);
    }
    let (goal, materials_urls) = wanted.how.words(&viewers.attendee)?;
    let Some(slot) = SLOT.row(client, &[org_id.into(), pg_uuid(wanted.slot_id).into()])? else {
        return Err(no_such_slot(client, &viewers, wanted.slot_id)?);
    };
    viewers.require_host(slot.mentor_id)?;
    let facts = viewers.decide(client, &candidate(&slot, None), Purpose::Book, None, wanted.freshness)?;
    let meeting = wanted.meeting(&viewers, &slot, &facts, goal, materials_urls)?;

    if let Some(override_id) = override_to_consume(&facts) {
        overrides::consume(client, org_id, override_id, facts.now)?;
    }
    if viewers.attendee.is_stale {
        activity::note(client, org_id, wanted.mentee_id)?;
    }
    let event = Event::made(&meeting.booking, wanted.mentee_id).with_facts(limit(&viewers.attendee));
    writer::insert(client, &meeting, event)?;
    let answer = BookingView::from(&meeting);
    keyed.store(client, org_id, &answer)?;
    Ok(answer)
}

/// The first refusal for a slot that does not exist.
fn no_such_slot(client: &SpiClient<'_>, viewers: &Viewers, slot_id: Uuid) -> Outcome<Failure> {
    let now = viewers.attendee.now;
    let facts = viewers.facts(client, Kind::OfficeHours, Span { start: now, end: now }, None, Reading::Deciding)?;
    let refusal = convene_rules::eligibility::without_slot(&facts, slot_id).into_iter().next();
    Ok(refusal.map_or(Refusal::SlotNotFound { time_slot_id: slot_id }, |finding| finding.refusal).into())
}

/// How many bookings a week the mentee's tier allowed then: tiers change, and history stands alone.
pub fn limit(mentee: &PersonRow) -> Value {
    json!({ "tier": mentee.tier, "weekly_limit": mentee.weekly_limit })
}

impl How {
    /// What the mentee wrote, as it is stored.
    fn words(&self, mentee: &PersonRow) -> Outcome<(Option<String>, Vec<String>)> {
        match self {
            Self::Hold { .. } => Ok((None, Vec::new())),
            Self::Book { goal, materials_urls } => {
                let (shortest, longest) = (mentee.meeting_goal_min_chars, mentee.meeting_goal_max_chars);
                let mut problems = Problems::default();
                let goal = problems.note(request::meeting_goal(goal, shortest, longest));
                let urls = problems.note(request::materials_urls(materials_urls));
                problems.check()?;
                Ok((goal, urls.unwrap_or_default()))
            }
        }
    }
}

impl Wanted {
    fn keyed(&self, key: Option<&str>) -> Keyed {
        let slot = self.slot_id.to_string();
        let scope = Scope::User(self.mentee_id);
        match &self.how {
            How::Book { goal, materials_urls } => {
                let mut asked = vec![slot.as_str(), goal.as_str()];
                asked.extend(materials_urls.iter().map(String::as_str));
                Keyed::new(scope, key, "create_booking_atomic", &asked)
            }
            How::Hold { minutes } => Keyed::new(scope, key, "hold_slot", &[&slot, &minutes.to_string()]),
        }
    }

    fn meeting(
        &self,
        viewers: &Viewers,
        slot: &SlotRow,
        facts: &Facts,
        meeting_goal: Option<String>,
        materials_urls: Vec<String>,
    ) -> Outcome<Meeting> {
        let now = facts.now;
        let status = match self.how {
            How::Hold { .. } => Status::Held,
            How::Book { .. } if slot.requires_confirmation => Status::Pending,
            How::Book { .. } => Status::Confirmed,
        };
        let held_until = match self.how {
            How::Hold { minutes } => Some(now + SignedDuration::from_mins(minutes.into())),
            How::Book { .. } => None,
        };
        let attendee = &viewers.attendee;
        let span = Span { start: slot.start_time, end: slot.end_time };
        let id = ids::new_uuid(attendee.org_id)?;
        let mentor = Participant::host(id, 1, slot.mentor_id, &slot.mentor_name, span);
        let mentee = Participant {
            user_id: Some(attendee.id),
            name: Some(attendee.name.clone()),
            meeting_goal,
            materials_urls,
            ..Participant::attendee(id, 2, 1, span)
        };
        let mut booking = BookingRow {
            time_slot_id: Some(slot.id),
            meeting_type: slot.meeting_type.clone(),
            location: slot.location.clone(),
            held_until,
            ..BookingRow::new(id, status, span, now)
        };
        booking.settle_lapse(attendee.pending_expiry_days);
        Ok(Meeting { org_id: attendee.org_id, people: vec![mentor, mentee], booking })
    }
}

//! Booking a slot: docs/rules.md, in one transaction.

use convene_rules::booking::{BookingFacts, Purpose, override_to_consume, refusals};
use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::Status;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::replay::Keyed;
use super::{Answer, Booking};
use crate::failure::{Outcome, refusing};
use crate::spi::Row;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{activity, args, ids, lock, overrides, returns_booking, statement};

statement! {
    fresh LOCK_PEOPLE = "../sql/create_lock_people.sql" (UUIDOID, UUIDOID);
    fresh BOOK = "../sql/create_book.sql" (
        INT4OID, UUIDOID, TEXTOID, UUIDOID, UUIDOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTARRAYOID,
        TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
}

returns_booking! {
    /// Books a slot for a mentee. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn create_booking_atomic(
        p_time_slot_id: Option<pgrx::Uuid>,
        p_mentee_id: Option<pgrx::Uuid>,
        p_meeting_goal: Option<String>,
        p_materials_urls: default!(Option<Vec<Option<String>>>, "'{}'"),
        p_idempotency_key: default!(Option<String>, "NULL"),
    ) {
        let wanted = Wanted {
            slot_id: args::id(p_time_slot_id, "time_slot_id")?,
            mentee_id: args::id(p_mentee_id, "mentee_id")?,
            goal: args::required(p_meeting_goal, "meeting_goal")?,
            materials_urls: args::required(p_materials_urls, "materials_urls")?
                .into_iter()
                .map(|url| args::required(url, "materials_urls"))
                .collect::<Outcome<_>>()?,
            key: p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?,
        };
        Spi::connect(|client| create(client, wanted))
    }
}

struct Wanted {
    slot_id: Uuid,
    mentee_id: Uuid,
    goal: String,
    materials_urls: Vec<String>,
    key: Option<String>,
}

fn create(client: &SpiClient<'_>, wanted: Wanted) -> Outcome<Answer> {
    let tenant = lock_people(client, &wanted)?;
    let org_id = tenant.org_id;
    // The mentee's row is locked: a request under the same key is now either stored or has not begun.
    let keyed = keyed(&wanted);
    if let Some(answer) = keyed.replay(client, org_id, wanted.mentee_id)? {
        return Ok(answer);
    }
    let goal = request::meeting_goal(&wanted.goal, tenant.goal_min_chars, tenant.goal_max_chars)?;
    let materials_urls = request::materials_urls(&wanted.materials_urls)?;
    let (facts, meeting) = super::slot_facts(client, wanted.mentee_id, wanted.slot_id, None)?
        .ok_or(Refusal::UserNotFound { user_id: wanted.mentee_id })?;
    if let Some(refusal) = refusals(&facts, Purpose::Book).next() {
        return Err(refusal.into());
    }
    let (Some(slot), Some(meeting)) = (&facts.slot, meeting) else {
        return Err(Refusal::SlotNotFound { time_slot_id: wanted.slot_id }.into());
    };

    let status = if meeting.requires_confirmation { Status::Pending } else { Status::Confirmed };
    let booking = Booking {
        id: ids::new_uuid()?,
        status,
        mentor_id: slot.mentor.id,
        mentee_id: wanted.mentee_id,
        time_slot_id: wanted.slot_id,
        start_time: slot.start_time,
        end_time: slot.end_time,
        meeting_goal: goal,
        materials_urls,
        meeting_type: meeting.meeting_type,
        location: meeting.location,
        requested_at: (status == Status::Pending).then_some(facts.now),
        responded_at: None,
        confirmed_at: (status == Status::Confirmed).then_some(facts.now),
        canceled_at: None,
        canceled_by: None,
        cancellation_reason: None,
        cancellation_notes: None,
        no_show_user_id: None,
        conference_url: None,
        created_at: facts.now,
        updated_at: facts.now,
    };
    follow_up(client, org_id, &facts, tenant.mentee_is_stale)?;
    write(client, org_id, &booking)?;
    keyed.store(client, org_id, wanted.mentee_id, &booking)?;
    Ok(booking.into())
}

fn keyed(wanted: &Wanted) -> Keyed {
    let slot = wanted.slot_id.to_string();
    let mut asked = vec![slot.as_str(), wanted.goal.as_str()];
    asked.extend(wanted.materials_urls.iter().map(String::as_str));
    Keyed::new(wanted.key.clone(), "create_booking_atomic", &asked)
}

/// What the mentee's row says of their organization and of them.
struct Tenant {
    org_id: i32,
    goal_min_chars: i32,
    goal_max_chars: i32,
    mentee_is_stale: bool,
}

/// Locks the mentee and the slot's mentor.
fn lock_people(client: &SpiClient<'_>, wanted: &Wanted) -> Outcome<Tenant> {
    let args = [pg_uuid(wanted.mentee_id).into(), pg_uuid(wanted.slot_id).into()];
    let (mut locked, mut tenant) = (Vec::new(), None);
    for row in LOCK_PEOPLE.with(|lock| lock.rows(client, &args))? {
        let mut row = Row::new(row);
        let id = row.id()?;
        locked.push(id);
        if id == wanted.mentee_id {
            tenant = Some(Tenant {
                org_id: row.value()?,
                goal_min_chars: row.value()?,
                goal_max_chars: row.value()?,
                mentee_is_stale: row.value()?,
            });
        }
    }
    let tenant = tenant.ok_or(Refusal::UserNotFound { user_id: wanted.mentee_id })?;
    lock::users_are_locked(client, tenant.org_id, &locked)?;
    Ok(tenant)
}

/// What rarely has to be written: a consumed override, and a mentee who has come back.
fn follow_up(client: &SpiClient<'_>, org_id: i32, facts: &BookingFacts, mentee_is_stale: bool) -> Outcome<()> {
    if let Some(override_id) = override_to_consume(facts) {
        overrides::consume(client, org_id, override_id, facts.now)?;
    }
    if mentee_is_stale {
        activity::note(client, org_id, facts.mentee.id)?;
    }
    Ok(())
}

/// Booking, participants, history and slot: one statement, so that four are started once.
fn write(client: &SpiClient<'_>, org_id: i32, booking: &Booking) -> Outcome<()> {
    let optional = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
    let args = [
        org_id.into(),
        pg_uuid(booking.id).into(),
        booking.status.to_string().into(),
        pg_uuid(booking.mentor_id).into(),
        pg_uuid(booking.mentee_id).into(),
        pg_uuid(booking.time_slot_id).into(),
        pg_timestamp(booking.start_time)?.into(),
        pg_timestamp(booking.end_time)?.into(),
        booking.meeting_goal.as_str().into(),
        booking.materials_urls.clone().into(),
        booking.meeting_type.as_str().into(),
        booking.location.as_deref().into(),
        optional(booking.requested_at)?.into(),
        optional(booking.confirmed_at)?.into(),
        pg_timestamp(booking.created_at)?.into(),
    ];
    refusing(PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION, &Refusal::BookingConflict {}, || {
        BOOK.with(|book| book.run(client, &args)).map(|_| ())
    })
}

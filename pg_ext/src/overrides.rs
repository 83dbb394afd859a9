//! Tier override requests (REST: exceptions): a mentee asks to book a mentor beyond their tier, once.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::tier::Tier;
use jiff::Timestamp;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, answer, refusing};
use crate::spi::Row;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, audit, ids, lock, statement};

statement! {
    fresh PAIR = "sql/override_pair.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh REQUEST = "sql/override_request.sql" (INT4OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID);
    fresh LOCK_REQUEST = "sql/override_lock.sql" (INT4OID, UUIDOID);
    fresh CONSUME = "sql/consume_override.sql" (INT4OID, UUIDOID, TIMESTAMPTZOID);
    fresh REVIEW = "sql/override_review.sql" (INT4OID, UUIDOID, TEXTOID, UUIDOID, TEXTOID);
}

/// Uses an approved request up.
pub fn consume(client: &SpiClient<'_>, org_id: i32, request_id: Uuid, now: Timestamp) -> Outcome<()> {
    let args = [org_id.into(), pg_uuid(request_id).into(), pg_timestamp(now)?.into()];
    CONSUME.with(|consume| consume.run(client, &args)).map(|_| ())
}

/// The columns of a request.
type Columns = (
    pgrx::Uuid,
    pgrx::Uuid,
    pgrx::Uuid,
    String,
    String,
    Option<pgrx::Uuid>,
    Option<TimestampWithTimeZone>,
    Option<String>,
    TimestampWithTimeZone,
    Option<TimestampWithTimeZone>,
    TimestampWithTimeZone,
);

macro_rules! returns_override {
    ($(#[$attribute:meta])* fn $name:ident($($args:tt)*) $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::type_complexity)] // pgrx reads the columns from this type
        fn $name($($args)*) -> TableIterator<'static, (
            name!(id, pgrx::Uuid),
            name!(mentee_id, pgrx::Uuid),
            name!(mentor_id, pgrx::Uuid),
            name!(reason, String),
            name!(status, String),
            name!(reviewed_by, Option<pgrx::Uuid>),
            name!(reviewed_at, Option<TimestampWithTimeZone>),
            name!(review_notes, Option<String>),
            name!(expires_at, TimestampWithTimeZone),
            name!(used_at, Option<TimestampWithTimeZone>),
            name!(created_at, TimestampWithTimeZone),
        )> {
            TableIterator::once(answer((|| $body)()))
        }
    };
}

returns_override! {
    /// A mentee asks.
    #[pg_extern(volatile, parallel_unsafe)]
    fn request_tier_override(
        p_mentee_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_reason: Option<String>,
    ) {
        let (mentee_id, mentor_id) = (args::id(p_mentee_id, "mentee_id")?, args::id(p_mentor_id, "mentor_id")?);
        let reason = request::override_reason(&args::required(p_reason, "reason")?)?;
        ask(mentee_id, mentor_id, &reason)
    }
}

fn ask(mentee_id: Uuid, mentor_id: Uuid, reason: &str) -> Outcome<Columns> {
    Spi::connect(|client| {
        let mentee = Actor::load(client, mentee_id)?;
        if mentee.role != "mentee" {
            return Err(Refusal::NotAMentee { role: mentee.role }.into());
        }
        lock::users(client, mentee.org_id, &[mentee_id, mentor_id])?;
        let pair = [mentee.org_id.into(), pg_uuid(mentee_id).into(), pg_uuid(mentor_id).into()];
        let mut row = PAIR.with(|tiers| tiers.row(client, &pair))?.ok_or(Refusal::MentorNotFound { mentor_id })?;
        let mentor_tier = Tier::parse(&row.value::<String>()?)?;
        let your_tier = Tier::parse(&row.value::<String>()?)?;
        let highest = Tier::parse(&row.value::<String>()?)?;
        if mentor_tier <= highest {
            return Err(Refusal::OverrideNotNeeded { your_tier, mentor_tier }.into());
        }
        if row.value::<bool>()? {
            return Err(Refusal::OverrideAlreadyRequested { mentor_id }.into());
        }
        let id = ids::new_uuid()?;
        let args = [
            mentee.org_id.into(),
            pg_uuid(id).into(),
            pg_uuid(mentee_id).into(),
            pg_uuid(mentor_id).into(),
            reason.into(),
        ];
        let already = Refusal::OverrideAlreadyRequested { mentor_id };
        let row = refusing(PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION, &already, || {
            REQUEST.with(|request| request.row(client, &args))
        })?;
        read(row, id)
    })
}

returns_override! {
    /// A coordinator decides.
    #[pg_extern(volatile, parallel_unsafe)]
    fn review_tier_override(
        p_request_id: Option<pgrx::Uuid>,
        p_reviewer_id: Option<pgrx::Uuid>,
        p_approve: Option<bool>,
        p_notes: default!(Option<String>, "NULL"),
    ) {
        let (request_id, reviewer_id) = (args::id(p_request_id, "request_id")?, args::id(p_reviewer_id, "reviewer_id")?);
        let status = if args::required(p_approve, "approve")? { "approved" } else { "rejected" };
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        review(request_id, reviewer_id, status, notes)
    }
}

fn review(request_id: Uuid, reviewer_id: Uuid, status: &str, notes: Option<String>) -> Outcome<Columns> {
    Spi::connect(|client| {
        let reviewer = Actor::load(client, reviewer_id)?;
        if !reviewer.is_staff() {
            return Err(Refusal::NotAuthorized { action: "review tier override requests".to_owned() }.into());
        }
        let key = [reviewer.org_id.into(), pg_uuid(request_id).into()];
        let mut row =
            LOCK_REQUEST.with(|lock| lock.row(client, &key))?.ok_or(Refusal::OverrideNotFound { request_id })?;
        let (current, expires_at, now) = (row.value::<String>()?, row.time()?, row.time()?);
        if current != "pending" {
            return Err(Refusal::OverrideAlreadyReviewed { status: current }.into());
        }
        if expires_at <= now {
            return Err(Refusal::OverrideExpired { expires_at }.into());
        }
        let args = [
            reviewer.org_id.into(),
            pg_uuid(request_id).into(),
            status.into(),
            pg_uuid(reviewer_id).into(),
            notes.as_deref().into(),
        ];
        let row = REVIEW.with(|review| review.row(client, &args))?;
        let details = serde_json::json!({ "status": ["pending", status] });
        audit::record(client, &reviewer, "review_tier_override", ("tier_override", request_id), details)?;
        read(row, request_id)
    })
}

fn read(row: Option<Row<'_>>, request_id: Uuid) -> Outcome<Columns> {
    let mut row = row.ok_or(Refusal::OverrideNotFound { request_id })?;
    Ok((
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.value()?,
        row.maybe()?,
        row.maybe()?,
        row.maybe()?,
        row.value()?,
        row.maybe()?,
        row.value()?,
    ))
}

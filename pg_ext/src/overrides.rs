//! Tier override requests (REST: exceptions): a mentee asks to book a mentor beyond their tier, once.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::tier::{OverrideStatus, Reach, Tier};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Outcome, refusing};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, audit, ids, record, statement};

statement! {
    fresh REJECT_OVERDUE = "sql/override_overdue.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh PAIR: Pair = "sql/override_pair.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh REQUEST: OverrideRow = "sql/override_request.sql" (INT4OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID);
    fresh LOCK_REQUEST: Waiting = "sql/override_lock.sql" (INT4OID, UUIDOID);
    fresh CONSUME = "sql/consume_override.sql" (INT4OID, UUIDOID, TIMESTAMPTZOID);
    fresh REVIEW: OverrideRow = "sql/override_review.sql" (INT4OID, UUIDOID, TEXTOID, UUIDOID, TEXTOID);
}

record! {
    /// A mentee and a mentor, as far as an override between them is concerned.
    struct Pair {
        mentee_tier: Tier,
        mentor_tier: Tier,
        highest_bookable: Tier,
        is_waiting: bool,
        /// An approval that was not used yet lasts until then.
        approved_until: Option<Timestamp>,
    }
}

record! {
    /// A request whose row is locked.
    struct Waiting {
        status: OverrideStatus,
        expires_at: Timestamp,
        now: Timestamp = "clock_timestamp()",
    }
}

record! {
    /// A request as functions return it.
    pub struct OverrideRow {
        id: Uuid,
        mentee_id: Uuid,
        mentor_id: Uuid,
        reason: String,
        status: OverrideStatus,
        reviewed_by: Option<Uuid>,
        reviewed_at: Option<Timestamp>,
        review_notes: Option<String>,
        expires_at: Timestamp,
        used_at: Option<Timestamp>,
        created_at: Timestamp,
    }
    returned by returns_override;
}

/// Uses an approved request up.
pub fn consume(client: &SpiClient<'_>, org_id: i32, request_id: Uuid, now: Timestamp) -> Outcome<()> {
    CONSUME.run(client, &[org_id.into(), pg_uuid(request_id).into(), pg_timestamp(now)?.into()])?;
    Ok(())
}

returns_override! {
    /// A mentee asks.
    #[pg_extern(volatile, parallel_unsafe)]
    fn request_tier_override(
        p_mentee_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_reason: Option<String>,
    ) -> OverrideRow {
        let (mentee_id, mentor_id) = (args::id(p_mentee_id, "mentee_id")?, args::id(p_mentor_id, "mentor_id")?);
        let reason = request::override_reason(&args::required(p_reason, "reason")?)?;
        Spi::connect(|client| ask(client, mentee_id, mentor_id, &reason))
    }
}

fn ask(client: &SpiClient<'_>, mentee_id: Uuid, mentor_id: Uuid, reason: &str) -> Outcome<OverrideRow> {
    let mentee = Actor::locked(client, mentee_id, &[mentor_id])?;
    mentee.only_mentees()?;
    let key = || [mentee.org_id.into(), pg_uuid(mentee_id).into(), pg_uuid(mentor_id).into()];
    REJECT_OVERDUE.run(client, &key())?;
    let pair = PAIR.row(client, &key())?.ok_or(Refusal::MentorNotFound { mentor_id })?;
    if Reach::new(pair.highest_bookable, None).allows(pair.mentor_tier) {
        let Pair { mentee_tier, mentor_tier, .. } = pair;
        return Err(Refusal::OverrideNotNeeded { your_tier: mentee_tier, mentor_tier }.into());
    }
    if let Some(expires_at) = pair.approved_until {
        return Err(Refusal::OverrideAlreadyApproved { mentor_id, expires_at }.into());
    }
    let already = Refusal::OverrideAlreadyRequested { mentor_id };
    if pair.is_waiting {
        return Err(already.into());
    }
    let id = ids::new_uuid(mentee.org_id)?;
    let args =
        [mentee.org_id.into(), pg_uuid(id).into(), pg_uuid(mentee_id).into(), pg_uuid(mentor_id).into(), reason.into()];
    let asked = refusing(PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION, &already, || REQUEST.row(client, &args))?;
    Ok(asked.ok_or(Refusal::OverrideNotFound { request_id: id })?)
}

returns_override! {
    /// A coordinator decides.
    #[pg_extern(volatile, parallel_unsafe)]
    fn review_tier_override(
        p_request_id: Option<pgrx::Uuid>,
        p_reviewer_id: Option<pgrx::Uuid>,
        p_approve: Option<bool>,
        p_notes: default!(Option<String>, "NULL"),
    ) -> OverrideRow {
        let (request_id, reviewer_id) = (args::id(p_request_id, "request_id")?, args::id(p_reviewer_id, "reviewer_id")?);
        let is_approved = args::required(p_approve, "approve")?;
        let decision = if is_approved { OverrideStatus::Approved } else { OverrideStatus::Rejected };
        let notes = p_notes.as_deref().map(|notes| request::notes("notes", notes)).transpose()?;
        Spi::connect(|client| review(client, request_id, reviewer_id, decision, notes.as_deref()))
    }
}

fn review(
    client: &SpiClient<'_>,
    request_id: Uuid,
    reviewer_id: Uuid,
    decision: OverrideStatus,
    notes: Option<&str>,
) -> Outcome<OverrideRow> {
    let reviewer = Actor::load(client, reviewer_id)?;
    if !reviewer.is_staff() {
        return Err(Refusal::NotAuthorized { action: "review tier override requests".to_owned() }.into());
    }
    let not_found = || Refusal::OverrideNotFound { request_id };
    let key = [reviewer.org_id.into(), pg_uuid(request_id).into()];
    let Waiting { status, expires_at, now } = LOCK_REQUEST.row(client, &key)?.ok_or_else(not_found)?;
    if status != OverrideStatus::Pending {
        return Err(Refusal::OverrideAlreadyReviewed { status }.into());
    }
    if expires_at <= now {
        return Err(Refusal::OverrideExpired { expires_at }.into());
    }
    let args = [
        reviewer.org_id.into(),
        pg_uuid(request_id).into(),
        decision.as_ref().into(),
        pg_uuid(reviewer_id).into(),
        notes.into(),
    ];
    let reviewed = REVIEW.row(client, &args)?.ok_or_else(not_found)?;
    let details = serde_json::json!({ "status": [status, decision] });
    audit::record(client, &reviewer, "review_tier_override", ("tier_override", request_id), details)?;
    Ok(reviewed)
}

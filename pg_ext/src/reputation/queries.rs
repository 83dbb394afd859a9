//! Asking about reputation, without changing it.

use convene_rules::refusal::Refusal;
use convene_rules::reputation::Reputation;
use convene_rules::tier::{Reach, Tier};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::inputs::calculate_seen;
use crate::actor::{Actor, tenant_seen};
use crate::failure::{Outcome, answer};
use crate::values::{pg_uuid, uuid};
use crate::{args, record, statement};

statement! {
    callers REACH: ReachRow = "../sql/reach.sql" (INT4OID, UUIDOID, UUIDOID);
    callers LIMIT: LimitRow = "../sql/weekly_limit.sql" (UUIDOID);
}

record! {
    /// A mentee's reach and a mentor.
    struct ReachRow {
        highest_bookable: Tier,
        mentor_tier: Tier,
        override_id: Option<Uuid>,
    }
}

record! {
    struct LimitRow {
        weekly_limit: Option<i32>,
    }
}

record! {
    /// A reputation, with everything that it is made of.
    pub struct ReputationRow {
        score: f64,
        tier: Tier,
        average_rating: f64,
        ratings_count: i64,
        completion_rate: f64,
        completed_count: i64,
        ended_count: i64,
        response_hours: f64,
        responsiveness_factor: f64,
        months_active: i32,
        tenure_bonus: f64,
        penalties: f64,
        raw_score: f64,
        is_probationary: bool,
    }
    returned by returns_reputation;
}

returns_reputation! {
    /// The whole calculation, as it comes out now.
    #[pg_extern(stable, parallel_unsafe)]
    fn calculate_reputation(
        p_user_id: Option<pgrx::Uuid>,
        p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> ReputationRow {
        let user_id = args::id(p_user_id, "user_id")?;
        let reputation = Spi::connect(|client| seen_by(client, user_id, p_actor_id.map(uuid)))?;
        Ok(reputation.into())
    }
}

/// The reputation of a user, for an actor who may see it, or for nobody in particular.
fn seen_by(client: &SpiClient<'_>, user_id: Uuid, actor_id: Option<Uuid>) -> Outcome<Reputation> {
    let org_id = tenant_seen(client, user_id)?;
    if let Some(actor_id) = actor_id {
        let actor = Actor::seen(client, actor_id)?;
        if actor.org_id != org_id {
            return Err(Refusal::UserNotFound { user_id }.into());
        }
        actor.may_act_for(user_id, "see this user's reputation")?;
    }
    let calculated = calculate_seen(client, org_id, &[user_id])?.into_iter().next();
    Ok(calculated.ok_or(Refusal::UserNotFound { user_id })?.reputation)
}

impl From<Reputation> for ReputationRow {
    fn from(reputation: Reputation) -> Self {
        Self {
            score: reputation.score,
            tier: reputation.tier,
            average_rating: reputation.average_rating,
            ratings_count: reputation.ratings_count,
            completion_rate: reputation.completion_rate,
            completed_count: reputation.completed,
            ended_count: reputation.ended,
            response_hours: reputation.response_hours,
            responsiveness_factor: reputation.responsiveness_factor,
            months_active: reputation.months_active,
            tenure_bonus: reputation.tenure_bonus,
            penalties: reputation.penalties,
            raw_score: reputation.raw_score,
            is_probationary: reputation.is_probationary,
        }
    }
}

/// Whether the mentee's tier, or an approved override, lets them book the mentor.
#[pg_extern(stable, parallel_unsafe)]
fn can_book_mentor(p_mentee_id: Option<pgrx::Uuid>, p_mentor_id: Option<pgrx::Uuid>) -> bool {
    let allowed = || {
        let (mentee_id, mentor_id) = (args::id(p_mentee_id, "mentee_id")?, args::id(p_mentor_id, "mentor_id")?);
        Spi::connect(|client| {
            let org_id = Actor::seen(client, mentee_id)?.org_id;
            let pair = [org_id.into(), pg_uuid(mentee_id).into(), pg_uuid(mentor_id).into()];
            let row = REACH.row(client, &pair)?.ok_or(Refusal::MentorNotFound { mentor_id })?;
            let reach = Reach::new(row.highest_bookable, row.override_id);
            Ok(reach.allows(row.mentor_tier))
        })
    };
    answer(allowed())
}

/// Bookings a week the user's tier allows; NULL is unlimited.
#[pg_extern(stable, parallel_unsafe)]
fn booking_limit(p_user_id: Option<pgrx::Uuid>) -> Option<i32> {
    let limit = || {
        let user_id = args::id(p_user_id, "user_id")?;
        let limit = Spi::connect(|client| LIMIT.row(client, &[pg_uuid(user_id).into()]))?;
        Ok(limit.ok_or(Refusal::UserNotFound { user_id })?.weekly_limit)
    };
    answer(limit())
}

//! Asking about reputation, without changing it.

use convene_rules::refusal::Refusal;
use convene_rules::tier::Tier;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::inputs::{Calculated, by_user, calculate_seen, policies_seen};
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::values::pg_uuid;
use crate::{args, statement};

statement! {
    callers USER_TENANT = "../sql/user_tenant.sql" (UUIDOID);
    callers OVERRIDE_EXISTS = "../sql/override_exists.sql" (INT4OID, UUIDOID, UUIDOID);
}

/// The whole calculation, as it comes out now.
#[pg_extern(stable, parallel_unsafe)]
#[allow(clippy::type_complexity)] // pgrx reads the columns from this type
fn calculate_reputation(
    p_user_id: Option<pgrx::Uuid>,
    p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
) -> TableIterator<
    'static,
    (
        name!(score, f64),
        name!(tier, String),
        name!(average_rating, f64),
        name!(ratings_count, i64),
        name!(completion_rate, f64),
        name!(completed_count, i64),
        name!(ended_count, i64),
        name!(response_hours, f64),
        name!(responsiveness_factor, f64),
        name!(months_active, i32),
        name!(tenure_bonus, f64),
        name!(penalties, f64),
        name!(raw_score, f64),
        name!(is_probationary, bool),
    ),
> {
    let calculated = || {
        let user_id = args::id(p_user_id, "user_id")?;
        let actor_id = p_actor_id.map(crate::values::uuid);
        Spi::connect(|client| {
            let org_id = tenant(client, user_id)?;
            if let Some(actor_id) = actor_id {
                let actor = Actor::seen(client, actor_id)?;
                if actor.org_id != org_id {
                    return Err(Refusal::UserNotFound { user_id }.into());
                }
                actor.may_act_for(user_id, "see this user's reputation")?;
            }
            one(client, org_id, user_id)
        })
    };
    let reputation = answer(calculated()).reputation;
    TableIterator::once((
        reputation.score,
        reputation.tier.to_string(),
        reputation.average_rating,
        reputation.ratings_count,
        reputation.completion_rate,
        reputation.completed,
        reputation.ended,
        reputation.response_hours,
        reputation.responsiveness_factor,
        reputation.months_active,
        reputation.tenure_bonus,
        reputation.penalties,
        reputation.raw_score,
        reputation.is_probationary,
    ))
}

/// Whether the mentee's tier, or an approved override, lets them book the mentor.
#[pg_extern(stable, parallel_unsafe)]
fn can_book_mentor(p_mentee_id: Option<pgrx::Uuid>, p_mentor_id: Option<pgrx::Uuid>) -> bool {
    let allowed = || {
        let (mentee_id, mentor_id) = (args::id(p_mentee_id, "mentee_id")?, args::id(p_mentor_id, "mentor_id")?);
        Spi::connect(|client| {
            let org_id = Actor::seen(client, mentee_id)?.org_id;
            let stored = by_user(calculate_seen(client, org_id, &[mentee_id, mentor_id])?);
            let tier = |id: Uuid, missing: Refusal| -> Outcome<Tier> {
                Ok(Tier::parse(&stored.get(&id).ok_or(missing)?.stored_tier)?)
            };
            let mentee_tier = tier(mentee_id, Refusal::UserNotFound { user_id: mentee_id })?;
            let mentor_tier = tier(mentor_id, Refusal::MentorNotFound { mentor_id })?;
            let tiers = policies_seen(client, org_id)?.tiers;
            if tiers.iter().any(|policy| policy.tier == mentee_tier && mentor_tier <= policy.highest_bookable) {
                return Ok(true);
            }
            let pair = [org_id.into(), pg_uuid(mentee_id).into(), pg_uuid(mentor_id).into()];
            Ok(OVERRIDE_EXISTS.with(|exists| exists.row(client, &pair))?.is_some())
        })
    };
    answer(allowed())
}

/// Bookings a week the user's tier allows; NULL is unlimited.
#[pg_extern(stable, parallel_unsafe)]
fn booking_limit(p_user_id: Option<pgrx::Uuid>) -> Option<i32> {
    let limit = || {
        let user_id = args::id(p_user_id, "user_id")?;
        Spi::connect(|client| {
            let org_id = tenant(client, user_id)?;
            let tier = Tier::parse(&one(client, org_id, user_id)?.stored_tier)?;
            let tiers = policies_seen(client, org_id)?.tiers;
            Ok(tiers.iter().find(|policy| policy.tier == tier).and_then(|policy| policy.weekly_limit))
        })
    };
    answer(limit())
}

fn tenant(client: &SpiClient<'_>, user_id: Uuid) -> Outcome<i32> {
    match USER_TENANT.with(|tenant| tenant.row(client, &[pg_uuid(user_id).into()]))? {
        Some(mut row) => row.value(),
        None => Err(Refusal::UserNotFound { user_id }.into()),
    }
}

fn one(client: &SpiClient<'_>, org_id: i32, user_id: Uuid) -> Outcome<Calculated> {
    let calculated = calculate_seen(client, org_id, &[user_id])?;
    calculated.into_iter().next().ok_or_else(|| Refusal::UserNotFound { user_id }.into())
}

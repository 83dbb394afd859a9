//! Reads what reputation is calculated from, for any number of users of one organization at once.

use std::collections::HashMap;

use convene_rules::reputation::{Reputation, ReputationInputs, ReputationPolicy, months_between, reputation};
use convene_rules::tier::{Tier, TierPolicy};
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::spi::{Row, Statement};
use crate::statement;
use crate::values::pg_uuids;

statement! {
    fresh INPUTS = "../sql/reputation_inputs.sql" (INT4OID, UUIDARRAYOID);
    callers INPUTS_SEEN = "../sql/reputation_inputs.sql" (INT4OID, UUIDARRAYOID);
    fresh POLICY = "../sql/reputation_policy.sql" (INT4OID);
    callers POLICY_SEEN = "../sql/reputation_policy.sql" (INT4OID);
    fresh TIERS = "../sql/tier_policies.sql" (INT4OID);
    callers TIERS_SEEN = "../sql/tier_policies.sql" (INT4OID);
}

/// A user's reputation as stored, and as it should be now.
pub struct Calculated {
    pub user_id: Uuid,
    pub stored_score: f64,
    pub stored_tier: String,
    pub reputation: Reputation,
}

/// An organization's numbers: how scores are made and which tier they mean.
pub struct Policies {
    pub reputation: ReputationPolicy,
    pub tiers: Vec<TierPolicy>,
}

/// Calculates in a transaction that writes.
pub fn calculate(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Vec<Calculated>> {
    let policies = POLICY.with(|policy| TIERS.with(|tiers| policies(client, org_id, policy, tiers)))?;
    INPUTS.with(|inputs| read(client, inputs, org_id, users, &policies))
}

/// Calculates for a function that only reads.
pub fn calculate_seen(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Vec<Calculated>> {
    let policies = policies_seen(client, org_id)?;
    INPUTS_SEEN.with(|inputs| read(client, inputs, org_id, users, &policies))
}

pub fn policies_seen(client: &SpiClient<'_>, org_id: i32) -> Outcome<Policies> {
    POLICY_SEEN.with(|policy| TIERS_SEEN.with(|tiers| policies(client, org_id, policy, tiers)))
}

fn read(
    client: &SpiClient<'_>,
    inputs: &Statement,
    org_id: i32,
    users: &[Uuid],
    policies: &Policies,
) -> Outcome<Vec<Calculated>> {
    inputs
        .rows(client, &[org_id.into(), pg_uuids(users).into()])?
        .map(|tuple| {
            let mut row = Row::new(tuple);
            let (user_id, stored_score, stored_tier) = (row.id()?, row.value()?, row.value()?);
            let (now, joined_at): (Timestamp, Timestamp) = (row.time()?, row.time()?);
            let inputs = ReputationInputs {
                ratings_count: row.value()?,
                ratings_sum: row.value()?,
                completed: row.value()?,
                ended: row.value()?,
                response_hours: row.maybe()?,
                months_active: months_between(joined_at, now),
                penalties: row.value()?,
            };
            let reputation = reputation(&inputs, &policies.reputation, &policies.tiers);
            Ok(Calculated { user_id, stored_score, stored_tier, reputation })
        })
        .collect()
}

fn policies(client: &SpiClient<'_>, org_id: i32, policy: &Statement, tiers: &Statement) -> Outcome<Policies> {
    let reputation = match policy.row(client, &[org_id.into()])? {
        None => ReputationPolicy::default(),
        Some(mut row) => ReputationPolicy {
            default_rating: row.value()?,
            default_response_hours: row.value()?,
            fast_response_hours: row.value()?,
            slow_response_hours: row.value()?,
            fast_response_factor: row.value()?,
            normal_response_factor: row.value()?,
            slow_response_factor: row.value()?,
            tenure_bonus_per_month: row.value()?,
            tenure_bonus_max: row.value()?,
            probation_ratings: row.value::<i32>()?.into(),
            probation_score: row.value()?,
        },
    };
    let tiers = tiers
        .rows(client, &[org_id.into()])?
        .map(|tuple| {
            let mut row = Row::new(tuple);
            Ok(TierPolicy {
                tier: Tier::parse(&row.value::<String>()?)?,
                minimum_score: row.value()?,
                highest_bookable: Tier::parse(&row.value::<String>()?)?,
                weekly_limit: row.maybe()?,
            })
        })
        .collect::<Outcome<_>>()?;
    Ok(Policies { reputation, tiers })
}

/// Calculated reputations by user.
pub fn by_user(calculated: Vec<Calculated>) -> HashMap<Uuid, Calculated> {
    calculated.into_iter().map(|one| (one.user_id, one)).collect()
}

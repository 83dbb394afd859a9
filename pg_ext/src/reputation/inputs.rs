//! Reads what reputation is calculated from, for any number of users of one organization at once.

use convene_rules::reputation::{Reputation, ReputationInputs, ReputationPolicy, months_between, reputation};
use convene_rules::tier::{Tier, TierPolicy};
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::spi::Statement;
use crate::values::pg_uuids;
use crate::{record, statement};

statement! {
    fresh INPUTS: InputsRow = "../sql/reputation_inputs.sql" (INT4OID, UUIDARRAYOID);
    callers INPUTS_SEEN: InputsRow = "../sql/reputation_inputs.sql" (INT4OID, UUIDARRAYOID);
    fresh POLICY: PolicyRow = "../sql/reputation_policy.sql" (INT4OID);
    callers POLICY_SEEN: PolicyRow = "../sql/reputation_policy.sql" (INT4OID);
    fresh TIERS: TierRow = "../sql/tier_policies.sql" (INT4OID);
    callers TIERS_SEEN: TierRow = "../sql/tier_policies.sql" (INT4OID);
}

record! {
    /// What one user's reputation is calculated from.
    struct InputsRow {
        user_id: Uuid,
        stored_score: f64,
        stored_tier: Tier,
        now: Timestamp,
        joined_at: Timestamp,
        ratings_count: i64,
        ratings_sum: i64,
        completed: i64,
        ended: i64,
        response_hours: Option<f64>,
        penalties: f64,
    }
}

record! {
    /// An organization's numbers.
    struct PolicyRow {
        default_rating: f64,
        default_response_hours: f64,
        fast_response_hours: f64,
        slow_response_hours: f64,
        fast_response_factor: f64,
        normal_response_factor: f64,
        slow_response_factor: f64,
        tenure_bonus_per_month: f64,
        tenure_bonus_max: f64,
        probation_ratings: i32,
        probation_score: f64,
    }
}

record! {
    struct TierRow {
        tier: Tier,
        minimum_score: f64,
        highest_bookable_tier: Tier,
        weekly_limit: Option<i32>,
    }
}

/// A user's reputation as stored, and as it should be now.
pub struct Calculated {
    pub user_id: Uuid,
    pub stored_score: f64,
    pub stored_tier: Tier,
    pub reputation: Reputation,
}

/// An organization's numbers: how scores are made and which tier they mean.
struct Policies {
    reputation: ReputationPolicy,
    tiers: Vec<TierPolicy>,
}

/// Calculates in a transaction that writes.
pub fn calculate(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Vec<Calculated>> {
    let policies = policies(client, org_id, &POLICY, &TIERS)?;
    read(client, &INPUTS, org_id, users, &policies)
}

/// Calculates for a function that only reads.
pub fn calculate_seen(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Vec<Calculated>> {
    let policies = policies(client, org_id, &POLICY_SEEN, &TIERS_SEEN)?;
    read(client, &INPUTS_SEEN, org_id, users, &policies)
}

fn read(
    client: &SpiClient<'_>,
    inputs: &Statement<InputsRow>,
    org_id: i32,
    users: &[Uuid],
    policies: &Policies,
) -> Outcome<Vec<Calculated>> {
    let rows = inputs.rows(client, &[org_id.into(), pg_uuids(users).into()])?;
    rows.map(|row| Ok(row?.calculated(policies))).collect()
}

impl InputsRow {
    fn calculated(self, policies: &Policies) -> Calculated {
        let inputs = ReputationInputs {
            ratings_count: self.ratings_count,
            ratings_sum: self.ratings_sum,
            completed: self.completed,
            ended: self.ended,
            response_hours: self.response_hours,
            months_active: months_between(self.joined_at, self.now),
            penalties: self.penalties,
        };
        Calculated {
            user_id: self.user_id,
            stored_score: self.stored_score,
            stored_tier: self.stored_tier,
            reputation: reputation(&inputs, &policies.reputation, &policies.tiers),
        }
    }
}

fn policies(
    client: &SpiClient<'_>,
    org_id: i32,
    policy: &Statement<PolicyRow>,
    tiers: &Statement<TierRow>,
) -> Outcome<Policies> {
    let reputation =
        policy.row(client, &[org_id.into()])?.map_or_else(ReputationPolicy::default, PolicyRow::into_policy);
    let tiers = tiers.rows(client, &[org_id.into()])?.map(|row| Ok(row?.into_policy())).collect::<Outcome<_>>()?;
    Ok(Policies { reputation, tiers })
}

impl PolicyRow {
    fn into_policy(self) -> ReputationPolicy {
        ReputationPolicy {
            default_rating: self.default_rating,
            default_response_hours: self.default_response_hours,
            fast_response_hours: self.fast_response_hours,
            slow_response_hours: self.slow_response_hours,
            fast_response_factor: self.fast_response_factor,
            normal_response_factor: self.normal_response_factor,
            slow_response_factor: self.slow_response_factor,
            tenure_bonus_per_month: self.tenure_bonus_per_month,
            tenure_bonus_max: self.tenure_bonus_max,
            probation_ratings: self.probation_ratings.into(),
            probation_score: self.probation_score,
        }
    }
}

impl TierRow {
    fn into_policy(self) -> TierPolicy {
        let Self { tier, minimum_score, highest_bookable_tier, weekly_limit } = self;
        TierPolicy { tier, minimum_score, highest_bookable: highest_bookable_tier, weekly_limit }
    }
}

//! Reputation: a score from 0 to 5 out of ratings, reliability, speed and time (docs/rules.md, OH 8.7).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::tier::{Tier, TierPolicy, tier_of};

/// An organization's numbers. The default is that of docs/rules.md.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReputationPolicy {
    /// Average rating of a user without ratings.
    pub default_rating: f64,
    /// Mean hours to answer of a user who has answered nothing.
    pub default_response_hours: f64,
    /// Below this many hours an answer is fast.
    pub fast_response_hours: f64,
    /// Above this many hours an answer is slow.
    pub slow_response_hours: f64,
    pub fast_response_factor: f64,
    pub normal_response_factor: f64,
    pub slow_response_factor: f64,
    pub tenure_bonus_per_month: f64,
    pub tenure_bonus_max: f64,
    /// With fewer ratings than this, a score is lifted to `probation_score`.
    pub probation_ratings: i64,
    pub probation_score: f64,
}

impl Default for ReputationPolicy {
    fn default() -> Self {
        Self {
            default_rating: 3.5,
            default_response_hours: 12.0,
            fast_response_hours: 24.0,
            slow_response_hours: 48.0,
            fast_response_factor: 1.2,
            normal_response_factor: 1.0,
            slow_response_factor: 0.8,
            tenure_bonus_per_month: 0.1,
            tenure_bonus_max: 1.0,
            probation_ratings: 3,
            probation_score: 3.5,
        }
    }
}

/// What a user did and received.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReputationInputs {
    pub ratings_count: i64,
    pub ratings_sum: i64,
    /// Bookings completed.
    pub completed: i64,
    /// Bookings that ended: completed, missed by this user, or canceled by this user after confirmation.
    pub ended: i64,
    /// Mean hours to answer a request; `None` without an answered one.
    pub response_hours: Option<f64>,
    /// Whole months since joining, see [`months_between`].
    pub months_active: i32,
    /// Sum of the penalties in force.
    pub penalties: f64,
}

/// A score, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reputation {
    /// 0 to 5, four decimals.
    pub score: f64,
    /// The tier of exactly that score.
    pub tier: Tier,
    pub average_rating: f64,
    pub ratings_count: i64,
    /// Completed ÷ ended, 0 to 1.
    pub completion_rate: f64,
    pub completed: i64,
    pub ended: i64,
    pub response_hours: f64,
    pub responsiveness_factor: f64,
    pub months_active: i32,
    pub tenure_bonus: f64,
    pub penalties: f64,
    /// The formula's result with four decimals, before it is clamped and before probation.
    pub raw_score: f64,
    /// Whether probation lifted the score.
    pub is_probationary: bool,
}

/// Average rating × completion rate × responsiveness + tenure − penalties, clamped to 0–5, then lifted if on probation.
///
/// At an unchanged number of ratings the score never falls as ratings, completions and months grow, nor as hours and
/// penalties shrink. The rating that ends probation can lower it, whatever it says.
pub fn reputation(inputs: &ReputationInputs, policy: &ReputationPolicy, tiers: &[TierPolicy]) -> Reputation {
    let average_rating =
        ratio(inputs.ratings_sum, inputs.ratings_count).unwrap_or(policy.default_rating).clamp(0.0, 5.0);
    let completion_rate = ratio(inputs.completed, inputs.ended).unwrap_or(1.0).clamp(0.0, 1.0);
    let response_hours = inputs.response_hours.unwrap_or(policy.default_response_hours);
    let responsiveness_factor = responsiveness(response_hours, policy);
    let months_active = inputs.months_active.max(0);
    let tenure_bonus = rounded(policy.tenure_bonus_per_month * f64::from(months_active)).min(policy.tenure_bonus_max);
    let penalties = inputs.penalties.max(0.0);

    let raw_score = rounded(average_rating * completion_rate * responsiveness_factor + tenure_bonus - penalties);
    #[allow(clippy::manual_clamp)] // unlike clamp, this makes 0 of the NaN that a NaN in the policy leads to
    let clamped = raw_score.max(0.0).min(5.0);
    let is_probationary = inputs.ratings_count < policy.probation_ratings && clamped < policy.probation_score;
    let score = if is_probationary { rounded(policy.probation_score).min(5.0) } else { clamped };

    Reputation {
        score,
        tier: tier_of(score, tiers),
        average_rating,
        ratings_count: inputs.ratings_count,
        completion_rate,
        completed: inputs.completed,
        ended: inputs.ended,
        response_hours,
        responsiveness_factor,
        months_active,
        tenure_bonus,
        penalties,
        raw_score,
        is_probationary,
    }
}

fn responsiveness(hours: f64, policy: &ReputationPolicy) -> f64 {
    if hours < policy.fast_response_hours {
        policy.fast_response_factor
    } else if hours <= policy.slow_response_hours {
        policy.normal_response_factor
    } else {
        policy.slow_response_factor
    }
}

/// `None` when there is nothing to divide by. Counts beyond 2⁵³ would lose their last digits.
fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Four decimals.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// Whole calendar months from one instant to the other, in UTC; 0 when the second is not later. Where a month lacks the
/// day of joining, its last day completes the month.
pub fn months_between(joined: Timestamp, now: Timestamp) -> i32 {
    let (joined, now) = (TimeZone::UTC.to_datetime(joined), TimeZone::UTC.to_datetime(now));
    let years = i32::from(now.year()) - i32::from(joined.year());
    let months = years * 12 + i32::from(now.month()) - i32::from(joined.month());
    let day = joined.day().min(now.date().days_in_month());
    let complete = (now.day(), now.time()) >= (day, joined.time());
    (if complete { months } else { months - 1 }).max(0)
}

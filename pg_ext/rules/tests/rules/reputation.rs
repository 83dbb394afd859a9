use convene_rules::reputation::{Reputation, ReputationInputs, ReputationPolicy, months_between, reputation};
use convene_rules::tier::{Tier, default_policies, tier_of};
use proptest::prelude::*;

use crate::given::at;

/// A user who joined today.
const NEWCOMER: ReputationInputs = ReputationInputs {
    ratings_count: 0,
    ratings_sum: 0,
    completed: 0,
    ended: 0,
    response_hours: None,
    months_active: 0,
    penalties: 0.0,
};

fn of(inputs: ReputationInputs) -> Reputation {
    reputation(&inputs, &ReputationPolicy::default(), &default_policies())
}

#[test]
fn a_newcomer_is_prompt_by_default_and_starts_in_gold() {
    let newcomer = of(NEWCOMER);
    assert_eq!((newcomer.score, newcomer.tier), (4.2, Tier::Gold));
    assert_eq!((newcomer.average_rating, newcomer.completion_rate), (3.5, 1.0));
    assert_eq!((newcomer.response_hours, newcomer.responsiveness_factor), (12.0, 1.2));
    assert!(!newcomer.is_probationary);
}

#[test]
fn the_score_is_rating_times_completion_times_responsiveness_plus_tenure_minus_penalties() {
    let found = of(ReputationInputs {
        ratings_count: 4,
        ratings_sum: 18,
        completed: 9,
        ended: 10,
        response_hours: Some(30.0),
        months_active: 5,
        penalties: 0.25,
    });
    // 4.5 × 0.9 × 1.0 + 0.5 − 0.25
    assert_eq!((found.score, found.raw_score, found.tier), (4.3, 4.3, Tier::Gold));
    assert_eq!((found.average_rating, found.completion_rate, found.tenure_bonus), (4.5, 0.9, 0.5));
}

#[test]
fn answers_are_fast_under_24_hours_normal_up_to_48_and_slow_beyond() {
    for (hours, factor) in [(0.0, 1.2), (23.999, 1.2), (24.0, 1.0), (48.0, 1.0), (48.001, 0.8), (1e9, 0.8)] {
        assert_eq!(
            of(ReputationInputs { response_hours: Some(hours), ..NEWCOMER }).responsiveness_factor,
            factor,
            "{hours}"
        );
    }
}

#[test]
fn tenure_is_a_tenth_a_month_and_at_most_one() {
    for (months, bonus) in [(0, 0.0), (1, 0.1), (3, 0.3), (10, 1.0), (11, 1.0), (1_000, 1.0)] {
        assert_eq!(of(ReputationInputs { months_active: months, ..NEWCOMER }).tenure_bonus, bonus, "{months}");
    }
}

#[test]
fn probation_lifts_low_scores_until_the_third_rating() {
    let rated = |count, sum| {
        of(ReputationInputs { ratings_count: count, ratings_sum: sum, response_hours: Some(36.0), ..NEWCOMER })
    };
    let second = rated(2, 4);
    assert_eq!((second.raw_score, second.score, second.tier, second.is_probationary), (2.0, 3.5, Tier::Silver, true));
    let third = rated(3, 6);
    assert_eq!((third.score, third.tier, third.is_probationary), (2.0, Tier::Bronze, false));
    let good = rated(2, 10);
    assert_eq!((good.score, good.is_probationary), (5.0, false));
}

#[test]
fn the_score_shown_and_the_tier_agree_although_binary_fractions_do_not() {
    // 30/7 × 7/10 × 1.0 is 3, but 2.9999999999999996 in binary.
    let found = of(ReputationInputs {
        ratings_count: 7,
        ratings_sum: 30,
        completed: 7,
        ended: 10,
        response_hours: Some(36.0),
        ..NEWCOMER
    });
    assert!(found.average_rating * found.completion_rate < 3.0);
    assert_eq!((found.score, found.tier), (3.0, Tier::Silver));
}

#[test]
fn the_rating_that_ends_probation_can_lower_the_score_though_it_is_a_5() {
    let rated = |count, sum| {
        of(ReputationInputs { ratings_count: count, ratings_sum: sum, response_hours: Some(36.0), ..NEWCOMER })
    };
    assert_eq!((rated(2, 4).raw_score, rated(2, 4).score), (2.0, 3.5));
    assert_eq!((rated(3, 9).raw_score, rated(3, 9).score), (3.0, 3.0));
}

#[test]
fn nonsense_in_the_policy_still_gives_a_score() {
    let policy = ReputationPolicy {
        fast_response_factor: f64::NAN,
        tenure_bonus_max: f64::INFINITY,
        ..ReputationPolicy::default()
    };
    let found =
        reputation(&ReputationInputs { ratings_count: 5, ratings_sum: 25, ..NEWCOMER }, &policy, &default_policies());
    assert_eq!((found.score, found.tier), (0.0, Tier::Bronze));
}

#[test]
fn months_are_whole_calendar_months_in_utc() {
    for (joined, now, months) in [
        ("2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z", 0),
        ("2026-01-15T12:00:00Z", "2026-02-15T11:59:59Z", 0),
        ("2026-01-15T12:00:00Z", "2026-02-15T12:00:00Z", 1),
        ("2025-01-15T12:00:00Z", "2026-01-15T12:00:00Z", 12),
        ("2026-01-31T00:00:00Z", "2026-02-27T23:59:59Z", 0),
        ("2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", 1),
        ("2026-05-01T00:00:00Z", "2026-01-01T00:00:00Z", 0),
    ] {
        assert_eq!(months_between(at(joined), at(now)), months, "{joined} {now}");
    }
}

#[test]
fn months_between_the_ends_of_time_are_counted_without_a_fault() {
    assert_eq!(months_between(jiff::Timestamp::MIN, jiff::Timestamp::MAX), 239_987);
    assert_eq!(months_between(jiff::Timestamp::MAX, jiff::Timestamp::MIN), 0);
}

fn any_inputs() -> impl Strategy<Value = ReputationInputs> {
    let ratings = prop_oneof![0..6_i64, 0..10_000_i64].prop_flat_map(|count| (Just(count), count..=5 * count));
    let bookings = (0..500_i64).prop_flat_map(|ended| (0..=ended, Just(ended)));
    (ratings, bookings, prop::option::of(0.0..200.0_f64), 0..300_i32, 0.0..3.0_f64).prop_map(
        |((ratings_count, ratings_sum), (completed, ended), response_hours, months_active, penalties)| {
            ReputationInputs { ratings_count, ratings_sum, completed, ended, response_hours, months_active, penalties }
        },
    )
}

/// Asserts that the second inputs score no lower than the first, before and after probation.
fn no_lower(before: ReputationInputs, after: ReputationInputs) -> Result<(), TestCaseError> {
    let (before, after) = (of(before), of(after));
    prop_assert!(before.raw_score <= after.raw_score, "{:?} {:?}", before, after);
    prop_assert!(before.score <= after.score, "{:?} {:?}", before, after);
    prop_assert!(before.tier <= after.tier, "{:?} {:?}", before, after);
    Ok(())
}

proptest! {
    #[test]
    fn the_score_lies_between_0_and_5_and_has_the_tier_it_shows(
        inputs in (any::<[i64; 4]>(), prop::option::of(prop::num::f64::ANY), any::<i32>(), prop::num::f64::ANY),
    ) {
        let ([ratings_count, ratings_sum, completed, ended], response_hours, months_active, penalties) = inputs;
        let found =
            of(ReputationInputs { ratings_count, ratings_sum, completed, ended, response_hours, months_active, penalties });
        prop_assert!((0.0..=5.0).contains(&found.score));
        prop_assert_eq!(found.score, (found.score * 10_000.0).round() / 10_000.0);
        prop_assert_eq!(found.tier, tier_of(found.score, &default_policies()));
    }

    #[test]
    fn better_ratings_never_lower_the_score(inputs in any_inputs(), more in 0..20_i64) {
        let ratings_sum = (inputs.ratings_sum + more).min(5 * inputs.ratings_count);
        no_lower(inputs, ReputationInputs { ratings_sum, ..inputs })?;
    }

    #[test]
    fn one_more_rating_of_5_never_lowers_the_raw_score_of_who_has_ratings(inputs in any_inputs()) {
        prop_assume!(inputs.ratings_count > 0);
        let (ratings_count, ratings_sum) = (inputs.ratings_count + 1, inputs.ratings_sum + 5);
        let after = of(ReputationInputs { ratings_count, ratings_sum, ..inputs });
        prop_assert!(of(inputs).raw_score <= after.raw_score);
    }

    #[test]
    fn one_more_completed_meeting_never_lowers_the_score(inputs in any_inputs()) {
        let (completed, ended) = (inputs.completed + 1, inputs.ended + 1);
        no_lower(inputs, ReputationInputs { completed, ended, ..inputs })?;
    }

    #[test]
    fn one_more_missed_meeting_never_raises_the_score(inputs in any_inputs()) {
        no_lower(ReputationInputs { ended: inputs.ended + 1, ..inputs }, inputs)?;
    }

    #[test]
    fn answering_faster_never_lowers_the_score(inputs in any_inputs(), hours in [0.0..200.0_f64, 0.0..200.0_f64]) {
        let [slow, fast] = if hours[0] >= hours[1] { hours } else { [hours[1], hours[0]] };
        let answering = |hours| ReputationInputs { response_hours: Some(hours), ..inputs };
        no_lower(answering(slow), answering(fast))?;
    }

    #[test]
    fn time_never_lowers_the_score(inputs in any_inputs(), months in 0..50_i32) {
        no_lower(inputs, ReputationInputs { months_active: inputs.months_active + months, ..inputs })?;
    }

    #[test]
    fn penalties_never_raise_the_score(inputs in any_inputs(), more in 0.0..2.0_f64) {
        no_lower(ReputationInputs { penalties: inputs.penalties + more, ..inputs }, inputs)?;
    }

    #[test]
    fn months_never_decrease_as_time_passes(joined in 0..4_000_000_000_i64, waits in [0..400_000_000_i64, 0..400_000_000_i64]) {
        let after = |seconds: i64| jiff::Timestamp::from_second(joined + seconds).unwrap();
        let [sooner, later] = if waits[0] <= waits[1] { waits } else { [waits[1], waits[0]] };
        prop_assert!(months_between(after(0), after(sooner)) <= months_between(after(0), after(later)));
    }
}

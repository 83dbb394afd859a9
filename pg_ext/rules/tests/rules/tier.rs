use convene_rules::tier::{Reach, Tier, default_policies, tier_of};
use proptest::prelude::*;
use strum::VariantArray;
use uuid::Uuid;

use crate::given::refused_field;

#[test]
fn tiers_begin_at_their_minimum_score() {
    for (score, tier) in [
        (0.0, Tier::Bronze),
        (2.9999, Tier::Bronze),
        (3.0, Tier::Silver),
        (3.9999, Tier::Silver),
        (4.0, Tier::Gold),
        (4.4999, Tier::Gold),
        (4.5, Tier::Platinum),
        (5.0, Tier::Platinum),
    ] {
        assert_eq!(tier_of(score, &default_policies()), tier, "{score}");
    }
}

#[test]
fn by_default_each_tier_books_one_above_its_own_and_more_often_than_the_one_below() {
    let rows: Vec<_> =
        default_policies().iter().map(|row| (row.tier, row.highest_bookable, row.weekly_limit)).collect();
    assert_eq!(
        rows,
        [
            (Tier::Bronze, Tier::Silver, Some(2)),
            (Tier::Silver, Tier::Gold, Some(5)),
            (Tier::Gold, Tier::Platinum, Some(10)),
            (Tier::Platinum, Tier::Platinum, None),
        ]
    );
}

#[test]
fn a_score_that_reaches_no_tier_is_bronze() {
    assert_eq!(tier_of(5.0, &[]), Tier::Bronze);
    assert_eq!(tier_of(-1.0, &default_policies()), Tier::Bronze);
    assert_eq!(tier_of(f64::NAN, &default_policies()), Tier::Bronze);
}

#[test]
fn tiers_are_ordered_and_their_names_read_back() {
    assert!(Tier::Bronze < Tier::Silver && Tier::Silver < Tier::Gold && Tier::Gold < Tier::Platinum);
    for &tier in Tier::VARIANTS {
        assert_eq!(Tier::parse(tier.as_ref()), Ok(tier));
        assert_eq!(serde_json::to_value(tier).unwrap(), tier.as_ref());
    }
    assert_eq!(refused_field(Tier::parse("Gold")), "tier");
}

proptest! {
    #[test]
    fn a_higher_score_is_never_a_lower_tier(scores in [0.0..=5.0_f64, 0.0..=5.0_f64]) {
        let [low, high] = if scores[0] <= scores[1] { scores } else { [scores[1], scores[0]] };
        prop_assert!(tier_of(low, &default_policies()) <= tier_of(high, &default_policies()));
    }
}

#[test]
fn a_mentee_reaches_mentors_up_to_a_tier_and_with_an_override_any() {
    let allowed = |reach: Reach| Tier::VARIANTS.iter().copied().filter(|tier| reach.allows(*tier)).collect::<Vec<_>>();
    assert_eq!(allowed(Reach::new(Tier::Gold, None)), [Tier::Bronze, Tier::Silver, Tier::Gold]);
    assert_eq!(allowed(Reach::new(Tier::Gold, Some(Uuid::nil()))), Tier::VARIANTS);
}

#[test]
fn an_override_is_needed_beyond_the_highest_bookable_tier_only() {
    let approved = Uuid::from_u128(7);
    let reach = Reach::new(Tier::Silver, Some(approved));
    assert_eq!(reach.override_needed(Tier::Silver), None);
    assert_eq!(reach.override_needed(Tier::Gold), Some(approved));
}

use std::cmp::Ordering;

use convene_rules::matching::{Breakdown, Match, Openings, SharedTags, Standing, TagKind, WEIGHTS, shortlist};
use convene_rules::tier::Tier;
use jiff::SignedDuration;
use proptest::prelude::*;
use strum::VariantArray;
use uuid::Uuid;

use crate::given::refused_field;

/// A silver mentor with a reputation of 3, and nothing in common with anybody.
const STRANGER: Standing = Standing {
    mentor_id: Uuid::nil(),
    tier: Tier::Silver,
    has_override: false,
    is_dormant: false,
    reputation: 3.0,
    shared: SharedTags { industry: 0, technology: 0, stage: 0 },
};

const NOTHING_FREE: Openings = Openings { free_slots: 0, first_in: None };

fn sharing(industry: u32, technology: u32, stage: u32) -> Standing {
    Standing { shared: SharedTags { industry, technology, stage }, ..STRANGER }
}

fn free(free_slots: u32, hours: i64) -> Openings {
    Openings { free_slots, first_in: Some(SignedDuration::from_hours(hours)) }
}

fn score(standing: &Standing, openings: &Openings) -> f64 {
    Breakdown::of(standing, openings).total().as_f64()
}

#[test]
fn the_weights_add_up_to_a_hundred_points() {
    let everything = Standing { reputation: 5.0, ..sharing(50, 50, 50) };
    assert_eq!(score(&everything, &free(500, 0)), 100.0);
    assert_eq!(score(&Standing { reputation: 0.0, ..STRANGER }, &NOTHING_FREE), 0.0);
    assert_eq!((WEIGHTS.industry, WEIGHTS.technology, WEIGHTS.stage), (3, 2, 1));
}

#[test]
fn the_first_shared_tag_brings_half_of_its_kind_and_each_further_one_half_of_the_rest() {
    for (standing, points) in [
        (sharing(1, 0, 0), 15.0),
        (sharing(2, 0, 0), 22.5),
        (sharing(3, 0, 0), 26.25),
        (sharing(0, 1, 0), 10.0),
        (sharing(0, 2, 0), 15.0),
        (sharing(0, 0, 1), 5.0),
        (sharing(1, 1, 1), 30.0),
    ] {
        assert_eq!(score(&standing, &NOTHING_FREE), 12.0 + points, "{:?}", standing.shared);
    }
}

#[test]
fn a_slot_now_is_worth_more_than_one_in_a_week() {
    for (openings, points) in
        [(free(1, 0), 15.0), (free(1, 24 * 7), 10.0), (free(2, 24 * 7), 12.5), (free(1, 24 * 14), 5.0)]
    {
        assert_eq!(score(&STRANGER, &openings), 12.0 + points, "{openings:?}");
    }
}

#[test]
fn points_are_rounded_once_when_they_have_been_added() {
    // 12.004 and 9.994: each is rounded down where it is shown, and together they are 21.998.
    let standing = Standing { reputation: 3.001, ..STRANGER };
    let openings = Openings { free_slots: 0, first_in: Some(SignedDuration::from_secs(726)) };
    let breakdown = serde_json::to_value(Breakdown::of(&standing, &openings)).unwrap();
    assert_eq!((&breakdown["reputation"], &breakdown["soon"]), (&12.0.into(), &9.99.into()));
    assert_eq!(score(&standing, &openings), 22.0);
}

#[test]
fn shared_tags_are_counted_by_kind() {
    let mut shared = SharedTags::default();
    for kind in ["industry", "technology", "technology", "stage", "technology"] {
        shared.add(TagKind::parse(kind).unwrap());
    }
    assert_eq!(shared, SharedTags { industry: 1, technology: 3, stage: 1 });
    assert_eq!(refused_field(TagKind::parse("Stage")), "kind");
}

#[test]
fn a_breakdown_is_written_in_points() {
    let breakdown = Breakdown::of(&sharing(1, 2, 0), &free(3, 24 * 7));
    assert_eq!(
        serde_json::to_value(breakdown).unwrap(),
        serde_json::json!({ "industry": 15.0, "technology": 15.0, "stage": 0.0, "free_slots": 8.75, "soon": 5.0,
            "reputation": 12.0 })
    );
}

#[test]
fn mentors_out_of_reach_are_left_out_unless_an_override_lets_them_in() {
    let mentor = |id, tier, has_override| Standing { mentor_id: Uuid::from_u128(id), tier, has_override, ..STRANGER };
    let listed = shortlist(
        vec![
            mentor(1, Tier::Bronze, false),
            mentor(2, Tier::Gold, false),
            mentor(3, Tier::Platinum, false),
            mentor(4, Tier::Platinum, true),
        ],
        Tier::Gold,
        10,
    );
    assert_eq!(listed.iter().map(|mentor| mentor.mentor_id.as_u128()).collect::<Vec<_>>(), [1, 2, 4]);
}

#[test]
fn a_short_list_keeps_the_awake_and_the_best() {
    let mentor = |id, is_dormant, industries| Standing {
        mentor_id: Uuid::from_u128(id),
        is_dormant,
        ..sharing(industries, 0, 0)
    };
    let mentors = vec![mentor(1, true, 5), mentor(2, false, 0), mentor(3, false, 2), mentor(4, false, 1)];
    let ids = |longest| -> Vec<u128> {
        shortlist(mentors.clone(), Tier::Gold, longest).iter().map(|mentor| mentor.mentor_id.as_u128()).collect()
    };
    assert_eq!(ids(2), [3, 4]);
    assert_eq!(ids(9), [3, 4, 2, 1]);
}

fn any_tier() -> impl Strategy<Value = Tier> {
    prop::sample::select(Tier::VARIANTS)
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let flags = (any::<bool>(), any::<bool>());
    let shared = prop_oneof![3 => [0..4_u32, 0..4, 0..4], 1 => any::<[u32; 3]>()];
    (any::<u128>(), any_tier(), flags, 0.0..=5.0_f64, shared).prop_map(
        |(id, tier, (has_override, is_dormant), reputation, [industry, technology, stage])| Standing {
            mentor_id: Uuid::from_u128(id),
            tier,
            has_override,
            is_dormant,
            reputation,
            shared: SharedTags { industry, technology, stage },
        },
    )
}

fn any_openings() -> impl Strategy<Value = Openings> {
    prop_oneof![
        1 => Just(NOTHING_FREE),
        4 => (1..100_u32, 0..14 * 86_400_i64).prop_map(|(free_slots, seconds)| Openings {
            free_slots,
            first_in: Some(SignedDuration::from_secs(seconds)),
        }),
    ]
}

/// Few names and ids, so that there are ties.
fn any_match() -> impl Strategy<Value = Match> {
    (any_standing(), any_openings(), 0..3_u128, prop::sample::select(vec!["Ann", "Ben"])).prop_map(
        |(standing, openings, id, name)| Match {
            mentor_id: Uuid::from_u128(id),
            name: name.to_owned(),
            is_dormant: standing.is_dormant,
            breakdown: Breakdown::of(&standing, &openings),
        },
    )
}

proptest! {
    #[test]
    fn a_score_lies_between_0_and_100_whatever_the_facts(
        standing in any_standing(), reputation in prop::num::f64::ANY, free_slots in any::<u32>(),
        seconds in prop::option::of(any::<i64>()),
    ) {
        let openings = Openings { free_slots, first_in: seconds.map(SignedDuration::from_secs) };
        let score = score(&Standing { reputation, ..standing }, &openings);
        prop_assert!((0.0..=100.0).contains(&score), "{}", score);
    }

    #[test]
    fn what_is_shown_of_the_components_is_never_three_hundredths_off_the_score(
        standing in any_standing(), openings in any_openings(),
    ) {
        let breakdown = Breakdown::of(&standing, &openings);
        let written = serde_json::to_value(breakdown).unwrap();
        let hundredths = |points: f64| (points * 100.0).round();
        let sum: f64 = written.as_object().unwrap().values().map(|points| hundredths(points.as_f64().unwrap())).sum();
        let score = hundredths(breakdown.total().as_f64());
        prop_assert!((sum - score).abs() <= 3.0, "{} and {}", sum, score);
    }

    #[test]
    fn more_of_anything_never_lowers_the_score(
        standing in any_standing(), openings in any_openings(), more in [0..5_u32, 0..5, 0..5, 0..5],
        reputation in 0.0..2.0_f64,
    ) {
        let before = score(&standing, &openings);
        let shared = standing.shared;
        for better in [
            SharedTags { industry: shared.industry.saturating_add(more[0]), ..shared },
            SharedTags { technology: shared.technology.saturating_add(more[1]), ..shared },
            SharedTags { stage: shared.stage.saturating_add(more[2]), ..shared },
        ] {
            let after = score(&Standing { shared: better, ..standing }, &openings);
            prop_assert!(after >= before);
        }
        let esteemed = Standing { reputation: standing.reputation + reputation, ..standing };
        prop_assert!(score(&esteemed, &openings) >= before);
        let more_free = Openings { free_slots: openings.free_slots + more[3], ..openings };
        prop_assert!(score(&standing, &more_free) >= before);
    }

    #[test]
    fn an_earlier_first_slot_never_lowers_the_score(standing in any_standing(), openings in any_openings(), hours in 0..400_i64) {
        let earlier = Openings {
            first_in: openings.first_in.map(|first| first - SignedDuration::from_hours(hours)),
            ..openings
        };
        prop_assert!(score(&standing, &earlier) >= score(&standing, &openings));
        let none = Openings { first_in: None, ..openings };
        prop_assert!(score(&standing, &none) <= score(&standing, &openings));
    }

    #[test]
    fn the_order_is_total(matches in prop::collection::vec(any_match(), 3)) {
        let [a, b, c] = [&matches[0], &matches[1], &matches[2]];
        prop_assert_eq!(a.order(b), b.order(a).reverse());
        if a.order(b) != Ordering::Greater && b.order(c) != Ordering::Greater {
            prop_assert!(a.order(c) != Ordering::Greater);
        }
        let same = (a.mentor_id, &a.name, a.is_dormant, a.breakdown.total())
            == (b.mentor_id, &b.name, b.is_dormant, b.breakdown.total());
        prop_assert_eq!(a.order(b) == Ordering::Equal, same);
    }

    #[test]
    fn who_is_dormant_comes_after_everybody_else_and_who_has_more_points_before(one in any_match(), other in any_match()) {
        if !one.is_dormant && other.is_dormant {
            prop_assert_eq!(one.order(&other), Ordering::Less);
        }
        if one.is_dormant == other.is_dormant && one.breakdown.total() > other.breakdown.total() {
            prop_assert_eq!(one.order(&other), Ordering::Less);
        }
    }

    #[test]
    fn a_short_list_holds_exactly_who_is_within_reach_while_there_is_room(
        mentors in prop::collection::vec(any_standing(), 0..20), highest in any_tier(),
    ) {
        let within = |mentor: &&Standing| mentor.tier <= highest || mentor.has_override;
        let mut wanted: Vec<Uuid> = mentors.iter().filter(within).map(|mentor| mentor.mentor_id).collect();
        let mut listed: Vec<Uuid> =
            shortlist(mentors.clone(), highest, 20).iter().map(|mentor| mentor.mentor_id).collect();
        wanted.sort_unstable();
        listed.sort_unstable();
        prop_assert_eq!(listed, wanted);
    }

    #[test]
    fn who_is_safe_from_a_mentor_comes_before_them_and_all_that_follow_in_a_short_list(
        one in any_match(), mentors in prop::collection::vec((any_standing(), any_openings()), 1..20),
    ) {
        let standings: Vec<Standing> = mentors.iter().map(|(standing, _)| *standing).collect();
        let listed = shortlist(standings, Tier::Platinum, 20);
        let Some(safe) = listed.iter().position(|next| one.is_safe_from(next)) else { return Ok(()) };
        for standing in &listed[safe..] {
            for (_, openings) in &mentors {
                let other = Match {
                    mentor_id: standing.mentor_id,
                    name: String::new(),
                    is_dormant: standing.is_dormant,
                    breakdown: Breakdown::of(standing, openings),
                };
                prop_assert_eq!(one.order(&other), Ordering::Less);
            }
        }
    }

    #[test]
    fn a_shorter_list_is_the_beginning_of_a_longer_one(
        mentors in prop::collection::vec(any_standing(), 0..20), highest in any_tier(), longest in 0..20_usize,
    ) {
        let all = shortlist(mentors.clone(), highest, 20);
        prop_assert_eq!(shortlist(mentors, highest, longest), &all[..longest.min(all.len())]);
    }
}

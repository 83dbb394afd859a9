use std::collections::HashMap;

use convene_rules::rotation::{
    Choice, Ended, HostCame, Member, Reason, by_hand, choose, rescaled, starting_turns, turn_given_back,
};
use convene_rules::state::Status;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use strum::VariantArray;
use uuid::Uuid;

const START: Timestamp = Timestamp::UNIX_EPOCH;

/// A member of weight 100 and priority 0 who never had a turn.
fn member(id: u128) -> Member {
    Member { user_id: Uuid::from_u128(id), priority: 0, weight: 100, turns: 0.0, last_assigned_at: None }
}

fn team(weights: &[i32]) -> Vec<Member> {
    weights.iter().zip(1..).map(|(weight, id)| Member { weight: *weight, ..member(id) }).collect()
}

fn minute(minute: usize) -> Timestamp {
    START + SignedDuration::from_mins(minute as i64)
}

/// Gives one turn to whoever is chosen of those that `is_free` says are free.
fn assign(team: &mut [Member], at: Timestamp, is_free: impl Fn(&Member) -> bool) -> Option<Choice> {
    let free: Vec<Member> = team.iter().filter(|member| is_free(member)).copied().collect();
    let choice = choose(&free)?;
    let chosen = team.iter_mut().find(|member| member.user_id == choice.user_id)?;
    chosen.turns += 1.0;
    chosen.last_assigned_at = Some(at);
    Some(choice)
}

/// How many of so many meetings each member gets, by id, while everybody is free.
fn shares(team: &mut [Member], meetings: usize) -> HashMap<u128, usize> {
    let mut counts = HashMap::new();
    for meeting in 0..meetings {
        let choice = assign(team, minute(meeting), |_| true).unwrap();
        *counts.entry(choice.user_id.as_u128()).or_default() += 1;
    }
    counts
}

fn chosen(free: &[Member]) -> (u128, Reason) {
    let choice = choose(free).unwrap();
    (choice.user_id.as_u128(), choice.reason)
}

#[test]
fn nobody_is_chosen_when_nobody_is_free() {
    assert_eq!(choose(&[]), None);
}

#[test]
fn the_only_one_free_is_chosen_however_many_turns_they_had() {
    assert_eq!(chosen(&[Member { turns: 50.0, ..member(1) }]), (1, Reason::OnlyOneFree));
}

#[test]
fn the_highest_priority_goes_before_fewer_turns() {
    let free = [member(1), Member { priority: 5, turns: 9.0, ..member(2) }];
    assert_eq!(chosen(&free), (2, Reason::HighestPriority { next_priority: 0 }));
}

#[test]
fn fewer_turns_for_the_weight_go_before_a_longer_wait() {
    let free = [
        Member { turns: 2.0, weight: 100, last_assigned_at: Some(minute(1)), ..member(1) },
        Member { turns: 3.0, weight: 200, last_assigned_at: Some(minute(9)), ..member(2) },
    ];
    assert_eq!(chosen(&free), (2, Reason::FewestTurns { next_turns: 2.0, next_weight: 100 }));
}

#[test]
fn a_longer_wait_decides_among_equals_and_never_is_the_longest() {
    let at = |id, assigned| Member { turns: 1.0, last_assigned_at: assigned, ..member(id) };
    let (early, late) = (Some(minute(1)), Some(minute(2)));
    let reason = |next| Reason::LongestAgo { next_last_assigned_at: next };
    assert_eq!(chosen(&[at(1, late), at(2, early)]), (2, reason(late)));
    assert_eq!(chosen(&[at(1, late), at(2, early), at(3, None)]), (3, reason(early)));
}

#[test]
fn the_lowest_id_decides_where_nothing_else_does() {
    assert_eq!(chosen(&[member(3), member(1), member(2)]), (1, Reason::LowestId));
}

#[test]
fn who_is_named_has_the_turn_whoever_else_had_it() {
    let choice = by_hand(&Member { turns: 4.0, ..member(1) });
    assert_eq!((choice.user_id, choice.turns, choice.reason), (Uuid::from_u128(1), 4.0, Reason::ByHand));
    assert_eq!(choice.to_string(), "named by somebody, whoever had the turn");
    assert_eq!(serde_json::to_value(choice).unwrap()["reason"], choice.reason.as_str());
}

#[test]
fn thirds_that_came_about_differently_are_equal() {
    let free = [
        Member { turns: rescaled(1.0, 3, 7), weight: 7, last_assigned_at: Some(minute(1)), ..member(1) },
        Member { turns: 0.1 + 0.2, weight: 1, last_assigned_at: Some(minute(3)), ..member(2) },
        Member { turns: 0.3, weight: 1, last_assigned_at: Some(minute(2)), ..member(3) },
    ];
    assert_eq!(chosen(&free), (3, Reason::LongestAgo { next_last_assigned_at: Some(minute(3)) }));
}

#[test]
fn a_choice_is_written_with_the_numbers_it_rests_on() {
    let free = [
        Member { turns: 2.0, last_assigned_at: Some(START), ..member(1) },
        Member { turns: 5.0, weight: 200, ..member(2) },
    ];
    let choice = choose(&free).unwrap();
    let written = json!({
        "user_id": "00000000-0000-0000-0000-000000000001", "priority": 0, "weight": 100, "turns": 2.0,
        "last_assigned_at": "1970-01-01T00:00:00Z", "free": 2,
        "reason": "fewest_turns", "next_turns": 5.0, "next_weight": 200,
    });
    assert_eq!(serde_json::to_value(choice).unwrap(), written);
    assert_eq!(written["reason"], choice.reason.as_str());
    assert_eq!(serde_json::from_value::<Choice>(written).unwrap(), choice);
}

#[test]
fn a_choice_is_said_in_words() {
    let early = Member { turns: 1.0, last_assigned_at: Some(START), ..member(1) };
    let late = Member { last_assigned_at: Some(minute(2)), ..early };
    for (free, words) in [
        (vec![early], "nobody else was free"),
        (
            vec![early, Member { priority: 7, ..member(2) }],
            "the highest priority of the 2 who were free: 7; the next had 0",
        ),
        (
            vec![Member { turns: 4.0 / 3.0, ..early }, Member { turns: 3.0, weight: 200, ..member(2) }],
            "the fewest turns for the weight: 1.33 at weight 100; the next had 3 at weight 200",
        ),
        (
            vec![late, Member { turns: 1.0, ..member(2) }],
            "as many turns as others, but waited longest: last assigned never; the next 1970-01-01T00:02:00Z",
        ),
        (vec![member(1), member(2)], "nothing told the 2 who were free apart; the lowest id was taken"),
    ] {
        assert_eq!(choose(&free).unwrap().to_string(), words);
    }
}

#[test]
fn meetings_come_by_weight() {
    assert_eq!(shares(&mut team(&[100, 200, 300]), 600), HashMap::from([(1, 100), (2, 200), (3, 300)]));
}

#[test]
fn a_newcomer_begins_where_the_others_are() {
    let mut team = team(&[100, 100, 200]);
    shares(&mut team, 4_000);
    let turns = starting_turns(0, 100, &team);
    assert_eq!(turns, 1_000.0);
    team.push(Member { turns, ..member(4) });
    assert_eq!(shares(&mut team, 500)[&4], 100);
}

#[test]
fn a_newcomer_is_measured_by_those_with_whom_they_take_turns() {
    let others =
        [Member { priority: 9, turns: 80.0, ..member(1) }, Member { priority: 9, turns: 90.0, ..member(2) }, member(3)];
    assert_eq!(starting_turns(9, 200, &others), 160.0);
    assert_eq!(starting_turns(0, 200, &others), 0.0);
    assert_eq!(starting_turns(4, 100, &others[..2]), 80.0);
    assert_eq!(starting_turns(0, 100, &[]), 0.0);
}

#[test]
fn a_changed_weight_counts_from_then_on_and_not_for_the_past() {
    let mut team = team(&[100, 100]);
    shares(&mut team, 1_000);
    team[0].turns = rescaled(team[0].turns, 100, 300);
    team[0].weight = 300;
    assert_eq!(shares(&mut team, 400), HashMap::from([(1, 300), (2, 100)]));
}

#[test]
fn which_meetings_give_their_turn_back_is_this_table() {
    use Ended::{AfterItBegan, BeforeItBegan};
    let table: Vec<String> = Status::VARIANTS
        .iter()
        .map(|status| {
            let back = |ended, host| if turn_given_back(*status, ended, host) { "back" } else { "kept" };
            let cases = [
                back(BeforeItBegan, HostCame::Yes),
                back(AfterItBegan, HostCame::Yes),
                back(BeforeItBegan, HostCame::No),
                back(AfterItBegan, HostCame::No),
            ];
            format!("{status}: {}", cases.join(" "))
        })
        .collect();
    let expected = "held: kept kept kept kept
pending: kept kept kept kept
confirmed: kept kept kept kept
completed: kept kept kept kept
no_show: back back kept kept
canceled: back kept back kept
declined: back back back back
expired: back back back back";
    assert_eq!(table.join("\n"), expected);
}

fn any_member() -> impl Strategy<Value = Member> {
    // Few values of each, so that members often are equal.
    (any::<u8>(), 0..3_i32, prop_oneof![Just(1), Just(100), Just(200)], 0..4_i32, prop::option::of(0..3_usize))
        .prop_map(|(id, priority, weight, turns, assigned)| Member {
            user_id: Uuid::from_u128(id.into()),
            priority,
            weight,
            turns: turns.into(),
            last_assigned_at: assigned.map(minute),
        })
}

fn any_team() -> impl Strategy<Value = Vec<Member>> {
    prop::collection::vec(any_member(), 1..12).prop_map(|mut team| {
        team.sort_by_key(|member| member.user_id);
        team.dedup_by_key(|member| member.user_id);
        team
    })
}

proptest! {
    #[test]
    fn the_order_in_which_members_are_given_does_not_matter(
        (team, shuffled) in any_team().prop_flat_map(|team| (Just(team.clone()), Just(team).prop_shuffle()))
    ) {
        prop_assert_eq!(choose(&team), choose(&shuffled));
    }

    #[test]
    fn nobody_who_was_free_had_a_better_claim(team in any_team()) {
        let choice = choose(&team).unwrap();
        let member = *team.iter().find(|one| one.user_id == choice.user_id).unwrap();
        for other in &team {
            let claim = |one: &Member| (-one.priority, one.turns / f64::from(one.weight), one.last_assigned_at, one.user_id);
            prop_assert!(claim(&member) <= claim(other), "{other:?} before {member:?}");
        }
    }

    #[test]
    fn with_equal_weights_shares_never_differ_by_more_than_one_turn(members in 1..20_usize, meetings in 0..200_usize) {
        let mut team = team(&vec![100; members]);
        shares(&mut team, meetings);
        let turns = || team.iter().map(|member| member.turns);
        prop_assert!(turns().fold(0.0, f64::max) - turns().fold(f64::INFINITY, f64::min) <= 1.0);
    }

    #[test]
    fn nobody_is_ever_more_than_one_turn_above_their_share_nor_further_below_than_a_turn_of_each(
        weights in prop::collection::vec(1..=1000_i32, 1..12), meetings in 0..400_usize
    ) {
        let mut team = team(&weights);
        let whole = f64::from(weights.iter().sum::<i32>());
        for meeting in 0..meetings {
            assign(&mut team, minute(meeting), |_| true);
            for member in &team {
                let weight = f64::from(member.weight) / whole;
                let share = (meeting + 1) as f64 * weight;
                prop_assert!(member.turns <= share + 1.0 + 1e-6, "{member:?}: {share}");
                prop_assert!(member.turns >= share - weights.len() as f64 * weight - 1e-6, "{member:?}: {share}");
            }
        }
    }

    #[test]
    fn nobody_starves_whoever_else_is_free(
        weights in prop::collection::vec(1..=10_i32, 2..8),
        absences in prop::collection::vec(any::<u8>(), 400),
    ) {
        let mut team = team(&weights);
        let patient = team[0].user_id;
        let is_free = |absence: u8, one: &Member| {
            one.user_id == patient || absence & (1 << (one.user_id.as_u128() % 8)) == 0
        };
        let mut most = weights.len() as f64;
        let mut waited = 0.0;
        for (meeting, absence) in absences.iter().enumerate() {
            let choice = assign(&mut team, minute(meeting), |one| is_free(*absence, one)).unwrap();
            if choice.user_id != patient {
                waited += 1.0;
                prop_assert!(waited <= most, "waited for {waited} meetings");
                continue;
            }
            // Until their next turn each of the others can catch up with them, and have one turn more.
            let per_weight = team[0].turns / f64::from(team[0].weight);
            let turns_of = |other: &Member| (per_weight * f64::from(other.weight) - other.turns).floor().max(-1.0) + 1.0;
            (waited, most) = (0.0, team[1..].iter().map(turns_of).sum());
        }
    }

    #[test]
    fn a_newcomer_gets_no_two_meetings_more_than_their_share(
        weights in prop::collection::vec(1..=1000_i32, 1..8), before in 0..500_usize, weight in 1..=1000_i32
    ) {
        let mut team = team(&weights);
        shares(&mut team, before);
        team.push(Member { weight, turns: starting_turns(0, weight, &team), ..member(1_000) });
        let whole = f64::from(weights.iter().sum::<i32>() + weight);
        let got = shares(&mut team, 100).get(&1_000).copied().unwrap_or(0) as f64;
        prop_assert!(got < 100.0 * f64::from(weight) / whole + 2.0, "{got} of 100");
    }
}

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn candidate(org_id: i32, lane: &str) -> Candidate {
    Candidate { org_id, lane: lane.to_owned(), key: None }
}

fn key(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

const CAPACITY: Capacity = Capacity { most: 8, lane_share: 6, org_share: 7, per_key: None };

fn chosen_of(candidates: &[Candidate], in_progress: InProgress, capacity: Capacity) -> Vec<(i32, String)> {
    let place = |place: usize| (candidates[place].org_id, candidates[place].lane.clone());
    choose(candidates, in_progress, capacity).into_iter().map(place).collect()
}

#[test]
fn the_oldest_are_taken_first() {
    let candidates = vec![candidate(1, "google"); 5];
    let capacity = Capacity { most: 3, ..CAPACITY };
    assert_eq!(choose(&candidates, InProgress::default(), capacity), [0, 1, 2]);
}

#[test]
fn one_item_of_a_small_tenant_does_not_wait_for_the_many_of_a_large_one() {
    let mut candidates = vec![candidate(1, "google"); 100];
    candidates.push(candidate(2, "google"));
    let capacity = Capacity { most: 2, ..CAPACITY };
    assert_eq!(choose(&candidates, InProgress::default(), capacity), [0, 100]);
}

#[test]
fn a_lane_gets_its_share_and_what_the_worker_has_counts() {
    let mut candidates = vec![candidate(1, "google"); 20];
    assert_eq!(choose(&candidates, InProgress::default(), CAPACITY).len(), 6);

    candidates.extend(vec![candidate(1, "microsoft"); 20]);
    let in_progress = InProgress {
        lanes: HashMap::from([("google".to_owned(), 6)]),
        orgs: HashMap::from([(1, 6)]),
        ..Default::default()
    };
    let capacity = Capacity { most: 2, ..CAPACITY };
    // A lane that hangs leaves room for another of the same tenant.
    assert_eq!(chosen_of(&candidates, in_progress, capacity), [(1, "microsoft".to_owned())]);
}

#[test]
fn a_tenant_gets_its_share_whatever_its_lanes() {
    let mut candidates = vec![candidate(1, "google"); 20];
    candidates.extend(vec![candidate(1, "microsoft"); 20]);
    assert_eq!(choose(&candidates, InProgress::default(), CAPACITY).len(), 7);
    candidates.push(candidate(2, "google"));
    let chosen = chosen_of(&candidates, InProgress::default(), CAPACITY);
    assert!(chosen.len() == 8 && chosen.contains(&(2, "google".to_owned())), "{chosen:?}");
}

#[test]
fn no_more_of_a_key_are_in_progress_than_it_allows() {
    let candidates: Vec<_> =
        (0..6).map(|nth| Candidate { key: Some(key(nth % 2)), ..candidate(1, "google") }).collect();
    let in_progress = InProgress { keys: HashMap::from([(key(0), 2)]), ..Default::default() };
    let capacity = Capacity { per_key: Some(3), ..CAPACITY };
    assert_eq!(choose(&candidates, in_progress, capacity), [0, 1, 3, 5]);
}

proptest! {
    #[test]
    fn whatever_is_due_nobody_gets_more_than_their_share_and_nothing_is_left_that_could_be_taken(
        due in vec((0..4_i32, 0..3_usize, proptest::option::of(0..5_u128)), 0..60),
        held in vec((0..4_i32, 0..3_usize), 0..8),
        most in 0..12_usize,
        lane_share in 1..8_usize,
        org_share in 1..8_usize,
        per_key in proptest::option::of(1..4_usize),
    ) {
        let lanes = ["google", "microsoft", "airtable"];
        let candidates: Vec<_> = due
            .iter()
            .map(|(org_id, lane, number)| Candidate { key: number.map(key), ..candidate(*org_id, lanes[*lane]) })
            .collect();
        let mut in_progress = InProgress::default();
        for (org_id, lane) in held {
            in_progress.add(&candidate(org_id, lanes[lane]));
        }
        let capacity = Capacity { most, lane_share, org_share, per_key };
        let chosen = choose(&candidates, in_progress.clone(), capacity);

        let mut after = in_progress;
        for place in &chosen {
            prop_assert!(after.admits(&candidates[*place], capacity));
            after.add(&candidates[*place]);
        }
        prop_assert!(chosen.len() <= most);
        let mut places = chosen.clone();
        places.sort_unstable();
        places.dedup();
        prop_assert_eq!(places.len(), chosen.len());
        if chosen.len() < most {
            for (place, candidate) in candidates.iter().enumerate() {
                prop_assert!(places.contains(&place) || !after.admits(candidate, capacity));
            }
        }
    }
}

fn now() -> Timestamp {
    "2026-01-05T12:00:00Z".parse().unwrap()
}

fn in_seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn item(attempts: i32) -> Item {
    Item { attempts, asked_again: None }
}

fn retry(patience: Patience, wait: i64) -> Outcome {
    Outcome::Retry { error: Some("503".to_owned()), wait: SignedDuration::from_secs(wait), patience }
}

fn due(seconds: i64, attempts: i32) -> Next {
    Next::Due { at: in_seconds(seconds), attempts, error: Some("503".to_owned()) }
}

#[test]
fn what_is_done_goes_and_what_recurs_is_due_again() {
    assert_eq!(settle(item(3), Outcome::Done, now(), 1.0), Next::Gone);
    let next = settle(item(3), Outcome::Again { due_at: in_seconds(300) }, now(), 1.0);
    assert_eq!(next, Next::Due { at: in_seconds(300), attempts: 0, error: None });
}

#[test]
fn what_fails_is_tried_later_and_later_and_then_given_up() {
    let bounded = |attempts| settle(item(attempts), retry(Patience::Bounded, 0), now(), 1.0);
    assert_eq!(bounded(1), due(2, 1));
    assert_eq!(bounded(5), due(32, 5));
    assert_eq!(bounded(MOST_ATTEMPTS), Next::Failed { attempts: MOST_ATTEMPTS, error: "503".to_owned() });
}

#[test]
fn what_is_never_given_up_is_tried_every_quarter_of_an_hour_in_the_end() {
    let persistent = |attempts| settle(item(attempts), retry(Patience::Persistent, 0), now(), 1.0);
    assert_eq!(persistent(3), due(8, 3));
    assert_eq!(persistent(MOST_ATTEMPTS + 7), due(900, MOST_PERSISTENT_ATTEMPTS));
}

#[test]
fn a_receiver_that_asks_for_a_longer_wait_gets_it() {
    assert_eq!(settle(item(1), retry(Patience::Bounded, 30), now(), 1.0), due(30, 1));
    assert_eq!(settle(item(9), retry(Patience::Bounded, 30), now(), 1.0), due(512, 9));
}

#[test]
fn what_was_asked_for_meanwhile_is_due_when_it_was_asked_for() {
    let asked = Item { attempts: 4, asked_again: Some(in_seconds(5)) };
    let fresh = Next::Due { at: in_seconds(5), attempts: 0, error: None };
    assert_eq!(settle(asked, Outcome::Done, now(), 1.0), fresh);
    assert_eq!(settle(asked, Outcome::Again { due_at: in_seconds(300) }, now(), 1.0), fresh);
    let given_up = settle(asked, Outcome::Failed { error: "503".to_owned() }, now(), 1.0);
    assert_eq!(given_up, due(5, 0));
    // Tries that fail still count, so that whoever keeps asking does not keep us trying without a pause.
    assert_eq!(settle(asked, retry(Patience::Bounded, 0), now(), 1.0), due(5, 4));
    assert_eq!(settle(asked, retry(Patience::Bounded, 30), now(), 1.0), due(30, 4));
    let last = Item { attempts: MOST_ATTEMPTS, ..asked };
    assert_eq!(settle(last, retry(Patience::Bounded, 0), now(), 1.0), due(5, 0));
}

#[test]
fn work_that_ends_its_worker_is_tried_again_after_a_wait_and_given_up_in_the_end() {
    let Next::Due { at, attempts: 1, error: Some(_) } = abandoned(item(1), now(), 0.0) else { panic!() };
    assert_eq!(at, in_seconds(1));
    let Next::Failed { attempts, error } = abandoned(item(MOST_ATTEMPTS), now(), 0.0) else { panic!() };
    assert_eq!(attempts, MOST_ATTEMPTS);
    assert!(error.contains("worker"), "{error}");
}

#[test]
fn what_waits_for_something_and_never_gets_it_is_given_up() {
    let early = Outcome::Retry { error: None, wait: SignedDuration::ZERO, patience: Patience::Bounded };
    assert_eq!(settle(item(2), early.clone(), now(), 1.0), Next::Due { at: in_seconds(4), attempts: 2, error: None });
    assert!(matches!(settle(item(MOST_ATTEMPTS), early, now(), 1.0), Next::Failed { .. }));
}

//! Who gets what.

use std::collections::HashMap;

use futures_util::future::join_all;
use support::World;
use uuid::Uuid;

use super::{Claim, Claimed, up_to};

fn of_lane(claimed: &[Claimed], lane: &str) -> usize {
    claimed.iter().filter(|item| item.lane == lane).count()
}

#[tokio::test]
async fn what_is_due_is_claimed_the_oldest_first_and_what_is_not_is_left() {
    let world = World::new().await;
    let due = world.work("writebacks", 3).await;
    world.work("calendar_syncs", 1).await;
    let ages =
        "UPDATE convene.work_items SET due_at = now() - interval '1 minute' * (3 - array_position($1, subject_id))
        WHERE subject_id = ANY ($1)";
    world.admin.execute(ages, &[&due]).await;
    let later = world.work("writebacks", 1).await;
    let put_off = "UPDATE convene.work_items SET due_at = now() + interval '1 minute' WHERE subject_id = $1";
    world.admin.execute(put_off, &[&later[0]]).await;

    let first: Vec<Uuid> = up_to(2).from(&world.sql).await.iter().map(|item| item.subject).collect();
    let second: Vec<Uuid> = up_to(2).from(&world.sql).await.iter().map(|item| item.subject).collect();

    assert!(first.len() == 2 && first.contains(&due[0]) && first.contains(&due[1]), "{first:?}");
    assert_eq!(second, [due[2]]);
    assert_eq!(up_to(2).from(&world.sql).await, []);
}

#[tokio::test]
async fn workers_that_claim_at_once_never_get_the_same_item() {
    let world = World::new().await;
    world.work("writebacks", 600).await;
    let workers = join_all((0..6).map(|_| world.connect())).await;
    let worker = async |nth: usize| {
        let mut items = Vec::new();
        loop {
            let claimed = up_to(20).from(&workers[nth]).await;
            if claimed.is_empty() {
                break items;
            }
            items.extend(claimed);
        }
    };

    let all = join_all((0..6).map(worker)).await.concat();

    let mut subjects: Vec<Uuid> = all.iter().map(|item| item.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!((all.len(), subjects.len()), (600, 600));
    assert!(all.iter().all(|item| item.attempts == 1));
}

#[tokio::test]
async fn a_flood_of_one_tenant_does_not_keep_another_waiting() {
    let world = World::new().await;
    let small = world.other_organization("small").await;
    world.work("writebacks", 5000).await;
    let theirs = world.work_of("writebacks", 1, small.id, "google").await;

    let claimed = up_to(4).from(&world.sql).await;
    assert!(claimed.iter().any(|item| item.subject == theirs[0]), "{claimed:?}");

    // Nor does the worker have room for the flood only.
    let theirs = world.work_of("writebacks", 2, small.id, "google").await;
    let full = Claim { org_share: Some(6), org_ids: vec![world.org.id; 6], ..up_to(8) };
    let claimed: Vec<Uuid> = full.from(&world.sql).await.iter().map(|item| item.subject).collect();
    assert!(claimed.len() == 2 && theirs.iter().all(|subject| claimed.contains(subject)), "{claimed:?}");
}

#[tokio::test]
async fn a_provider_that_hangs_leaves_room_for_the_others() {
    let world = World::new().await;
    world.work("writebacks", 5000).await;
    world.work_of("writebacks", 10, world.org.id, "microsoft").await;

    let first = Claim { lane_share: Some(6), ..up_to(8) }.from(&world.sql).await;
    assert_eq!((of_lane(&first, "google"), of_lane(&first, "microsoft")), (4, 4), "they take turns");
    let hanging = Claim { lane_share: Some(6), lanes: vec!["google".to_owned(); 6], ..up_to(2) };
    let claimed = hanging.from(&world.sql).await;
    assert_eq!((of_lane(&claimed, "microsoft"), claimed.len()), (2, 2));
}

#[tokio::test]
async fn of_one_mailbox_no_more_are_in_progress_than_its_provider_allows() {
    let world = World::new().await;
    world.work("writebacks", 300).await;
    let (busy, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    world.admin.execute("UPDATE convene.work_items SET concurrency_key = $1", &[&busy]).await;
    let theirs = world.work("writebacks", 1).await;
    let key = "UPDATE convene.work_items SET concurrency_key = $1 WHERE subject_id = $2";
    world.admin.execute(key, &[&other, &theirs[0]]).await;
    let workers = join_all((0..6).map(|_| world.connect())).await;
    let claim = Claim { most_per_key: Some(3), ..up_to(20) };

    let claimed = join_all(workers.iter().map(|worker| claim.from(worker))).await.concat();

    let mut by_mailbox: HashMap<bool, usize> = HashMap::new();
    claimed.iter().for_each(|item| *by_mailbox.entry(item.subject == theirs[0]).or_default() += 1);
    assert_eq!((by_mailbox.get(&false), by_mailbox.get(&true)), (Some(&3), Some(&1)), "{claimed:?}");
    assert_eq!(claim.from(&world.sql).await, []);
}

#[tokio::test]
async fn a_mailbox_that_asked_for_a_pause_is_left_alone() {
    let world = World::new().await;
    let subjects = world.work("writebacks", 2).await;
    let key = "UPDATE convene.work_items SET concurrency_key = subject_id";
    world.admin.run(key).await;
    let claim = Claim { resting_keys: vec![subjects[0]], ..up_to(2) };
    let claimed: Vec<Uuid> = claim.from(&world.sql).await.iter().map(|item| item.subject).collect();
    assert_eq!(claimed, [subjects[1]]);
}

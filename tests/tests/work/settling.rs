//! What becomes of what was claimed.

use support::World;

use super::{Claimed, column, settle, up_to};

async fn claim(world: &World) -> Claimed {
    let mut claimed = up_to(5).from(&world.sql).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0)
}

/// One item, claimed.
async fn claimed(world: &World) -> Claimed {
    world.work("writebacks", 1).await;
    claim(world).await
}

async fn ask_again(world: &World, item: &Claimed) {
    let sql = "SELECT convene.enqueue_work('writebacks', ARRAY[$1::int], ARRAY[$2::uuid], ARRAY['google'],
        ARRAY[NULL::uuid], ARRAY[clock_timestamp()])";
    world.admin.execute(sql, &[&item.org_id, &item.subject]).await;
}

#[tokio::test]
async fn what_is_done_goes() {
    let world = World::new().await;
    let item = claimed(&world).await;
    assert_eq!(settle(&world, &item, "done").await.as_deref(), Some("done"));
    assert_eq!(column(&world, "subject_id").await, None);
}

#[tokio::test]
async fn what_is_asked_for_while_it_is_worked_on_is_done_again() {
    let world = World::new().await;
    let item = claimed(&world).await;
    ask_again(&world, &item).await;
    assert_eq!(up_to(5).from(&world.sql).await, [], "not by two at once");

    assert_eq!(settle(&world, &item, "done").await.as_deref(), Some("due"));

    let again = claim(&world).await;
    assert_eq!((again.subject, again.attempts), (item.subject, 1));
    assert_eq!(settle(&world, &again, "done").await.as_deref(), Some("done"));
    assert_eq!(column(&world, "subject_id").await, None);
}

#[tokio::test]
async fn what_fails_waits_ever_longer_and_is_given_up_until_somebody_asks() {
    let world = World::new().await;
    let mut item = claimed(&world).await;
    for attempt in 1..20 {
        assert_eq!(item.attempts, attempt);
        assert_eq!(settle(&world, &item, "retry").await.as_deref(), Some("due"));
        let wait: f64 = column(&world, "extract(epoch FROM due_at - now())").await.unwrap().parse().unwrap();
        let longest = 2_f64.powi(attempt).min(21600.0);
        assert!(wait > longest * 0.4 && wait <= longest, "{attempt}: {wait}");
        assert_eq!(up_to(5).from(&world.sql).await, []);
        world.let_waits_pass("writebacks").await;
        item = claim(&world).await;
    }

    assert_eq!(settle(&world, &item, "retry").await.as_deref(), Some("failed"));

    world.let_waits_pass("writebacks").await;
    assert_eq!(up_to(5).from(&world.sql).await, []);
    assert_eq!(column(&world, "last_error || ' ' || (failed_at IS NOT NULL)").await.as_deref(), Some("503 true"));
    ask_again(&world, &item).await;
    assert_eq!(claim(&world).await.attempts, 1);
}

#[tokio::test]
async fn what_recurs_is_never_given_up() {
    let world = World::new().await;
    let item = claimed(&world).await;
    world.admin.run("UPDATE convene.work_items SET attempts = 100").await;
    assert_eq!(settle(&world, &item, "persist").await.as_deref(), Some("due"));
    let wait: f64 = column(&world, "extract(epoch FROM due_at - now())").await.unwrap().parse().unwrap();
    assert!((440.0..=900.0).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_claim_that_ran_out_counts_as_a_try_and_after_the_last_one_the_work_is_given_up() {
    let world = World::new().await;
    claimed(&world).await;
    for attempt in 1..20 {
        world.let_leases_run_out().await;
        // It is put back, and due after a wait.
        assert_eq!(up_to(5).from(&world.sql).await, []);
        assert_eq!(column(&world, "attempts").await, Some(attempt.to_string()));
        world.let_waits_pass("writebacks").await;
        assert_eq!(claim(&world).await.attempts, attempt + 1);
    }
    world.let_leases_run_out().await;
    assert_eq!(up_to(5).from(&world.sql).await, []);
    assert!(column(&world, "failed_at").await.is_some());
    assert!(column(&world, "last_error").await.unwrap().contains("worker"));
}

#[tokio::test]
async fn whoever_lost_the_claim_settles_and_extends_nothing() {
    let world = World::new().await;
    let late = claimed(&world).await;
    world.let_leases_run_out().await;
    assert_eq!(up_to(5).from(&world.sql).await, []);
    world.let_waits_pass("writebacks").await;
    let item = claim(&world).await;

    assert_eq!(settle(&world, &late, "done").await, None);

    let extend = "SELECT count(*) FROM convene.extend_work('writebacks', ARRAY[$1::int], ARRAY[$2::uuid],
        ARRAY[$3::uuid], 60)";
    let extended =
        async |item: &Claimed| -> i64 { world.admin.value(extend, &[&item.org_id, &item.subject, &item.lease]).await };
    assert_eq!((extended(&late).await, extended(&item).await), (0, 1));
    assert_eq!(settle(&world, &item, "done").await.as_deref(), Some("done"));
}

#[tokio::test]
async fn what_is_restarted_is_taken_from_whoever_has_it() {
    let world = World::new().await;
    let item = claimed(&world).await;
    let restart = "SELECT convene.restart_work('writebacks', ARRAY[$1::int], ARRAY[$2::uuid], ARRAY['google'],
        ARRAY[NULL::uuid], ARRAY[clock_timestamp()])";
    world.admin.execute(restart, &[&item.org_id, &item.subject]).await;
    assert_eq!(claim(&world).await.attempts, 1);
    assert_eq!(settle(&world, &item, "done").await, None);
}

#[tokio::test]
async fn a_change_has_work_done_sooner_but_cuts_no_wait_after_a_failure_short() {
    let world = World::new().await;
    let item = claimed(&world).await;
    let expedite =
        "SELECT convene.expedite_work('writebacks', ARRAY[$1::int], ARRAY[$2::uuid], ARRAY[clock_timestamp()])";
    let expedited = async || -> i32 { world.admin.value(expedite, &[&item.org_id, &item.subject]).await };
    settle(&world, &item, "retry").await;
    assert_eq!(expedited().await, 0);
    assert_eq!(up_to(5).from(&world.sql).await, []);

    world.admin.run("UPDATE convene.work_items SET attempts = 0, due_at = now() + interval '1 hour'").await;
    assert_eq!(expedited().await, 1);
    claim(&world).await;
}

//! How events become counts that stay.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::json;
use support::{Sql, World};

use super::{record, roll_up, total, view};

#[tokio::test]
async fn a_roll_up_that_is_killed_or_repeated_counts_each_event_once() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    for _ in 0..3 {
        view(&world, talk).await;
    }
    let killed = Sql::connect(&world.database.admin()).await;
    killed.run("BEGIN").await;
    assert_eq!(killed.call_one("roll_up_funnel", json!({})).await.unwrap()["events_count"], 3);
    view(&world, talk).await;
    assert_eq!(roll_up(&world).await, 0, "another run is at it, and nobody waits for it");
    assert_eq!(total(&world, &staff).await, [4, 0, 0]);

    let pid: i32 = killed.value("SELECT pg_backend_pid()", &[]).await;
    world.admin.run(&format!("SELECT pg_terminate_backend({pid}, 10000)")).await;

    assert_eq!(total(&world, &staff).await, [4, 0, 0]);
    assert_eq!((roll_up(&world).await, roll_up(&world).await), (4, 0));
    assert_eq!(total(&world, &staff).await, [4, 0, 0]);
    let counted = "SELECT page_views FROM convene.analytics_funnel_days WHERE event_type_id = $1";
    assert_eq!(world.admin.value::<i64>(counted, &[&talk]).await, 4);
}

#[tokio::test]
async fn counts_are_exact_at_every_moment_while_visitors_come_and_events_are_rolled_up() {
    const VISITORS: usize = 4;
    const VIEWS: i64 = 60;
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let (talk, walk) = (world.event_type(&host, json!({})).await, world.event_type(&host, json!({})).await);
    let connect = async || Sql::connect(&world.database.admin()).await;
    let (is_over, mut visitors, mut rollers) = (AtomicBool::new(false), Vec::new(), Vec::new());
    for _ in 0..VISITORS {
        visitors.push(connect().await);
    }
    for _ in 0..2 {
        rollers.push(connect().await);
    }
    let visiting = async {
        join_all(visitors.iter().map(async |sql| {
            for nth in 0..VIEWS {
                record(sql, if nth % 2 == 0 { talk } else { walk }, "page_view", None).await.unwrap();
            }
        }))
        .await;
        is_over.store(true, Ordering::Relaxed);
    };
    let rolling = join_all(rollers.iter().map(async |sql| {
        while !is_over.load(Ordering::Relaxed) {
            sql.call("roll_up_funnel", json!({})).await.unwrap();
        }
    }));
    let reading = async {
        let mut last = 0;
        while !is_over.load(Ordering::Relaxed) {
            let [views, ..] = total(&world, &staff).await;
            assert!(views >= last, "{views} after {last}");
            last = views;
        }
    };
    tokio::join!(visiting, rolling, reading);

    let all = VIEWS * i64::try_from(VISITORS).unwrap();
    assert_eq!(total(&world, &staff).await, [all, 0, 0]);
    roll_up(&world).await;
    assert_eq!(total(&world, &staff).await, [all, 0, 0]);
    let pending = "SELECT count(*) FROM convene.analytics_funnel_pending";
    assert_eq!(world.admin.value::<i64>(pending, &[]).await, 0);
}

#[tokio::test]
async fn no_visitor_of_a_page_waits_for_another_or_for_the_roll_up() {
    let world = World::new().await;
    let talk = world.event_type(&world.mentor().await, json!({})).await;
    view(&world, talk).await;
    roll_up(&world).await;
    view(&world, talk).await;
    let (slow, rolling) = (Sql::connect(&world.database.admin()).await, Sql::connect(&world.database.admin()).await);
    slow.run("BEGIN").await;
    assert!(record(&slow, talk, "page_view", Some("a-visitor-who-dawdles")).await.unwrap());
    rolling.run("BEGIN; SELECT convene.roll_up_funnel()").await;

    world.admin.run("SET lock_timeout = '50ms'").await;
    assert!(record(&world.admin, talk, "page_view", Some("somebody-in-a-hurry")).await.unwrap());
    // Nor does whoever changes the event type.
    world.admin.run("UPDATE convene.event_types SET title = 'Another talk'").await;

    slow.run("COMMIT").await;
    rolling.run("COMMIT").await;
    assert_eq!(roll_up(&world).await, 2);
}

#[tokio::test]
async fn events_are_deleted_after_90_days_and_their_counts_stay() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    for _ in 0..3 {
        view(&world, talk).await;
    }
    let age = "UPDATE convene.analytics_funnel_events SET occurred_at = now() - $2::text::interval WHERE seq = (SELECT min(seq) + $1::integer FROM convene.analytics_funnel_events)";
    world.admin.execute(age, &[&0, &"90 days 1 minute"]).await;
    world.admin.execute(age, &[&1, &"89 days 23 hours"]).await;

    let purged = world.admin.call_one("purge_funnel_events", json!({})).await.unwrap();

    assert_eq!(purged["purged_count"], 1);
    let left = "SELECT count(*) FROM convene.analytics_funnel_events";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 2);
    assert_eq!(total(&world, &staff).await, [3, 0, 0]);
    roll_up(&world).await;
    assert_eq!(total(&world, &staff).await, [3, 0, 0]);
}

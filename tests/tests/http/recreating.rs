//! The extension is dropped and created again while people use the service.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::json;
use support::{Client, Service, Slot, Sql, User, World, days, minutes};

const CREATE: &str = "CREATE EXTENSION convene SCHEMA convene";

/// Looks at slots, books one and cancels it, until that is over; what was not answered as usual.
async fn use_it(client: &Client, mentor: &User, slot: &Slot, over: &AtomicBool) -> (usize, Vec<String>) {
    let (mut rounds, mut wrong) = (0, Vec::new());
    while !over.load(Ordering::Relaxed) {
        let listed = client.get(&format!("/v1/mentors/{}/slots", mentor.id)).await;
        let booked = client.book(slot, &format!("{rounds}")).await;
        let cancel = format!("/v1/bookings/{}/cancel", booked.body["id"].as_str().unwrap_or("none"));
        let canceled = client.put(&cancel, json!({})).await;
        let right = [(listed, 200), (booked, 201), (canceled, 200)];
        wrong.extend(
            right.iter().filter(|(reply, status)| reply.status != *status).map(|(reply, _)| reply.body.to_string()),
        );
        rounds += 1;
    }
    (rounds, wrong)
}

#[tokio::test]
async fn nobody_notices_that_the_extension_is_replaced() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let service = Service::start(&world.database).await;
    let mentor = world.mentor().await;
    let mut users = Vec::new();
    for nth in 0..4 {
        let client = service.signed_in(&world, &world.mentee().await).await;
        users.push((client, world.slot(&mentor, days(2) + minutes(30 * nth)).await));
    }
    let over = AtomicBool::new(false);
    let replacing = async {
        let admin = Sql::connect(&world.database.admin()).await;
        for _ in 0..8 {
            // As `convene migrate --recreate-extension` does, and as people do by hand.
            admin.run(&format!("BEGIN; DROP EXTENSION convene; {CREATE}; COMMIT")).await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            admin.run("DROP EXTENSION convene").await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            admin.run(CREATE).await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        over.store(true, Ordering::Relaxed);
    };

    let using = join_all(users.iter().map(|(client, slot)| use_it(client, &mentor, slot, &over)));
    let (used, ()) = tokio::join!(using, replacing);

    for (rounds, wrong) in used {
        assert!(rounds > 1, "only {rounds} rounds");
        assert_eq!(wrong, [] as [String; 0]);
    }
    assert!(!service.log().contains("\"fault\""), "{}", service.log());
}

#[tokio::test]
async fn without_the_extension_it_is_not_ready_and_nothing_is_a_fault() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_LOCK_TIMEOUT", "200ms")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (client, slot) = (service.signed_in(&world, &mentee).await, world.slot(&mentor, days(2)).await);
    world.admin.run("DROP EXTENSION convene").await;
    assert_eq!(client.book(&slot, "k").await.outcome(), (503, "NOT_READY"));
    world.admin.run(CREATE).await;
    assert_eq!(client.book(&slot, "k").await.status, 201);
}

//! Somebody's transaction holds a person's row for long.

use std::time::Duration;

use futures_util::future::join_all;
use support::{Client, Reply, Service, Slot, Sql, User, World, days, minutes};

/// A mentor, and many mentees who want a slot of theirs each.
async fn wanted(world: &World, service: &Service, count: i64) -> (User, Vec<(Client, Slot)>) {
    world.without_weekly_limits().await;
    let mentor = world.mentor().await;
    let mut wishes = Vec::new();
    for nth in 0..count {
        let client = service.signed_in(world, &world.mentee().await).await;
        wishes.push((client, world.slot(&mentor, days(2) + minutes(30 * nth)).await));
    }
    (mentor, wishes)
}

async fn book_all(wishes: &[(Client, Slot)]) -> Vec<Reply> {
    join_all(wishes.iter().map(|(client, slot)| client.book(slot, "k"))).await
}

/// Holds a person's row until the connection is told `COMMIT`.
async fn hold(world: &World, user: &User) -> Sql {
    let holder = Sql::connect(&world.database.admin()).await;
    holder.run("BEGIN").await;
    holder.execute("SELECT FROM convene.users WHERE id = $1 FOR UPDATE", &[&user.id]).await;
    holder
}

#[tokio::test]
async fn who_waits_for_one_person_has_a_part_of_the_connections_and_is_told_when_to_come_back() {
    let world = World::new().await;
    let settings = [("CONVENE_POOL_SIZE", "8"), ("CONVENE_LOCK_TIMEOUT", "4s"), ("CONVENE_WORKERS", "false")];
    let service = Service::start_with(&world.database, &settings).await;
    let (mentor, wishes) = wanted(&world, &service, 20).await;
    let somebody = service.signed_in(&world, &world.mentee().await).await;
    let holder = hold(&world, &mentor).await;
    let watching = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'convene_service' AND wait_event_type = 'Lock'";
        let mut most = 0;
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            most = most.max(world.admin.value::<i64>(waiting, &[]).await);
            assert_eq!(somebody.get("/v1/mentors").await.status, 200);
        }
        most
    };

    let (replies, most) = tokio::join!(book_all(&wishes), watching);

    assert_eq!(most, 2, "a quarter of eight");
    for reply in &replies {
        assert_eq!((reply.outcome(), reply.header("retry-after")), ((503, "SERVICE_UNAVAILABLE"), Some("1")));
    }
    holder.run("COMMIT").await;
    assert!(book_all(&wishes).await.iter().all(|reply| reply.status == 201));
}

#[tokio::test]
async fn who_waits_only_for_a_moment_gets_what_they_asked_for() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_POOL_SIZE", "8")]).await;
    let (mentor, wishes) = wanted(&world, &service, 20).await;
    let holder = hold(&world, &mentor).await;
    let releasing = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        holder.run("COMMIT").await;
    };

    let (replies, ()) = tokio::join!(book_all(&wishes), releasing);

    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [201; 20]);
}

//! A database that takes no writes: a standby, or a primary whose administrator lets nobody write.

use reqwest::Method;
use serde_json::json;
use support::calendars::until;
use support::cluster::Cluster;
use support::service::open_session;
use support::surroundings::url_of;
use support::{Client, Service, Slot, TestDatabase, User, World, days};

/// What can be read is read, and the rest is for later.
async fn reads_and_does_not_write(service: &Service, client: &Client, mentor: &User, slot: &Slot) {
    let not_ready = client.get("/readyz").await;
    assert_eq!((not_ready.outcome(), client.get("/healthz").await.status), ((503, "SERVICE_UNAVAILABLE"), 200));
    let slots = format!("/v1/mentors/{}/slots", mentor.id);
    for path in ["/v1/users/me", "/v1/mentors", "/v1/bookings", "/v1/tags", "/v1/users/me/export", &slots] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    }
    let booked = client.book(slot, "k").await;
    let changed = client.send(Method::PATCH, "/v1/users/me", Some(json!({ "title": "Founder" }))).await;
    let erased = client.send(Method::DELETE, "/v1/users/me", None).await;
    for reply in [booked, changed, erased] {
        assert_eq!((reply.outcome(), reply.header("retry-after")), ((503, "SERVICE_UNAVAILABLE"), Some("1")));
    }
    assert!(!service.log().contains("\"fault\""), "{}", service.log());
}

/// A session that would be extended, of a user whose activity would be noted.
async fn open_old_session(world: &World, user: &User) -> String {
    let token = open_session(world, user).await;
    world.admin.run("UPDATE convene.sessions SET extended_at = now() - interval '2 days'").await;
    world.admin.run("UPDATE convene.users SET last_activity_at = now() - interval '2 days'").await;
    token
}

#[tokio::test]
async fn a_standby_answers_reads_and_is_not_ready() {
    let primary = Cluster::start_new().await;
    let world = World::in_database(TestDatabase::on(&primary).await).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (slot, token) = (world.slot(&mentor, days(2)).await, open_old_session(&world, &mentee).await);
    let standby = primary.start_standby().await;
    let mut role = world.database.role("convene_service");
    role = {
        let mut there = standby.admin();
        there.user(role.get_user().unwrap()).password(role.get_password().unwrap());
        there
    };
    let service = Service::start_with(&world.database, &[("CONVENE_DATABASE_URL", &url_of(&role))]).await;

    reads_and_does_not_write(&service, &service.with_token(Some(&token)), &mentor, &slot).await;
}

#[tokio::test]
async fn a_primary_that_is_read_only_answers_reads_until_it_takes_writes_again() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (slot, token) = (world.slot(&mentor, days(2)).await, open_old_session(&world, &mentee).await);
    let lets_write = async |word: &str| {
        let role = format!("convene_service IN DATABASE {}", world.database.name);
        world.admin.run(&format!("ALTER ROLE {role} SET default_transaction_read_only = {word}")).await;
        let cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'convene_service' AND application_name = 'convene'";
        world.admin.run(cut).await;
    };
    lets_write("on").await;
    let service = Service::start(&world.database).await;
    let client = service.with_token(Some(&token));

    reads_and_does_not_write(&service, &client, &mentor, &slot).await;

    lets_write("off").await;
    assert_eq!(client.book(&slot, "k").await.status, 201);
    // It is remembered for a second that it was not ready.
    until(async || client.get("/readyz").await.status == 200).await;
}

#[tokio::test]
async fn a_limit_holds_where_nothing_can_be_counted_for_all_instances() {
    let world = World::new().await;
    let (mentee, role) = (world.mentee().await, format!("convene_service IN DATABASE {}", world.database.name));
    let token = open_session(&world, &mentee).await;
    world.admin.run(&format!("ALTER ROLE {role} SET default_transaction_read_only = on")).await;
    let service = Service::start_with(&world.database, &[("CONVENE_RATE_LIMIT_API", "12/1m")]).await;
    let client = service.with_token(Some(&token));
    // Two in ten seconds.
    for status in [200, 200, 429] {
        assert_eq!(client.get("/v1/users/me").await.status, status);
    }
}

//! The service behind PgBouncer in transaction mode.

use serde_json::json;
use support::pooler::Pooler;
use support::{Service, World, days};

async fn behind(pooler: &Pooler, world: &World, settings: &[(&str, &str)]) -> Service {
    let url = pooler.url();
    let settings = [&[("CONVENE_DATABASE_URL", url.as_str()), ("CONVENE_POOLER", "transaction")], settings].concat();
    Service::start_with(&world.database, &settings).await
}

#[tokio::test]
async fn two_instances_that_share_sessions_each_get_what_they_asked_for() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let pooler = Pooler::start(&world.database, 2).await;
    let (one, other) = tokio::join!(behind(&pooler, &world, &[]), behind(&pooler, &world, &[]));
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.slot(&mentor, days(3)).await;
    let (one, other) = (one.signed_in(&world, &mentee).await, other.signed_in(&world, &mentor).await);
    let slots = format!("/v1/mentors/{}/slots", mentor.id);
    // Each asks in another order: the statement with a number is not the same in both.
    let (forth, back) = (
        ["/v1/users/me", "/v1/mentors", &slots, "/v1/bookings", "/v1/tags", "/readyz"],
        ["/readyz", "/v1/bookings", "/v1/tags", "/v1/users/me", &slots, "/v1/mentors"],
    );
    for _ in 0..10 {
        for (mine, theirs) in forth.iter().zip(back) {
            let (mine, theirs) = (one.get(mine), other.get(theirs));
            let (mine, theirs) = tokio::join!(mine, theirs);
            assert_eq!((mine.status, theirs.status), (200, 200), "{} {}", mine.body, theirs.body);
        }
        let (me, you) = tokio::join!(one.get("/v1/users/me"), other.get("/v1/users/me"));
        assert_eq!((&me.body["id"], &you.body["id"]), (&json!(mentee.id), &json!(mentor.id)));
    }

    let slot = world.slot(&mentor, days(4)).await;
    let booked = one.book(&slot, "once").await;
    assert_eq!((booked.status, &booked.body["mentor_id"]), (201, &json!(mentor.id)));
    assert_eq!(one.book(&slot, "once").await.body["id"], booked.body["id"]);
    assert_eq!(one.book(&slot, "twice").await.outcome(), (409, "SLOT_ALREADY_BOOKED"));
    let changed = other.send(reqwest::Method::PATCH, "/v1/users/me", Some(json!({ "title": "Founder" }))).await;
    assert_eq!((changed.status, &changed.body["title"]), (200, &json!("Founder")));
}

#[tokio::test]
async fn limits_hold_for_each_call_and_stay_in_no_session() {
    let world = World::new().await;
    let pooler = Pooler::start(&world.database, 2).await;
    let service = behind(&pooler, &world, &[("CONVENE_LOCK_TIMEOUT", "300ms")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (client, slot) = (service.signed_in(&world, &mentee).await, world.slot(&mentor, days(2)).await);
    world.admin.run("BEGIN").await;
    world.admin.execute("SELECT FROM convene.users WHERE id = $1 FOR UPDATE", &[&mentor.id]).await;

    assert_eq!(client.book(&slot, "1").await.outcome(), (503, "SERVICE_UNAVAILABLE"));

    world.admin.run("ROLLBACK").await;
    assert_eq!(client.book(&slot, "1").await.status, 201);
    let (another, driver) = tokio_postgres::connect(&pooler.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(driver);
    let left =
        another.simple_query("SELECT current_setting('lock_timeout'), count(*) FROM pg_prepared_statements").await;
    let tokio_postgres::SimpleQueryMessage::Row(row) = &left.unwrap()[1] else { panic!("no row") };
    assert_eq!((row.get(0), row.get(1)), (Some("0"), Some("0")));
}

#[tokio::test]
async fn what_is_owed_is_done_though_nobody_wakes_the_workers() {
    let world = World::new().await;
    let pooler = Pooler::start(&world.database, 2).await;
    let _service = behind(&pooler, &world, &[]).await;
    world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    let told = "SELECT count(*) FROM convene.notification_log";
    for _ in 0..100 {
        if world.admin.value::<i64>(told, &[]).await == 2 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("nobody is told of the booking");
}

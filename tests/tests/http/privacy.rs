//! What the log may know.

use serde_json::json;
use support::{Service, World, days, service::open_session};

#[tokio::test]
async fn the_log_has_neither_tokens_nor_addresses_nor_what_people_write() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_LOG", "debug")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let token = open_session(&world, &mentee).await;
    let client = service.with_token(Some(&token));
    let slot = world.slot(&mentor, days(2)).await;
    let booked = client.book(&slot, "a-key-of-mine").await;
    let path = format!("/v1/bookings/{}/cancel", booked.body["id"].as_str().unwrap());
    client.put(&path, json!({ "notes": "My grandmother is ill" })).await;
    client.get(&format!("/v1/bookings?email={}", mentor.email)).await;
    client.post("/v1/exceptions", json!({ "mentor_id": mentor.id, "reason": 7 })).await;
    service.with_token(Some("cvs_wrong-token")).get("/v1/users/me").await;
    client.get("/v1/users/somebody@example.org/reputation").await;

    let log = service.log();

    assert!(log.contains("/v1/bookings/{id}/cancel") && log.contains(&mentee.id.to_string()), "{log}");
    for secret in [
        token.as_str(),
        "cvs_wrong-token",
        "a-key-of-mine",
        support::world::GOAL,
        "grandmother",
        &mentee.email,
        &mentor.email,
        "somebody@example.org",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    }
}

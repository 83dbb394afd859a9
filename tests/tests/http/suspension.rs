//! Admins suspend people, with a reason and perhaps an end, and whoever is suspended is told.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Reply, Service, User, World, days};

const REASON: &str = "Missed three meetings";

async fn change(admin: &Client, user: &User, changes: Value) -> Reply {
    admin.send(Method::PATCH, &format!("/v1/admin/users/{}", user.id), Some(changes)).await
}

fn until(days_ahead: i64) -> String {
    (jiff::Timestamp::now() + days(days_ahead)).to_string()
}

/// The end of everybody's suspension passes, and no job runs.
async fn let_end(world: &World) {
    world.admin.run("UPDATE convene.users SET suspended_until = now() - interval '1 second' WHERE NOT is_active").await;
}

#[tokio::test]
async fn whoever_is_suspended_is_told_why_and_until_when_whatever_they_call_with() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let mentee = world.mentee().await;
    let session = service.signed_in(&world, &mentee).await;
    let key = session.post("/v1/api-keys", json!({ "name": "script", "scopes": ["users:read"] })).await.body;
    let by_key = service.with_token(key["key"].as_str());
    assert_eq!(by_key.get("/v1/users/me").await.status, 200, "{key}");
    let end = until(7);
    let suspension = json!({ "is_active": false, "suspension_reason": REASON, "suspended_until": end });

    let changed = change(&admin, &mentee, suspension).await;

    assert_eq!((changed.status, &changed.body["is_active"]), (200, &json!(false)), "{}", changed.body);
    assert_eq!(changed.body["suspension_reason"], REASON);
    for client in [&session, &by_key] {
        let reply = client.get("/v1/users/me").await;
        let details = &reply.body["error"]["details"];
        assert_eq!((reply.outcome(), &details["reason"]), ((403, "USER_INACTIVE"), &json!(REASON)), "{}", reply.body);
        let told: jiff::Timestamp = details["until"].as_str().unwrap().parse().unwrap();
        let wanted: jiff::Timestamp = end.parse().unwrap();
        assert_eq!(told.as_microsecond(), wanted.as_microsecond());
    }
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let refused = world.book(&mentee, &slot).await.unwrap_err();
    assert_eq!((refused.code.as_str(), &refused.details["reason"]), ("USER_INACTIVE", &json!(REASON)));

    let_end(&world).await;
    for client in [&session, &by_key] {
        assert_eq!(client.get("/v1/users/me").await.status, 200);
    }
    world.book(&mentee, &slot).await.unwrap();
}

#[tokio::test]
async fn a_link_tells_whoever_is_suspended_and_is_not_used_up() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mentee = world.mentee().await;
    let suspend = "UPDATE convene.users SET is_active = false, suspension_reason = $2 WHERE id = $1";
    world.admin.execute(suspend, &[&mentee.id, &REASON]).await;
    let queue = "SELECT convene.request_magic_link($1, NULL, sha256('token'), '7', '\\xff')";
    world.admin.execute(queue, &[&mentee.email]).await;
    world.admin.run("SELECT convene.answer_link_requests()").await;
    let verify = async || service.anonymous().post("/v1/auth/verify", json!({ "token": "token" })).await;

    let told = verify().await;
    assert_eq!(told.outcome(), (403, "USER_INACTIVE"), "{}", told.body);
    assert_eq!(
        told.body["error"]["details"],
        json!({
            "user_id": mentee.id, "reason": REASON, "hint": told.body["error"]["details"]["hint"]
        })
    );

    let_end(&world).await;
    assert_eq!(verify().await.status, 200);
}

#[tokio::test]
async fn a_suspended_mentor_is_nowhere_to_be_found_until_the_end_comes() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let slot = world.slot(&mentor, days(2)).await;
    let client = service.signed_in(&world, &mentee).await;
    let shown = async || {
        let mut found = Vec::new();
        for list in ["/v1/mentors", "/v1/mentors/recommended"] {
            found.push(client.get(list).await.body["data"].as_array().unwrap().len());
        }
        found.push(usize::from(client.get(&format!("/v1/mentors/{}", mentor.id)).await.status == 200));
        found.push(usize::from(client.get(&format!("/v1/users/{}", mentor.id)).await.status == 200));
        let slots = client.get(&format!("/v1/mentors/{}/slots", mentor.id)).await;
        found.push(slots.body["data"].as_array().map_or(0, Vec::len));
        let active = admin.get("/v1/coordinator/users?role=mentor&active=true").await;
        found.push(active.body["data"].as_array().unwrap().len());
        found
    };
    assert_eq!(shown().await, [1; 6]);

    let suspension = json!({ "is_active": false, "suspension_reason": REASON, "suspended_until": until(1) });
    assert_eq!(change(&admin, &mentor, suspension).await.status, 200);

    assert_eq!(shown().await, [0; 6]);
    assert_eq!(world.book(&mentee, &slot).await.unwrap_err().code, "MENTOR_NOT_AVAILABLE");
    let_end(&world).await;
    assert_eq!(shown().await, [1; 6]);
    world.book(&mentee, &slot).await.unwrap();
}

#[tokio::test]
async fn staff_see_why_somebody_is_suspended_and_nobody_else_does() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    world.booking(&mentee, &mentor, days(2)).await;
    change(&admin, &mentee, json!({ "is_active": false, "suspension_reason": REASON })).await;
    let path = format!("/v1/users/{}", mentee.id);

    let seen = service.signed_in(&world, &world.coordinator().await).await.get(&path).await.body;
    assert_eq!((&seen["suspension_reason"], &seen["suspended_until"]), (&json!(REASON), &Value::Null));
    let seen = service.signed_in(&world, &mentor).await.get(&path).await.body;
    assert_eq!((&seen["is_active"], &seen["suspension_reason"]), (&json!(false), &Value::Null));
    let listed = admin.get("/v1/coordinator/users?active=false").await.body;
    assert_eq!(listed["data"][0]["suspension_reason"], REASON);

    let lifted = change(&admin, &mentee, json!({ "is_active": true })).await.body;
    assert_eq!((&lifted["is_active"], &lifted["suspension_reason"]), (&json!(true), &Value::Null));
    let log = admin.get("/v1/admin/audit-log?action=change_user").await.body;
    let details: Vec<&Value> = log["data"].as_array().unwrap().iter().map(|entry| &entry["details"]).collect();
    assert_eq!(
        details,
        [
            &json!({ "is_active": [false, true], "suspension_reason": [REASON, null] }),
            &json!({ "is_active": [true, false], "suspension_reason": [null, REASON] }),
        ]
    );
}

#[tokio::test]
async fn every_wrong_field_of_a_suspension_is_named() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let mentee = world.mentee().await;
    let reply = change(&admin, &mentee, json!({ "role": "boss", "is_active": false, "suspended_until": "soon" })).await;
    let fields = reply.body["error"]["details"]["fields"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["role", "suspended_until"], "{}", reply.body);
    for (changes, field) in [
        (json!({ "is_active": false }), "suspension_reason"),
        (json!({ "is_active": false, "suspension_reason": REASON, "suspended_until": until(-1) }), "suspended_until"),
        (json!({ "suspension_reason": REASON }), "suspension_reason"),
    ] {
        let reply = change(&admin, &mentee, changes.clone()).await;
        let named = &reply.body["error"]["details"]["field"];
        assert_eq!((reply.outcome(), named), ((400, "VALIDATION_ERROR"), &json!(field)), "{changes}");
    }
}

#[tokio::test]
async fn why_somebody_was_suspended_goes_when_they_are_erased() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let mentee = world.mentee().await;
    change(&admin, &mentee, json!({ "is_active": false, "suspension_reason": REASON })).await;

    let erased = admin.send(Method::DELETE, &format!("/v1/users/{}", mentee.id), None).await;

    assert!(erased.status < 300, "{}", erased.body);
    let log = admin.get("/v1/admin/audit-log").await.body.to_string();
    assert!(log.contains("change_user") && !log.contains(REASON), "{log}");
    let kept = world.admin.json("SELECT suspension_reason FROM convene.users WHERE id = $1", &[&mentee.id]).await;
    assert_eq!(kept["suspension_reason"], Value::Null);
}

#[tokio::test]
async fn a_suspended_admin_is_not_the_one_who_must_remain() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (one, other) = (world.user("admin").await, world.user("admin").await);
    let client = service.signed_in(&world, &one).await;
    let suspension = json!({ "is_active": false, "suspension_reason": REASON, "suspended_until": until(1) });
    assert_eq!(change(&client, &other, suspension).await.status, 200);
    assert_eq!(change(&client, &one, json!({ "role": "mentee" })).await.outcome(), (409, "LAST_ADMIN"));
    let_end(&world).await;
    assert_eq!(change(&client, &one, json!({ "role": "mentee" })).await.status, 200);
}

//! Keys with which programs act for a user, within scopes.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Service, World, days};

async fn key(client: &Client, scopes: &[&str]) -> (Value, String) {
    let made = client.post("/v1/api-keys", json!({ "name": "a wall", "scopes": scopes })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (made.body["id"].clone(), made.body["key"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_key_acts_for_its_user_within_its_scopes() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let session = service.signed_in(&world, &mentee).await;
    let (_, key) = key(&session, &["bookings:read", "mentors:read"]).await;
    let program = service.with_token(Some(&key));
    let slot = world.slot(&mentor, days(2)).await;

    assert_eq!(program.get(&format!("/v1/mentors/{}/slots", mentor.id)).await.status, 200);
    let refused = program.book(&slot, "k").await;
    assert_eq!(refused.outcome(), (403, "INSUFFICIENT_SCOPE"));
    assert_eq!(refused.body["error"]["details"]["required_scope"], "bookings:write");
    assert_eq!(session.book(&slot, "k").await.status, 201);
    assert_eq!(program.get("/v1/bookings").await.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(program.get("/v1/users/me").await.outcome(), (403, "INSUFFICIENT_SCOPE"));
}

#[tokio::test]
async fn a_key_is_never_more_than_its_users_role() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let session = service.signed_in(&world, &world.mentee().await).await;
    let (_, key) = key(&session, &["coordinator:read", "availability:write", "users:read"]).await;
    let program = service.with_token(Some(&key));
    assert_eq!(program.get("/v1/coordinator/jobs").await.outcome(), (403, "FORBIDDEN"));
    let me = program.get("/v1/auth/me").await.body;
    assert_eq!(
        (&me["via"], &me["scopes"]),
        (&json!("api_key"), &json!(["availability:write", "coordinator:read", "users:read"]))
    );
}

#[tokio::test]
async fn no_key_makes_keys_ends_sessions_or_connects_calendars() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let session = service.signed_in(&world, &world.user("admin").await).await;
    let all = "availability,bookings,calendars,coordinator,exceptions,mentors,slots,tags,tiers,users";
    let scopes: Vec<String> = all.split(',').flat_map(|tag| [format!("{tag}:read"), format!("{tag}:write")]).collect();
    let (_, key) = key(&session, &scopes.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let program = service.with_token(Some(&key));
    for (method, path) in [
        (Method::GET, "/v1/api-keys"),
        (Method::POST, "/v1/auth/sign-out-everywhere"),
        (Method::GET, "/v1/auth/sessions"),
        (Method::POST, "/v1/calendar/google/connect/start"),
        (Method::POST, "/v1/calendar/google/connect/complete"),
        (Method::DELETE, "/v1/calendar/connections/01900000-0000-7000-8000-000000000001"),
    ] {
        let reply = program.send(method, path, None).await;
        assert_eq!(
            (reply.outcome(), &reply.body["error"]["details"]["required_scope"]),
            ((403, "INSUFFICIENT_SCOPE"), &Value::Null),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_key_reaches_calendars_within_its_scopes() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let session = service.signed_in(&world, &world.mentor().await).await;
    let (_, key) = key(&session, &["calendars:read"]).await;
    let program = service.with_token(Some(&key));
    assert_eq!(program.get("/v1/calendar/connections").await.body["data"], json!([]));
    assert_eq!(program.get("/v1/calendar/writebacks").await.body["data"], json!([]));
    let sync = format!("/v1/calendar/connections/{}/sync", uuid::Uuid::new_v4());
    let reply = program.post(&sync, json!(null)).await;
    assert_eq!(
        (reply.outcome(), &reply.body["error"]["details"]["required_scope"]),
        ((403, "INSUFFICIENT_SCOPE"), &json!("calendars:write"))
    );
}

#[tokio::test]
async fn a_key_ends_when_it_is_revoked_or_expires_and_is_shown_by_its_beginning() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let session = service.signed_in(&world, &world.mentee().await).await;
    let stranger = service.signed_in(&world, &world.mentee().await).await;
    let (id, one) = key(&session, &["users:read"]).await;
    let (_, two) = key(&session, &["users:read"]).await;
    let (program, other) = (service.with_token(Some(&one)), service.with_token(Some(&two)));
    assert_eq!(program.get("/v1/users/me").await.status, 200);

    let listed = session.get("/v1/api-keys").await.body;
    let shown = listed["data"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
    assert_eq!(shown["prefix"], one[..12]);
    assert!(shown["last_used_at"].is_string() && !listed.to_string().contains(&one), "{listed}");
    assert_eq!(stranger.get("/v1/api-keys").await.body["data"], json!([]));

    let path = format!("/v1/api-keys/{}", id.as_str().unwrap());
    assert_eq!(stranger.send(Method::DELETE, &path, None).await.outcome(), (404, "API_KEY_NOT_FOUND"));
    assert_eq!(session.send(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(program.get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"));
    assert_eq!(session.send(Method::DELETE, &path, None).await.outcome(), (404, "API_KEY_NOT_FOUND"));

    assert_eq!(other.get("/v1/users/me").await.status, 200);
    world.admin.run("UPDATE convene.api_keys SET expires_at = now() - interval '1 second'").await;
    assert_eq!(other.get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"));
    let dump: String = world.admin.value("SELECT string_agg(k::text, '') FROM convene.api_keys k", &[]).await;
    assert!(!dump.contains(&two));
}

#[tokio::test]
async fn keys_of_the_wrong_form_are_refused() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let session = service.signed_in(&world, &world.mentee().await).await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!(" ")),
        ("name", json!("x".repeat(101))),
        ("scopes", json!([])),
        ("scopes", json!(["bookings:erase"])),
        ("scopes", json!(["*"])),
        ("expires_at", json!("2020-01-01T00:00:00Z")),
        ("expires_at", json!("tomorrow")),
    ] {
        let mut wanted = json!({ "name": "a wall", "scopes": ["users:read"] });
        wanted[field] = value.clone();
        let reply = session.post("/v1/api-keys", wanted).await;
        assert_eq!(
            (reply.outcome(), &reply.body["error"]["details"]["field"]),
            ((400, "VALIDATION_ERROR"), &json!(field)),
            "{value}"
        );
    }
}

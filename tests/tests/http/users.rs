//! Users and their own data.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, World, days};

#[tokio::test]
async fn a_user_changes_their_profile() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let patch = async |body: Value| client.send(Method::PATCH, "/v1/users/me", Some(body)).await;

    let changed = patch(json!({ "name": "Lena", "company": "Beetgold", "time_zone": "Europe/Berlin" })).await;

    assert_eq!((changed.status, &changed.body["name"]), (200, &json!("Lena")), "{}", changed.body);
    let cleared = patch(json!({ "company": null })).await.body;
    assert_eq!((&cleared["company"], &cleared["time_zone"]), (&Value::Null, &json!("Europe/Berlin")));
    let me = client.get("/v1/users/me").await.body;
    assert_eq!((&me["name"], &me["company"]), (&json!("Lena"), &Value::Null));
    for (body, code, field) in [
        (json!({ "role": "admin" }), "VALIDATION_ERROR", json!("role")),
        (json!({ "name": null }), "VALIDATION_ERROR", json!("name")),
        (json!({ "title": "x".repeat(201) }), "VALIDATION_ERROR", json!("title")),
        (json!({ "bio": ["x"] }), "VALIDATION_ERROR", json!("bio")),
        (json!({ "time_zone": "Mars/Olympus" }), "INVALID_TIME_ZONE", Value::Null),
    ] {
        let reply = patch(body).await;
        assert_eq!((reply.outcome(), &reply.body["error"]["details"]["field"]), ((400, code), &field));
    }
}

#[tokio::test]
async fn a_user_replaces_their_addresses() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentor().await).await;
    let site = json!({ "label": "Site", "url": "https://example.org" });

    let set = client.put("/v1/users/me/urls", json!({ "urls": [site] })).await;

    let shown = json!([{ "position": 1, "label": "Site", "url": "https://example.org" }]);
    assert_eq!((set.status, &set.body["data"]), (200, &shown));
    assert_eq!(client.get("/v1/users/me/urls").await.body["data"], shown);
    let bad = json!({ "urls": [site, { "label": "Site", "url": "ftp://example.org" }] });
    let refused = client.put("/v1/users/me/urls", bad).await;
    assert_eq!(
        (refused.outcome(), &refused.body["error"]["details"]["field"]),
        ((400, "VALIDATION_ERROR"), &json!("urls[1].url"))
    );
    assert_eq!(client.get("/v1/users/me/urls").await.body["data"], shown);
}

#[tokio::test]
async fn a_user_takes_their_data_along_and_leaves() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_SESSION_CACHE", "60s")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let booking = world.booking(&mentee, &mentor, days(2)).await;

    let export = client.get("/v1/users/me/export").await;
    let erased = client.send(Method::DELETE, "/v1/users/me", None).await;

    assert_eq!((export.status, &export.body["profile"]["email"]), (200, &json!(mentee.email)));
    assert_eq!(export.body["bookings"][0]["id"], json!(booking.id()));
    assert_eq!(
        (erased.status, &erased.body),
        (200, &json!({ "bookings_canceled": 1, "slots_removed": 0, "is_complete": true }))
    );
    assert_eq!(client.get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"));
}

#[tokio::test]
async fn an_admin_erases_others_and_no_api_key_does() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, admin) = (world.mentee().await, world.user("admin").await);
    let of_admin = service.signed_in(&world, &admin).await;
    let of_mentee = service.signed_in(&world, &mentee).await;
    let path = format!("/v1/users/{}", mentee.id);
    let of_coordinator = service.signed_in(&world, &world.coordinator().await).await;
    assert_eq!(of_coordinator.send(Method::DELETE, &path, None).await.outcome(), (403, "FORBIDDEN"));
    let key = of_admin.post("/v1/api-keys", json!({ "name": "All", "scopes": ["users:read", "users:write"] })).await;
    let of_key = service.with_token(key.body["key"].as_str());
    assert_eq!(of_key.get("/v1/users/me").await.status, 200, "{}", key.body);
    assert_eq!(of_key.send(Method::DELETE, &path, None).await.outcome(), (403, "INSUFFICIENT_SCOPE"));
    assert_eq!(of_key.get("/v1/users/me/export").await.outcome(), (403, "INSUFFICIENT_SCOPE"));

    assert_eq!(of_admin.send(Method::DELETE, &path, None).await.status, 200);

    assert_eq!(of_mentee.get("/v1/users/me").await.outcome(), (401, "UNAUTHORIZED"));
    assert_eq!(of_admin.send(Method::DELETE, &path, None).await.status, 200);
    let nobody = format!("/v1/users/{}", uuid::Uuid::new_v4());
    assert_eq!(of_admin.send(Method::DELETE, &nobody, None).await.outcome(), (404, "USER_NOT_FOUND"));
}

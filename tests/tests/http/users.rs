//! Users and their own data.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, World};

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

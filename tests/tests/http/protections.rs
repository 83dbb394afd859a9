//! What protects the service's users from their browsers, and everybody from needless work.

use reqwest::Method;
use serde_json::json;
use support::{Client, Reply, Service, World};

async fn read(client: &Client, path: &str, tag: &str) -> Reply {
    Reply::of(client.request(Method::GET, path).header("If-None-Match", tag)).await
}

#[tokio::test]
async fn who_has_the_answer_already_is_told_only_that() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    let first = client.get("/v1/users/me").await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(
        (first.header("cache-control"), first.header("vary")),
        (Some("private, no-cache"), Some("authorization"))
    );

    let again = read(&client, "/v1/users/me", &tag).await;

    assert_eq!((again.status, again.header("etag"), &again.body), (304, Some(tag.as_str()), &json!(null)));
    assert_eq!(read(&client, "/v1/users/me", &format!("\"x\", {}", tag.trim_start_matches("W/"))).await.status, 304);
    assert_eq!(read(&client, "/v1/users/me", "W/\"x\"").await.body, first.body);
    client.send(Method::PATCH, "/v1/users/me", Some(json!({ "title": "Founder" }))).await;
    let changed = read(&client, "/v1/users/me", &tag).await;
    assert_eq!((changed.status, &changed.body["title"]), (200, &json!("Founder")));
    // What is asked for is checked first; a tag opens nothing.
    assert_eq!(read(&service.anonymous(), "/v1/users/me", &tag).await.status, 401);
    assert_eq!(read(&client, "/v1/bookings/none", "*").await.status, 400);
}

#[tokio::test]
async fn what_changes_something_is_kept_nowhere() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let changed = client.send(Method::PATCH, "/v1/users/me", Some(json!({ "title": "Founder" }))).await;
    assert_eq!(
        (changed.status, changed.header("cache-control"), changed.header("etag")),
        (200, Some("no-store"), None)
    );
    let refused = service.anonymous().get("/v1/users/me").await;
    assert_eq!((refused.status, refused.header("cache-control")), (401, Some("no-store")));
}

#[tokio::test]
async fn every_answer_tells_browsers_what_it_is_not_for() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    for path in ["/v1/users/me", "/healthz", "/openapi.json", "/docs/", "/nowhere"] {
        let reply = service.anonymous().get(path).await;
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(policy.starts_with("default-src 'none'"), path != "/docs/", "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
    }
}

/// Headers that a page may send.
const HEADERS: &str =
    "authorization,content-type,if-none-match,idempotency-key,x-captcha-token,x-request-id,x-requested-with";

/// What a browser asks before a page of that origin may send a booking.
async fn preflight(service: &Service, origin: &str) -> Reply {
    let request = service.anonymous().request(Method::OPTIONS, "/v1/bookings");
    Reply::of(
        request
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", HEADERS),
    )
    .await
}

#[tokio::test]
async fn only_pages_of_the_configured_origins_may_ask() {
    let world = World::new().await;
    let origins = [("CONVENE_CORS_ORIGINS", "https://app.test,http://localhost:5173")];
    let service = Service::start_with(&world.database, &origins).await;
    for origin in ["https://app.test", "http://localhost:5173"] {
        let reply = preflight(&service, origin).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
        let allowed: Vec<&str> = reply.header("access-control-allow-headers").unwrap().split(',').collect();
        for header in HEADERS.split(',') {
            assert!(allowed.contains(&header), "{header} of {allowed:?}");
        }
        assert_eq!(
            (reply.header("access-control-max-age"), reply.header("access-control-allow-credentials")),
            (Some("86400"), None)
        );
    }
    for origin in ["https://evil.test", "https://app.test.evil.test", "null"] {
        assert_eq!(preflight(&service, origin).await.header("access-control-allow-origin"), None, "{origin}");
    }
    // The answer itself, also an error, and also one that gave up.
    let request = service.anonymous().request(Method::GET, "/v1/users/me").header("Origin", "https://app.test");
    let reply = Reply::of(request).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (401, Some("https://app.test")));
    for readable in ["x-ratelimit-remaining", "idempotent-replayed", "x-request-id", "etag", "location", "retry-after"]
    {
        let exposed = reply.header("access-control-expose-headers").unwrap();
        assert!(exposed.split(',').any(|header| header == readable), "{readable} of {exposed}");
    }
    assert!(reply.header("vary").unwrap().to_lowercase().contains("authorization"));

    let closed = Service::start(&world.database).await;
    assert_eq!(preflight(&closed, "https://app.test").await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_can_read_that() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let ask = async |encoding: &str| {
        let request = service.anonymous().request(Method::GET, "/openapi.json").header("Accept-Encoding", encoding);
        request.send().await.unwrap()
    };
    let (plain, packed) = (ask("identity").await, ask("gzip").await);
    assert_eq!(
        (plain.headers().get("content-encoding"), packed.headers()["content-encoding"].as_bytes()),
        (None, &b"gzip"[..])
    );
    let (plain, packed) = (plain.bytes().await.unwrap().len(), packed.bytes().await.unwrap().len());
    assert!(packed * 4 < plain, "{packed} of {plain} bytes");
}

#[tokio::test]
async fn the_documentation_is_compressed_once_and_not_for_everybody_who_fetches_it() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let fetch = async || {
        let request = service.anonymous().request(Method::GET, "/docs/swagger-ui-bundle.js");
        let response = request.header("Accept-Encoding", "gzip").send().await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        response.bytes().await.unwrap()
    };
    let first = fetch().await;
    let began = std::time::Instant::now();
    for _ in 0..50 {
        assert_eq!(fetch().await, first);
    }
    // Compressing it takes longer than that each time.
    assert!(began.elapsed() < std::time::Duration::from_millis(1500), "{:?}", began.elapsed());
    assert_eq!(service.anonymous().get("/docs/").await.status, 200);
    assert_eq!(service.anonymous().get("/docs/nothing").await.outcome(), (404, "NOT_FOUND"));
}

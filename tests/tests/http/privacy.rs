//! What the log may know.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Reply, Service, World, days, service::open_session};

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
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    }
}

/// What people might put anywhere.
const MARKS: [&str; 5] =
    ["marked-path", "marked-query%40example.org", "marked-query@example.org", "marked-body", "cvs_marked-token"];

/// Asks for every operation of the document, with marks in path, query, body and headers.
async fn mark_everything(client: &Client, document: &Value) -> usize {
    let mut count = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.split('/').map(|part| if part.starts_with('{') { "marked-path" } else { part });
        let path = format!("{}?email=marked-query%40example.org", path.collect::<Vec<_>>().join("/"));
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = client.request(method, &path).header("Idempotency-Key", "marked-body");
            Reply::of(request.json(&json!({ "email": "marked-body", "marked-body": "marked-body" }))).await;
            count += 1;
        }
    }
    count
}

#[tokio::test]
async fn a_busy_run_over_every_route_leaves_no_mark_in_log_metrics_or_pages() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_LOG", "debug")]).await;
    let admin = world.user("admin").await;
    let token = open_session(&world, &admin).await;
    let document = service.anonymous().get("/openapi.json").await.body;
    let mut requests = 0;
    for token in [&*token, "cvs_marked-token"] {
        requests += mark_everything(&service.with_token(Some(token)), &document).await;
    }
    service.anonymous().get("/marked-path/marked-query@example.org").await;

    let log = service.log();
    let mut told = vec![("log", log.clone())];
    for path in ["/metrics", "/zpages", "/zpages/requests", "/zpages/jobs", "/zpages/config"] {
        told.push((path, service.operator().get(path).await.body.as_str().unwrap().to_owned()));
    }

    for (place, text) in &told {
        for mark in MARKS.iter().copied().chain([&*token, &admin.email]) {
            assert!(!text.contains(mark), "{mark} is in {place}:\n{text}");
        }
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let requested: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert!(requests > 100 && requested.len() >= requests, "{} lines of {requests} requests", requested.len());
    for line in &requested {
        let well = line["request_id"].is_string() && line["route"].is_string() && line["method"].is_string();
        assert!(well && line["status"].is_u64() && line["duration_ms"].is_number(), "{line}");
    }
    assert!(requested.iter().any(|line| line["principal"] == json!(admin.id)), "nobody's name is on a line");
}

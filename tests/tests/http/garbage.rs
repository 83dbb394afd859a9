//! Requests that no client should send: refused, and nothing is changed.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Dice, Reply, Service, World, days};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Every table but those that note when somebody was last seen.
pub async fn state(world: &World) -> Vec<(String, String)> {
    let all = world.snapshot().await;
    all.into_iter().filter(|(table, _)| !table.ends_with(".sessions") && !table.ends_with(".users")).collect()
}

fn booking(client: &Client, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    client
        .request(Method::POST, "/v1/bookings")
        .header("Idempotency-Key", "garbage")
        .header("Content-Type", "application/json")
        .body(body)
}

#[tokio::test]
async fn bodies_that_are_no_booking_are_refused_and_change_nothing() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let slot = world.slot(&world.mentor().await, days(2)).await.id;
    let before = state(&world).await;
    let goal = |goal: Value| json!({ "time_slot_id": slot, "meeting_goal": goal }).to_string().into_bytes();
    let deep = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
    for (what, body, outcome) in [
        ("nothing", vec![], (400, "INVALID_JSON")),
        ("invalid UTF-8", b"{\"time_slot_id\": \"\xff\xfe\"}".to_vec(), (400, "INVALID_JSON")),
        ("half an object", b"{\"time_slot_id\":".to_vec(), (400, "INVALID_JSON")),
        ("two objects", b"{}{}".to_vec(), (400, "INVALID_JSON")),
        ("a list", b"[]".to_vec(), (400, "VALIDATION_ERROR")),
        ("null", b"null".to_vec(), (400, "VALIDATION_ERROR")),
        ("very deep", deep, (413, "PAYLOAD_TOO_LARGE")),
        ("ten megabytes", vec![b' '; 10 << 20], (413, "PAYLOAD_TOO_LARGE")),
        ("no slot", json!({ "meeting_goal": "What to do next" }).to_string().into_bytes(), (400, "VALIDATION_ERROR")),
        (
            "a slot by number",
            json!({ "time_slot_id": 7, "meeting_goal": "What" }).to_string().into_bytes(),
            (400, "VALIDATION_ERROR"),
        ),
        ("no goal", goal(Value::Null), (400, "VALIDATION_ERROR")),
        ("a short goal", goal(json!("short")), (400, "VALIDATION_ERROR")),
        ("a goal of blanks", goal(json!(" ".repeat(50))), (400, "VALIDATION_ERROR")),
        ("a long goal", goal(json!("x".repeat(2001))), (400, "VALIDATION_ERROR")),
        ("NUL in the goal", goal(json!("Where do we go \u{0} from here?")), (400, "VALIDATION_ERROR")),
        (
            "duplicate fields",
            format!(r#"{{"time_slot_id":"{slot}","time_slot_id":"{slot}","meeting_goal":"Where now?"}}"#).into_bytes(),
            (400, "VALIDATION_ERROR"),
        ),
        (
            "an unknown slot",
            json!({ "time_slot_id": uuid::Uuid::new_v4(), "meeting_goal": "Where do we go?" }).to_string().into_bytes(),
            (404, "SLOT_NOT_FOUND"),
        ),
    ] {
        let reply = Reply::of(booking(&client, body)).await;
        assert_eq!(reply.outcome(), outcome, "{what}: {}", reply.body);
    }
    for url in ["ftp://host/file", "javascript:alert(1)", "not a url", "", "http://"] {
        let body = json!({ "time_slot_id": slot, "meeting_goal": "Where do we go?", "materials_urls": [url] });
        assert_eq!(Reply::of(booking(&client, body.to_string())).await.outcome(), (400, "VALIDATION_ERROR"), "{url}");
    }
    let form = client.request(Method::POST, "/v1/bookings").header("Idempotency-Key", "f").body("time_slot_id=1");
    assert_eq!(Reply::of(form).await.outcome(), (415, "UNSUPPORTED_MEDIA_TYPE"));
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn paths_and_queries_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let mentor = world.mentor().await.id;
    let slots = format!("/v1/mentors/{mentor}/slots");
    for (path, outcome) in [
        ("/v1/bookings/7".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings/%FF%FE".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings/%00".to_owned(), (400, "VALIDATION_ERROR")),
        (format!("/v1/bookings/{}", uuid::Uuid::nil()), (404, "BOOKING_NOT_FOUND")),
        ("/v1/bookings?limit=0".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?limit=201".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?limit=-1".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?limit=9999999999999999999".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?limit=ten".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?from=yesterday".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?from=2027-02-30T00:00:00Z".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?from=2027-01-01T00:00:00".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?cursor=AAAA".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?status=".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?email=%00".to_owned(), (400, "VALIDATION_ERROR")),
        ("/v1/bookings?sort=asc".to_owned(), (400, "VALIDATION_ERROR")),
        (format!("{slots}?from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z"), (400, "VALIDATION_ERROR")),
        (format!("{slots}?limit=1&limit=2"), (400, "VALIDATION_ERROR")),
        ("/v1/nothing".to_owned(), (404, "NOT_FOUND")),
        ("/".to_owned(), (404, "NOT_FOUND")),
    ] {
        let reply = client.get(&path).await;
        assert_eq!(reply.outcome(), outcome, "{path}: {}", reply.body);
    }
    assert_eq!(client.send(Method::DELETE, "/v1/bookings", None).await.outcome(), (405, "METHOD_NOT_ALLOWED"));
}

/// What a careless or malicious client might put for any value.
fn junk(dice: &mut Dice) -> Value {
    match dice.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(i64::MAX),
        4 => json!(1.5e308),
        5 => json!(""),
        6 => json!("\u{0}"),
        7 => json!("x".repeat(3000)),
        8 => json!("'; DROP TABLE convene.bookings; --"),
        9 => json!(uuid::Uuid::nil()),
        10 => json!("9999-12-31"),
        11 => json!(["a", null, 7]),
        12 => json!({ "a": { "b": [] } }),
        _ => json!("\u{202e}אבג\u{1f600}"),
    }
}

/// A body with the fields that the schema names, each junk or left out.
fn junk_body(dice: &mut Dice, schema: &Value) -> Value {
    let mut body = serde_json::Map::new();
    for field in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        if !dice.once_in(5) {
            body.insert(field.clone(), junk(dice));
        }
    }
    if dice.once_in(10) { junk(dice) } else { Value::Object(body) }
}

#[tokio::test]
async fn junk_for_every_operation_of_the_document_is_answered_as_documented() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let staff = world.user("admin").await;
    let mut clients = vec![service.signed_in(&world, &staff).await];
    clients.push(service.signed_in(&world, &world.mentor().await).await);
    clients.push(service.signed_in(&world, &world.mentee().await).await);
    let document = service.anonymous().get("/openapi.json").await.body;
    let before = state(&world).await;
    let mut dice = Dice::new(7);
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.starts_with("/v1/auth/sign-out") {
            // Takes nothing that could be junk, and would end the sessions this needs.
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            if path.starts_with("/v1/me/availability/") || path == "/v1/teams" {
                // What is junk elsewhere is a name or an empty list here, and makes a team or a first schedule.
                continue;
            }
            if (method.as_str(), path.as_str()) == ("delete", "/v1/users/me") {
                // The same, and would end the user.
                continue;
            }
            let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let schema = schema.map(|name| &document["components"]["schemas"][name.rsplit('/').next().unwrap()]);
            for _ in 0..25 {
                let id = dice.pick(&["7", "%27", "00000000-0000-0000-0000-000000000000", "2027-13-01", "%F0%9F%98%80"]);
                let mut url = path.replace("{id}", id).replace("{day}", id).replace("{name}", id);
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    if parameter["in"] == "query" && dice.once_in(2) {
                        let value =
                            dice.pick(&["", "-1", "x", "%00", "infinity", "99999999999", "2027-01-01T00:00:00Z"]);
                        url += if url.contains('?') { "&" } else { "?" };
                        url += &format!("{}={value}", parameter["name"].as_str().unwrap());
                    }
                }
                let client = &clients[dice.below(3)];
                let mut request =
                    client.request(method.to_uppercase().parse().unwrap(), &url).header("Idempotency-Key", "junk");
                if let Some(schema) = schema {
                    request = request.json(&junk_body(&mut dice, schema));
                }
                let reply = Reply::of(request).await;
                sent += 1;
                let what = format!("{method} {url}: {} {}", reply.status, reply.body);
                assert!(reply.status < 500, "{what}");
                assert!(operation["responses"].get(reply.status.to_string()).is_some(), "undocumented: {what}");
                assert!(reply.status < 400 || !reply.code().is_empty(), "{what}");
            }
        }
    }
    assert!(sent > 800, "only {sent}");
    assert_eq!(state(&world).await, before);
}

/// Sends bytes and returns what comes back until the service closes, or is silent.
async fn raw(service: &Service, bytes: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(&service.address).await.unwrap();
    // The service may close before all is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(Ok(read @ 1..)) =
        tokio::time::timeout(std::time::Duration::from_millis(500), stream.read(&mut buffer)).await
    {
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_not_http_harms_nobody() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0xff; 100_000],
    ] {
        let answer = raw(&service, bytes).await;
        assert!(!answer.contains(" 500 ") && !answer.contains("panic"), "{answer}");
        assert_eq!(service.anonymous().get("/healthz").await.status, 200);
    }
}

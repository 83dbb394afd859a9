//! How much one sender may ask for.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::metrics::Metrics;
use support::{Client, Reply, Service, World, days};

const ME: &str = "/v1/users/me";

/// A service with one limit that matters here.
async fn limited(world: &World, limit: &str, rate: &str) -> Service {
    Service::start_with(&world.database, &[(&format!("CONVENE_RATE_LIMIT_{limit}"), rate)]).await
}

async fn statuses(client: &Client, requests: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..requests {
        statuses.push(client.get(ME).await.status);
    }
    statuses
}

async fn try_from(service: &Service, address: &str) -> Reply {
    let request = service.anonymous().request(Method::POST, "/v1/auth/verify").header("X-Forwarded-For", address);
    Reply::of(request.json(&json!({ "token": "cvl_nobodys" }))).await
}

/// What books for everybody.
const BOOKING_PAGES: [&str; 4] = ["/{slug}/bookings", "/holds", "/finalize", "/{token}/reschedule"];

#[tokio::test]
async fn every_route_counts_against_its_limit_and_says_so() {
    let world = World::new().await;
    let rates = [("API", "1001/1m"), ("AUTH", "1002/1m"), ("PUBLIC", "1003/1m"), ("BOOKING", "1004/1m")]
        .map(|(limit, rate)| (format!("CONVENE_RATE_LIMIT_{limit}"), rate));
    let rates: Vec<(&str, &str)> = rates.iter().map(|(name, rate)| (name.as_str(), *rate)).collect();
    let service = Service::start_with(&world.database, &rates).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let document = service.anonymous().get("/openapi.json").await.body;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let expected = match (operation["x-roles"].is_array(), method.as_str(), path.as_str()) {
                (_, _, health) if !health.starts_with("/v1/") => None,
                (true, "post", "/v1/bookings" | "/v1/event-types/{id}/bookings") => Some("1004"),
                (true, "patch", "/v1/bookings/{id}") => Some("1004"),
                (
                    true,
                    _,
                    "/v1/bookings/{id}/reschedule" | "/v1/bookings/{id}/reassign" | "/v1/bookings/{id}/reassign-host",
                ) => Some("1004"),
                (true, ..) => Some("1001"),
                (false, _, sign_in) if sign_in.starts_with("/v1/auth/") => Some("1002"),
                (false, "post", public) if BOOKING_PAGES.iter().any(|page| public.ends_with(page)) => Some("1004"),
                (false, ..) => Some("1003"),
            };
            // Somebody else does what ends one's own session or account.
            let client = if path.starts_with("/v1/auth/") || path.ends_with("/me") {
                service.signed_in(&world, &world.mentee().await).await
            } else {
                admin.clone()
            };
            let url = path.replace("{id}", &uuid::Uuid::new_v4().to_string()).replace("{day}", "2027-01-01");
            let body = (!operation["requestBody"].is_null()).then(|| json!({}));
            let reply = client.send(method.to_uppercase().parse().unwrap(), &url, body).await;
            assert_eq!(reply.header("x-ratelimit-limit"), expected, "{method} {path}: {}", reply.body);
            let names = operation["responses"].as_object().unwrap();
            assert_eq!(names.contains_key("429"), expected.is_some(), "{method} {path} documents 429");
        }
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait_and_may_then_go_on() {
    let world = World::new().await;
    let service = limited(&world, "API", "4/2s").await;
    let mentee = service.signed_in(&world, &world.mentee().await).await;

    let first = mentee.get(ME).await;
    assert_eq!((first.status, first.header("x-ratelimit-remaining")), (200, Some("3")));
    let reset: jiff::Timestamp = first.header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert!(reset.duration_since(jiff::Timestamp::now()).as_secs_f64().abs() < 3.0, "{reset}");
    assert_eq!(statuses(&mentee, 3).await, [200, 200, 200]);
    let refused = mentee.get(ME).await;

    assert_eq!(refused.outcome(), (429, "RATE_LIMIT_EXCEEDED"));
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.body["error"]["details"]["retry_after_seconds"], 1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(mentee.get(ME).await.status, 200);
}

#[tokio::test]
async fn a_request_over_the_limit_changes_nothing() {
    let world = World::new().await;
    let service = limited(&world, "BOOKING", "1/1h").await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;
    assert_eq!(client.book(&slot, "1").await.status, 201);

    let refused = client.book(&world.slot(&mentor, days(3)).await, "2").await;

    assert_eq!(refused.outcome(), (429, "RATE_LIMIT_EXCEEDED"));
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.bookings", &[]).await, 1);
    // Reading is another limit.
    assert_eq!(client.get("/v1/bookings").await.status, 200);
}

#[tokio::test]
async fn a_hundred_at_once_through_two_instances_get_exactly_the_limit() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let services = [limited(&world, "API", "40/1h").await, limited(&world, "API", "40/1h").await];
    let mut asking = tokio::task::JoinSet::new();
    for nth in 0..100 {
        let client = services[nth % 2].signed_in(&world, &mentee).await;
        asking.spawn(async move { client.get(ME).await.status });
    }
    let statuses = asking.join_all().await;
    let served = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!((served, refused), (40, 60));
}

#[tokio::test]
async fn everybody_has_a_limit_of_their_own() {
    let world = World::new().await;
    let service = limited(&world, "API", "2/1h").await;
    let one = service.signed_in(&world, &world.mentee().await).await;
    let other = service.signed_in(&world, &world.mentee().await).await;
    assert_eq!(statuses(&one, 3).await, [200, 200, 429]);
    assert_eq!(statuses(&other, 3).await, [200, 200, 429]);
}

#[tokio::test]
async fn an_organizations_users_share_a_limit_that_is_its_own() {
    let world = World::new().await;
    let service = Service::start_with(
        &world.database,
        &[("CONVENE_RATE_LIMIT_ORGANIZATION", "4/1h"), ("CONVENE_RATE_LIMIT_API", "3/1h")],
    )
    .await;
    let one = service.signed_in(&world, &world.mentee().await).await;
    let other = service.signed_in(&world, &world.mentor().await).await;
    let abroad = world.user_in(&world.other_organization("abroad").await, "mentee").await;
    assert_eq!(statuses(&one, 5).await, [200, 200, 200, 429, 429], "their own limit");
    assert_eq!(statuses(&other, 2).await, [200, 429], "what one asked for in vain did not count");
    assert_eq!(statuses(&service.signed_in(&world, &abroad).await, 2).await, [200, 200]);
}

#[tokio::test]
async fn strangers_are_counted_by_address_and_only_trusted_proxies_name_another() {
    let world = World::new().await;
    let direct = limited(&world, "AUTH", "2/1h").await;
    let behind = Service::start_with(
        &world.database,
        &[("CONVENE_RATE_LIMIT_AUTH", "2/1h"), ("CONVENE_TRUSTED_PROXIES", "127.0.0.1")],
    )
    .await;
    for (address, status) in [("192.0.2.1", 401), ("192.0.2.2", 401), ("192.0.2.3", 429)] {
        assert_eq!(try_from(&direct, address).await.status, status, "{address}, of whom nobody knows anything");
    }
    for (address, status) in [("192.0.2.1", 401), ("192.0.2.1", 401), ("192.0.2.1", 429), ("192.0.2.2", 401)] {
        assert_eq!(try_from(&behind, address).await.status, status, "{address}");
    }
}

#[tokio::test]
async fn who_guesses_tokens_does_not_guess_for_long() {
    let world = World::new().await;
    let service = limited(&world, "PUBLIC", "3/1h").await;
    let guess = async |nth: u32| service.with_token(Some(&format!("cvs_guess{nth}"))).get(ME).await.status;
    let known = service.signed_in(&world, &world.mentee().await).await;
    let newcomer = service.signed_in(&world, &world.mentee().await).await;
    assert_eq!(known.get(ME).await.status, 200);
    assert_eq!([guess(1).await, guess(2).await, guess(3).await, guess(4).await], [401, 401, 401, 429]);
    let looked_up = sessions_looked_up(&service).await;

    // A token that was good lately is somebody else's, at the same address. One that nobody knows waits, unread.
    assert_eq!([known.get(ME).await.status, newcomer.get(ME).await.status, guess(5).await], [200, 429, 429]);

    assert_eq!(sessions_looked_up(&service).await, looked_up + 1.0);
}

async fn sessions_looked_up(service: &Service) -> f64 {
    let text = service.operator().get("/metrics").await.body;
    let calls = Metrics::read(text.as_str().unwrap());
    let function = [("db_stored_procedure_name", "authenticate_session")];
    calls.get("db_client_operation_duration_seconds_count", &function).unwrap_or(0.0)
}

#[tokio::test]
async fn tokens_that_are_good_cost_their_address_nothing() {
    let world = World::new().await;
    let service = limited(&world, "PUBLIC", "2/1h").await;
    for _ in 0..5 {
        let somebody = service.signed_in(&world, &world.mentee().await).await;
        assert_eq!(statuses(&somebody, 2).await, [200, 200]);
    }
}

#[tokio::test]
async fn trusted_keys_have_no_limit() {
    let world = World::new().await;
    let plain = limited(&world, "API", "2/1h").await;
    let key = async |name: &str| {
        let client = plain.signed_in(&world, &world.mentee().await).await;
        let made = client.post("/v1/api-keys", json!({ "name": name, "scopes": ["users:read"] })).await.body;
        (made["prefix"].as_str().unwrap().to_owned(), made["key"].as_str().unwrap().to_owned())
    };
    let ((prefix, trusted), (_, other)) = (key("trusted").await, key("other").await);
    let settings = [("CONVENE_RATE_LIMIT_API", "2/1h"), ("CONVENE_UNLIMITED_KEYS", prefix.as_str())];
    let service = Service::start_with(&world.database, &settings).await;

    assert_eq!(statuses(&service.with_token(Some(&trusted)), 9).await, [200; 9]);
    assert_eq!(statuses(&service.with_token(Some(&other)), 3).await, [200, 429, 429], "one token went for the key");
    // Knowing how a trusted key begins is not having it.
    assert_eq!(service.with_token(Some(&format!("{prefix}nonsense"))).get(ME).await.status, 401);
}

async fn take(world: &World, capacity: i32, wanted: i32) -> Value {
    let arguments = json!({ "p_key": format!("\\x{}", "ab".repeat(32)), "p_capacity": capacity,
        "p_window": "100 seconds", "p_wanted": wanted });
    world.sql.call_one("take_tokens", arguments).await.unwrap()
}

/// As if the last token had been taken so long ago.
async fn let_pass(world: &World, seconds: i32) {
    let sql = "UPDATE convene.rate_limit_buckets SET taken_at = taken_at - $1 * interval '1 second'";
    world.admin.execute(sql, &[&f64::from(seconds)]).await;
}

#[tokio::test]
async fn a_bucket_fills_evenly_and_never_overflows() {
    let world = World::new().await;
    let counts = |row: &Value| (row["granted"].as_i64().unwrap(), row["left_over"].as_i64().unwrap());

    assert_eq!(counts(&take(&world, 10, 3).await), (3, 7));
    assert_eq!(counts(&take(&world, 10, 99).await), (7, 0));
    let empty = take(&world, 10, 1).await;
    assert_eq!(counts(&empty), (0, 0));
    assert!((9.0..=10.0).contains(&empty["next_in"].as_f64().unwrap()), "{empty}");
    let_pass(&world, 35).await;
    assert_eq!(counts(&take(&world, 10, 1).await), (1, 2));
    let_pass(&world, 100_000).await;
    assert_eq!(counts(&take(&world, 10, 1).await), (1, 9));
    // A clock that goes back takes nothing away.
    let_pass(&world, -50).await;
    assert_eq!(counts(&take(&world, 10, 1).await), (1, 8));
    // A smaller bucket holds less at once.
    assert_eq!(counts(&take(&world, 5, 1).await), (1, 4));
    let_pass(&world, 3601).await;
    world.admin.run("CALL convene.run_job('purge_rate_limits')").await;
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.rate_limit_buckets", &[]).await, 0);
}

//! What tokens and keys do not do.

use reqwest::Method;
use serde_json::{Value, json};
use support::Reply;
use support::public::{Public, Tokens, booking, in_hours};

fn path(token: &str, act: &str) -> String {
    format!("/v1/public/bookings/{token}{act}")
}

/// Every act that a token is good for: method, path after the token, and body.
fn acts() -> [(&'static str, Method, &'static str, Option<Value>); 6] {
    [
        ("view", Method::GET, "", None),
        ("cancel", Method::POST, "/cancel", Some(json!({}))),
        ("reschedule", Method::POST, "/reschedule", Some(json!({ "start_time": in_hours(80) }))),
        ("reschedule", Method::GET, "/slots", None),
        ("erase", Method::GET, "/data", None),
        ("erase", Method::DELETE, "/data", None),
    ]
}

async fn act(public: &Public, token: &str, method: Method, what: &str, body: Option<Value>) -> Reply {
    let request = public.service.anonymous().request(method, &path(token, what)).header("Idempotency-Key", "k");
    Reply::of(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn a_token_is_good_for_its_one_purpose_and_nothing_else() {
    let public = Public::without_workers(json!({})).await;
    let (_, tokens) = public.booked(in_hours(30)).await;
    let before = public.world.snapshot().await;
    let Tokens { view, cancel, reschedule, erase } = tokens;
    let all = [("view", view), ("cancel", cancel), ("reschedule", reschedule), ("erase", erase)];
    let hold = public.keyed(&format!("{}/holds", public.path), "h", json!({ "start_time": in_hours(60) })).await;
    let finalize = ("finalize", hold.body["token"].as_str().unwrap().to_owned());
    let guessed = ("nothing", "cvt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let held = public.world.snapshot().await;
    assert_ne!(held, before);
    for (purpose, token) in all.iter().chain([&finalize, &guessed]) {
        for (wanted, method, what, body) in acts() {
            if *purpose == wanted {
                continue;
            }
            let reply = act(&public, token, method.clone(), what, body).await;
            assert_eq!(reply.outcome(), (404, "ACTION_TOKEN_INVALID"), "{purpose} for {method} {what}");
        }
    }
    assert_eq!(public.world.snapshot().await, held, "none of it did anything");
}

#[tokio::test]
async fn a_holds_token_makes_a_booking_of_its_own_hold_only() {
    let public = Public::new(json!({})).await;
    let hold = async |hours: i64, key: &str| {
        let body = json!({ "start_time": in_hours(hours) });
        public.keyed(&format!("{}/holds", public.path), key, body).await.body
    };
    let (mine, yours) = (hold(30, "mine").await, hold(40, "yours").await);
    let path = format!("{}/holds/{}/finalize", public.path, yours["booking"]["id"].as_str().unwrap());
    let body = json!({ "token": mine["token"], "guest": { "name": "Eve", "email": "eve@example.org" } });
    assert_eq!(public.keyed(&path, "k", body).await.outcome(), (404, "ACTION_TOKEN_INVALID"));
}

#[tokio::test]
async fn looking_changes_nothing() {
    let public = Public::without_workers(json!({})).await;
    let (_, tokens) = public.booked(in_hours(30)).await;
    let before = public.world.snapshot().await;
    for path in [
        public.path.clone(),
        format!("{}/slots", public.path),
        path(&tokens.view, ""),
        path(&tokens.reschedule, "/slots"),
        path(&tokens.erase, "/data"),
    ] {
        assert_eq!(public.get(&path).await.status, 200, "{path}");
    }
    for (token, what) in [(&tokens.cancel, "/cancel"), (&tokens.reschedule, "/reschedule")] {
        assert_eq!(public.get(&path(token, what)).await.status, 405, "{what}");
    }
    assert_eq!(public.world.snapshot().await, before);
}

#[tokio::test]
async fn neither_a_key_nor_a_session_of_another_organization_reaches_a_guests_booking() {
    let public = Public::new(json!({})).await;
    let (id, _) = public.booked(in_hours(30)).await;
    let elsewhere = public.world.other_organization("elsewhere").await;
    let admin = public.world.user_in(&elsewhere, "admin").await;
    let foreign = public.service.signed_in(&public.world, &admin).await;
    let outsider = public.service.signed_in(&public.world, &public.world.mentor().await).await;
    for client in [&foreign, &outsider] {
        assert_eq!(client.get(&format!("/v1/bookings/{id}")).await.outcome(), (404, "BOOKING_NOT_FOUND"));
        let request = client.request(Method::PATCH, &format!("/v1/bookings/{id}")).header("Idempotency-Key", "k");
        let moved = Reply::of(request.json(&json!({ "start_time": in_hours(50) }))).await;
        assert_eq!(moved.outcome(), (404, "BOOKING_NOT_FOUND"));
        let request = client.request(Method::PATCH, &format!("/v1/bookings/{id}")).header("Idempotency-Key", "k");
        let changed = Reply::of(request.json(&json!({ "inquiry": "Mine" }))).await;
        assert_eq!(changed.outcome(), (404, "BOOKING_NOT_FOUND"));
        let found = client.get("/v1/bookings?email=ada@example.org").await;
        assert_eq!(found.body["data"], json!([]));
        let cancel = client.put(&format!("/v1/bookings/{id}/cancel"), json!({})).await;
        assert_eq!(cancel.outcome(), (404, "BOOKING_NOT_FOUND"));
    }
    let path = format!("/v1/event-types/{}/bookings", public.event_type);
    let book = async |client: &support::Client| {
        let request = client.request(Method::POST, &path).header("Idempotency-Key", "k");
        Reply::of(request.json(&booking(in_hours(50), "ada@example.org"))).await
    };
    assert_eq!(book(&foreign).await.outcome(), (404, "EVENT_TYPE_NOT_FOUND"));
    assert_eq!(book(&outsider).await.outcome(), (403, "NOT_AUTHORIZED"), "a colleague who does not host it");
    let export = foreign.post("/v1/admin/guests/export", json!({ "email": "ada@example.org" })).await;
    assert_eq!((export.status, &export.body["data"]), (200, &json!([])), "{}", export.body);
    let export = foreign.post("/v1/admin/guests/export", json!({ "booking_id": id })).await;
    assert_eq!(export.outcome(), (404, "BOOKING_NOT_FOUND"));
    let erase = foreign.post("/v1/admin/guests/erase", json!({ "email": "ada@example.org" })).await;
    assert_eq!((erase.status, &erase.body["erased"]), (200, &json!(0)));
    let erase = foreign.post("/v1/admin/guests/erase", json!({ "booking_id": id })).await;
    assert_eq!(erase.outcome(), (404, "BOOKING_NOT_FOUND"));
}

#[tokio::test]
async fn guessing_and_booking_are_limited_for_each_address() {
    let limits = [("CONVENE_RATE_LIMIT_PUBLIC", "5/1m"), ("CONVENE_RATE_LIMIT_BOOKING", "2/1m")];
    let public = Public::with_settings(json!({}), &limits).await;
    let mut outcomes = Vec::new();
    for nth in 0..6 {
        outcomes.push(public.get(&path(&format!("cvt_guess{nth}"), "")).await.status);
    }
    assert_eq!(outcomes, [404, 404, 404, 404, 404, 429]);
    let mut outcomes = Vec::new();
    for nth in 0..3 {
        outcomes.push(public.book(in_hours(30 + nth), "ada@example.org", &format!("key {nth}")).await.status);
    }
    assert_eq!(outcomes, [201, 201, 429]);
}

#[tokio::test]
async fn neither_the_log_nor_the_database_has_what_a_guest_says() {
    let public = Public::with_settings(json!({}), &[("CONVENE_LOG", "debug")]).await;
    let (id, tokens) = public.booked(in_hours(30)).await;
    public.get(&path(&tokens.view, "")).await;
    public.get(&path(&tokens.erase, "/data")).await;
    public.get(&path("cvt_guessed", "")).await;
    let staff = public.service.signed_in(&public.world, &public.world.coordinator().await).await;
    staff.post("/v1/admin/guests/export", json!({ "email": "ada@example.org" })).await;
    staff.get(&format!("/v1/bookings/{id}")).await;
    let Tokens { view, cancel, reschedule, erase } = &tokens;
    let secrets = [
        "Lovelace",
        "ada@example.org",
        "+43 1 234 567",
        "How do we begin?",
        "cvt_guessed",
        view,
        cancel,
        reschedule,
        erase,
    ];
    let log = public.service.log();
    assert!(log.contains("/v1/public/bookings/{token}"), "{log}");
    let rows = "SELECT string_agg(row::text, ' ') FROM (
            SELECT to_jsonb(g)::text AS row FROM convene.booking_guests g
            UNION ALL SELECT to_jsonb(t)::text FROM convene.booking_action_tokens t
            UNION ALL SELECT to_jsonb(p)::text FROM convene.booking_participants p
            UNION ALL SELECT to_jsonb(e)::text FROM convene.booking_events e
            UNION ALL SELECT to_jsonb(i)::text FROM convene.idempotency_requests i
        ) AS everything";
    let stored: String = public.world.admin.value(rows, &[]).await;
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        assert!(!stored.contains(secret), "{secret} is in the database");
    }
}

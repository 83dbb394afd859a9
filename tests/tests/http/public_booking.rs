//! Booking by everybody, without an account.

use reqwest::Method;
use serde_json::{Value, json};
use support::captcha::{Provider, SECRET};
use support::public::{Public, Tokens, booking, in_hours};
use support::{Reply, User};

#[tokio::test]
async fn a_guest_finds_a_host_their_event_types_and_a_time_and_books_it() {
    let public =
        Public::new(json!({ "title": "First talk", "description": "Half an hour", "durations": [30, 60] })).await;
    let owner = public.path.rsplit_once('/').unwrap().0;

    let host = public.get(owner).await;
    assert_eq!((host.status, &host.body["data"][0]["title"]), (200, &json!("First talk")), "{}", host.body);
    let by_id = format!("/v1/public/{}/{}", public.world.org.slug, public.host.id);
    assert_eq!(public.get(&by_id).await.body, host.body);
    let page = public.get(&public.path).await;
    assert_eq!((page.status, &page.body["durations"]), (200, &json!([30, 60])), "{}", page.body);
    assert_eq!((&page.body["time_zone"], &page.body["captcha"]), (&json!("UTC"), &Value::Null));
    assert!(page.body["bookable_until"].is_string() && page.body["host_names"][0].is_string(), "{}", page.body);

    let times = public.get(&format!("{}/slots?tz=Europe/Vienna", public.path)).await;
    assert_eq!((times.status, &times.body["time_zone"]), (200, &json!("Europe/Vienna")), "{}", times.body);
    let first = times.body["data"][0]["start_time"].as_str().unwrap();
    let booked = public.book(first.parse().unwrap(), "Ada@Example.org", "first").await;

    assert_eq!((booked.status, &booked.body["booking"]["status"]), (201, &json!("confirmed")), "{}", booked.body);
    assert_eq!(booked.body["booking"]["host_names"], page.body["host_names"]);
    let tokens = Tokens::of(&booked);
    let seen = public.get(&format!("/v1/public/bookings/{}", tokens.view)).await;
    assert_eq!((seen.status, &seen.body["title"]), (200, &json!("First talk")), "{}", seen.body);
    assert_eq!((&seen.body["time_zone"], &seen.body["slug"]), (&json!("Europe/Vienna"), &json!("talk")));
    let after = public.get(&format!("{}/slots", public.path)).await;
    assert_ne!(after.body["data"][0]["start_time"], first, "the time is taken");
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_the_same_tokens_and_another_one_is_refused() {
    let public = Public::new(json!({})).await;
    let start = in_hours(30);
    let first = public.book(start, "ada@example.org", "once").await;
    let again = public.book(start, "ada@example.org", "once").await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));
    let mut other = booking(start, "ada@example.org");
    other["guest"]["inquiry"] = json!("Something else");
    let path = format!("{}/bookings", public.path);
    assert_eq!(public.keyed(&path, "once", other).await.outcome(), (409, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(public.book(start, "bob@example.org", "once").await.outcome(), (409, "IDEMPOTENCY_KEY_REUSED"));
    let without = public.service.anonymous().post(&path, booking(start, "ada@example.org")).await;
    assert_eq!(without.outcome(), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    assert_eq!(public.book(start, "ada@example.org", "twice").await.outcome(), (409, "TIME_NOT_AVAILABLE"));
}

#[tokio::test]
async fn what_is_wrong_with_a_guest_or_an_answer_is_said_by_field() {
    let questions = json!([{ "key": "size", "label": "How many are you?", "kind": "number", "required": true }]);
    let public = Public::new(json!({ "questions": questions })).await;
    let path = format!("{}/bookings", public.path);
    let book = async |change: Value| {
        let mut body = booking(in_hours(30), "ada@example.org");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        public.keyed(&path, &uuid::Uuid::new_v4().to_string(), body).await
    };
    let wrong = async |change: Value| -> Vec<String> {
        let reply = book(change).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{}", reply.body);
        reply.body["error"]["details"]["fields"].as_object().unwrap().keys().cloned().collect()
    };
    let guest = |name: &str, email: &str| json!({ "guest": { "name": name, "email": email } });
    assert_eq!(wrong(guest(" ", "nobody")).await, ["guest.email", "guest.name"]);
    assert_eq!(wrong(json!({})).await, ["answers.size"]);
    assert_eq!(wrong(json!({ "answers": { "size": "many" } })).await, ["answers.size"]);
    assert_eq!(wrong(json!({ "answers": { "size": 3, "color": "red" } })).await, ["answers.color"]);
    let fine = json!({ "answers": { "size": 3 }, "time_zone": "Mars/Olympus" });
    assert_eq!(book(fine).await.outcome(), (400, "INVALID_TIME_ZONE"));
    assert_eq!(book(json!({ "answers": { "size": 3 }, "duration": 7 })).await.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(book(json!({ "answers": { "size": 3 } })).await.status, 201);
}

#[tokio::test]
async fn what_cannot_be_booked_is_not_there_whatever_the_reason() {
    let public = Public::new(json!({})).await;
    public.world.event_type(&public.host, json!({ "slug": "private", "is_private": true })).await;
    public.world.event_type(&public.host, json!({ "slug": "inactive", "is_active": false })).await;
    let owner = public.path.rsplit_once('/').unwrap().0;
    let nobody: User = public.world.mentor().await;
    let elsewhere = public.world.other_organization("elsewhere").await;
    let of_elsewhere = public.path.replacen(&public.world.org.slug, &elsewhere.slug, 1);
    let paths = [
        format!("{owner}/private"),
        format!("{owner}/inactive"),
        format!("{owner}/unknown"),
        format!("/v1/public/{}/{}/talk", public.world.org.slug, nobody.id),
        format!("/v1/public/nowhere/{}/talk", public.host.id),
        of_elsewhere,
    ];
    let mut answers = Vec::new();
    for path in paths {
        for path in [path.clone(), format!("{path}/slots")] {
            let reply = public.get(&path).await;
            assert_eq!(reply.outcome(), (404, "PAGE_NOT_FOUND"), "{path}");
            answers.push(reply.body["error"]["message"].clone());
        }
        let booked = public.keyed(&format!("{path}/bookings"), "k", booking(in_hours(30), "ada@example.org")).await;
        assert_eq!(booked.outcome(), (404, "PAGE_NOT_FOUND"), "{path}");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "all in the same words");
    let listed = public.get(owner).await.body["data"].as_array().unwrap().len();
    assert_eq!(listed, 1, "only the public one is listed");
    assert_eq!(public.get(&format!("/v1/public/{}/{}", public.world.org.slug, nobody.id)).await.status, 404);
}

#[tokio::test]
async fn a_private_event_type_is_booked_by_its_link_as_often_as_that_allows() {
    let public = Public::new(json!({ "is_private": true })).await;
    let link = "INSERT INTO convene.event_type_links (org_id, id, event_type_id, token_hash, uses_most)
        VALUES ($1, convene.new_id($1), $2, sha256('a link'), 1)";
    public.world.admin.execute(link, &[&public.world.org.id, &public.event_type]).await;
    let with = |what: &str, link: &str| format!("{}{what}?link={link}", public.path);
    assert_eq!(public.get(&with("", "another")).await.outcome(), (404, "PAGE_NOT_FOUND"));
    assert_eq!(public.get(&with("", "a%20link")).await.status, 200);
    assert_eq!(public.get(&with("/slots", "a%20link")).await.status, 200);
    let body = booking(in_hours(30), "ada@example.org");
    let booked = public.keyed(&with("/bookings", "a%20link"), "one", body.clone()).await;
    assert_eq!(booked.status, 201, "{}", booked.body);
    let body = booking(in_hours(40), "ada@example.org");
    assert_eq!(public.keyed(&with("/bookings", "a%20link"), "two", body).await.outcome(), (404, "PAGE_NOT_FOUND"));
}

#[tokio::test]
async fn free_times_come_31_days_at_a_time() {
    let public = Public::new(json!({ "durations": [60], "slot_interval_minutes": 720, "horizon_days": 200 })).await;
    let (from, to) = (in_hours(24), in_hours(24 * 101));
    let mut path = format!("{}/slots?from={from}&to={to}", public.path);
    let first = path.clone();
    let mut starts: Vec<Value> = Vec::new();
    let mut pages = 0;
    loop {
        let page = public.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        starts.extend(page.body["data"].as_array().unwrap().iter().map(|time| time["start_time"].clone()));
        pages += 1;
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    assert_eq!(pages, 4);
    let arguments = json!({ "p_event_type_id": public.event_type, "p_from": from, "p_to": to });
    let all = public.world.admin.call("available_slots", arguments).await.unwrap();
    assert_eq!(starts.len(), all.len());
    assert!(starts.len() > 190, "{}", starts.len());
    for wrong in [
        "from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z",
        "from=2030-01-01T00:00:00Z&to=2040-01-01T00:00:00Z",
        "tz=Mars",
    ] {
        let reply = public.get(&format!("{}/slots?{wrong}", public.path)).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{wrong}");
    }
}

#[tokio::test]
async fn a_hold_keeps_a_time_and_becomes_a_booking_once() {
    let public = Public::new(json!({ "requires_confirmation": true })).await;
    let start = in_hours(30);
    let held =
        public.keyed(&format!("{}/holds", public.path), "hold", json!({ "start_time": start, "minutes": 10 })).await;
    assert_eq!((held.status, &held.body["booking"]["status"]), (201, &json!("held")), "{}", held.body);
    assert_eq!(public.book(start, "bob@example.org", "b").await.outcome(), (409, "TIME_NOT_AVAILABLE"));

    let finalize = format!("{}/holds/{}/finalize", public.path, held.body["booking"]["id"].as_str().unwrap());
    let body = |token: &str| {
        let mut body = booking(start, "ada@example.org");
        body.as_object_mut().unwrap().remove("start_time");
        body["token"] = json!(token);
        body
    };
    let token = held.body["token"].as_str().unwrap();
    assert_eq!(public.keyed(&finalize, "f", body("cvt_wrong")).await.outcome(), (404, "ACTION_TOKEN_INVALID"));
    let booked = public.keyed(&finalize, "f", body(token)).await;
    assert_eq!((booked.status, &booked.body["booking"]["status"]), (201, &json!("pending")), "{}", booked.body);
    assert_eq!(public.keyed(&finalize, "f", body(token)).await.body, booked.body, "asked again, answered again");
    assert_eq!(public.keyed(&finalize, "g", body(token)).await.outcome(), (404, "ACTION_TOKEN_INVALID"));
    let seen = public.get(&format!("/v1/public/bookings/{}", Tokens::of(&booked).view)).await;
    assert_eq!((seen.status, &seen.body["status"]), (200, &json!("pending")));
    assert!(public.world.admin.violations().await.is_empty());
}

#[tokio::test]
async fn a_hold_that_lapsed_is_not_finalized() {
    let public = Public::new(json!({})).await;
    let held = public.keyed(&format!("{}/holds", public.path), "h", json!({ "start_time": in_hours(30) })).await;
    let sql = "UPDATE convene.bookings SET held_until = now() - interval '1 minute', lapses_at = now() - interval '1 minute' WHERE status = 'held'";
    public.world.admin.execute(sql, &[]).await;
    let path = format!("{}/holds/{}/finalize", public.path, held.body["booking"]["id"].as_str().unwrap());
    let body = json!({ "token": held.body["token"], "guest": { "name": "Ada", "email": "ada@example.org" } });
    assert_eq!(public.keyed(&path, "f", body).await.outcome(), (409, "HOLD_LAPSED"));
}

#[tokio::test]
async fn whoever_books_solves_the_captcha_where_there_is_one() {
    let provider = Provider::start().await;
    let settings = [
        ("CONVENE_CAPTCHA", "turnstile"),
        ("CONVENE_CAPTCHA_URL", provider.url.as_str()),
        ("CONVENE_CAPTCHA_SECRET", SECRET),
        ("CONVENE_CAPTCHA_SITE_KEY", "site-7"),
    ];
    let public = Public::with_settings(json!({}), &settings).await;
    let page = public.get(&public.path).await;
    assert_eq!(page.body["captcha"], json!({ "provider": "turnstile", "site_key": "site-7" }));
    let start = in_hours(30);
    assert_eq!(public.book(start, "ada@example.org", "k").await.outcome(), (400, "CAPTCHA_REQUIRED"));
    let hold = public.keyed(&format!("{}/holds", public.path), "k", json!({ "start_time": start })).await;
    assert_eq!(hold.outcome(), (400, "CAPTCHA_REQUIRED"));
    let request = public.service.anonymous().request(Method::POST, &format!("{}/bookings", public.path));
    let request = request.header("Idempotency-Key", "k").header("X-Captcha-Token", "human 1");
    assert_eq!(Reply::of(request.json(&booking(start, "ada@example.org"))).await.status, 201);
}

#[tokio::test]
async fn of_forty_guests_who_want_one_time_one_gets_it() {
    let public = Public::new(json!({})).await;
    let start = in_hours(30);
    let each = (0..40).map(|nth| {
        let public = &public;
        async move {
            let (email, key) = (format!("guest{nth}@example.org"), format!("key {nth}"));
            loop {
                let reply = public.book(start, &email, &key).await;
                // Too much at once: whoever is told so sends the same request again.
                if reply.status != 503 {
                    return reply;
                }
            }
        }
    });
    let replies = futures_util::future::join_all(each).await;
    let won = replies.iter().filter(|reply| reply.status == 201).count();
    let lost = replies.iter().filter(|reply| reply.outcome() == (409, "TIME_NOT_AVAILABLE")).count();
    let others: Vec<_> =
        replies.iter().map(Reply::outcome).filter(|outcome| outcome.0 != 201 && outcome.0 != 409).collect();
    assert_eq!((won, lost), (1, 39), "{others:?}");
    assert!(public.world.admin.violations().await.is_empty());
}

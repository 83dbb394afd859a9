//! A meeting from its booking to its rating, and the lists it is found in.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Reply, Service, User, World, days, hours};

/// A service, and clients of a mentee and a mentor.
async fn meeting() -> (World, Service, (User, Client), (User, Client)) {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (of_mentee, of_mentor) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &mentor).await);
    (world, service, (mentee, of_mentee), (mentor, of_mentor))
}

#[tokio::test]
async fn a_meeting_is_booked_confirmed_completed_and_rated() {
    let (world, _service, (mentee, of_mentee), (mentor, of_mentor)) = meeting().await;
    let slot = world.slot_on_request(&mentor, hours(1)).await;

    let booked = of_mentee.book(&slot, "first").await;

    assert_eq!(booked.status, 201, "{}", booked.body);
    assert_eq!((&booked.body["status"], &booked.body["mentee_id"]), (&json!("pending"), &json!(mentee.id)));
    let path = booked.header("location").unwrap().to_owned();
    assert_eq!(path, format!("/v1/bookings/{}", booked.body["id"].as_str().unwrap()));
    let confirmed = of_mentor.post(&format!("{path}/confirm"), json!({})).await;
    assert_eq!((confirmed.status, &confirmed.body["status"]), (200, &json!("confirmed")));
    world.policy("closes_early", true).await;
    let completed = of_mentor.send(Method::POST, &format!("{path}/complete"), None).await;
    assert_eq!((completed.status, &completed.body["status"]), (200, &json!("completed")));
    let rated = of_mentee.post(&format!("{path}/ratings"), json!({ "rating": 5 })).await;
    assert_eq!((rated.status, &rated.body["rating"], &rated.body["ratee_id"]), (201, &json!(5), &json!(mentor.id)));
    assert_eq!(
        of_mentee.post(&format!("{path}/ratings"), json!({ "rating": 4 })).await.outcome(),
        (409, "ALREADY_RATED")
    );
    let history = of_mentor.get(&format!("{path}/history")).await.body;
    let events: Vec<&Value> = history["data"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert_eq!(events, ["created", "confirmed", "completed", "rated"]);
}

#[tokio::test]
async fn a_cancellation_that_is_sent_again_is_answered_as_before() {
    let (world, _service, (mentee, of_mentee), (mentor, of_mentor)) = meeting().await;
    let booking = world.booking(&mentee, &mentor, hours(1)).await;
    let path = format!("/v1/bookings/{}/cancel", booking.id());
    let words = json!({ "reason": "emergency", "notes": "My train" });
    let first = of_mentee.put(&path, words.clone()).await;
    let before = world.snapshot().await;

    let second = of_mentee.put(&path, words.clone()).await;

    assert_eq!((first.status, second.status), (200, 200), "{}", second.body);
    assert_eq!(first.body, second.body);
    assert_eq!(world.snapshot().await, before, "and nothing happens twice, such as a penalty");
    // Neither other words nor another's are the same request.
    assert_eq!(of_mentee.put(&path, json!({ "reason": "other" })).await.outcome(), (409, "INVALID_TRANSITION"));
    assert_eq!(of_mentor.put(&path, words).await.outcome(), (409, "INVALID_TRANSITION"));
}

#[tokio::test]
async fn bookings_are_moved_canceled_declined_and_missed() {
    let (world, _service, (mentee, of_mentee), (mentor, of_mentor)) = meeting().await;
    world.without_weekly_limits().await;
    let path = |booking: &support::Booking, act: &str| format!("/v1/bookings/{}/{act}", booking.id());

    let moved = world.booking(&mentee, &mentor, days(2)).await;
    let later = world.slot(&mentor, days(3)).await;
    let request = of_mentee.request(Method::POST, &path(&moved, "reschedule"));
    let reply = Reply::of(request.header("Idempotency-Key", "m").json(&json!({ "time_slot_id": later.id }))).await;
    assert_eq!((reply.status, &reply.body["time_slot_id"]), (200, &json!(later.id)));

    let canceled = of_mentee.put(&path(&moved, "cancel"), json!({ "reason": "emergency", "notes": "My train" })).await;
    assert_eq!((canceled.status, &canceled.body["status"]), (200, &json!("canceled")));
    assert_eq!(canceled.body["cancellation_notes"], "My train");
    assert_eq!(of_mentee.put(&path(&moved, "cancel"), json!({})).await.outcome(), (409, "INVALID_TRANSITION"));

    let request = world.request(&mentee, &mentor, days(4)).await;
    let declined = of_mentor.post(&path(&request, "decline"), json!({ "reason": "Not my field" })).await;
    assert_eq!((declined.status, &declined.body["status"]), (200, &json!("declined")));
    let request = world.request(&mentee, &mentor, days(6)).await;
    assert_eq!(of_mentor.post(&path(&request, "decline"), Value::Null).await.status, 200, "null is no reason either");

    let missed = world.booking(&mentee, &mentor, days(5)).await;
    world.let_start(&missed, hours(-1)).await;
    let reply = of_mentor.post(&path(&missed, "no-show"), json!({ "absent_user_id": mentee.id })).await;
    assert_eq!((reply.status, &reply.body["no_show_user_id"]), (200, &json!(mentee.id)));
}

#[tokio::test]
async fn everybody_lists_their_own_and_staff_the_organizations() {
    let (world, service, (mentee, of_mentee), (mentor, of_mentor)) = meeting().await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let stranger = service.signed_in(&world, &world.mentee().await).await;
    let (soon, late) = (world.booking(&mentee, &mentor, days(2)).await, world.booking(&mentee, &mentor, days(3)).await);
    let ids = |reply: &Reply| -> Vec<Value> {
        reply.body["data"].as_array().unwrap().iter().map(|booking| booking["id"].clone()).collect()
    };

    for client in [&of_mentee, &of_mentor, &staff] {
        assert_eq!(ids(&client.get("/v1/bookings").await), [json!(soon.id()), json!(late.id())]);
    }
    assert_eq!(ids(&staff.get("/v1/bookings/my-bookings").await), [] as [Value; 0]);
    assert_eq!(ids(&stranger.get("/v1/bookings").await), [] as [Value; 0]);
    assert_eq!(stranger.get(&format!("/v1/bookings/{}", soon.id())).await.outcome(), (404, "BOOKING_NOT_FOUND"));
    let from = late.text("start_time").replace('+', "%2B");
    assert_eq!(ids(&of_mentee.get(&format!("/v1/bookings?from={from}")).await), [json!(late.id())]);
    assert_eq!(ids(&of_mentee.get(&format!("/v1/bookings?to={from}")).await), [json!(soon.id())]);
    assert_eq!(ids(&staff.get(&format!("/v1/bookings?email={}", mentor.email)).await).len(), 2);
    assert_eq!(ids(&staff.get("/v1/bookings?email=nobody@test.test").await).len(), 0);
    assert_eq!(ids(&staff.get("/v1/bookings?status=canceled").await).len(), 0);
    assert_eq!(staff.get("/v1/bookings?status=lost").await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn bookings_are_found_by_their_mentor_and_their_mentee() {
    let (world, service, (mentee, of_mentee), (mentor, of_mentor)) = meeting().await;
    world.without_weekly_limits().await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let (other_mentee, other_mentor) = (world.mentee().await, world.mentor().await);
    let both = world.booking(&mentee, &mentor, days(2)).await.id();
    let mentors = world.booking(&other_mentee, &mentor, days(3)).await.id();
    let mentees = world.booking(&mentee, &other_mentor, days(4)).await.id();
    world.booking(&other_mentee, &other_mentor, days(5)).await;
    let (mentor_is, mentee_is) = (format!("mentor_id={}", mentor.id), format!("mentee_id={}", mentee.id));

    for (client, query, expected) in [
        (&staff, mentor_is.clone(), vec![both, mentors]),
        (&staff, mentee_is.clone(), vec![both, mentees]),
        (&staff, format!("{mentor_is}&{mentee_is}"), vec![both]),
        (&staff, format!("{mentor_is}&email={}", mentee.email), vec![both]),
        (&staff, format!("{mentee_is}&email={}", mentee.email), vec![both, mentees]),
        (&staff, format!("{mentor_is}&status=canceled"), vec![]),
        // Who is a mentee is no mentor.
        (&staff, format!("mentor_id={}", mentee.id), vec![]),
        (&staff, format!("mentee_id={}", mentor.id), vec![]),
        (&of_mentee, mentor_is.clone(), vec![both]),
        (&of_mentee, mentee_is.clone(), vec![both, mentees]),
        (&of_mentor, mentor_is.clone(), vec![both, mentors]),
        (&of_mentor, mentee_is.clone(), vec![both]),
        (&of_mentor, format!("mentee_id={}&mentor_id={}", mentee.id, other_mentor.id), vec![]),
    ] {
        let reply = client.get(&format!("/v1/bookings?{query}")).await;
        let ids: Vec<&Value> = reply.body["data"].as_array().unwrap().iter().map(|booking| &booking["id"]).collect();
        assert_eq!(json!(ids), json!(expected), "{query}");
    }
    let unknown = staff.get(&format!("/v1/bookings?mentor_id={}", uuid::Uuid::new_v4())).await;
    assert_eq!(unknown.outcome(), (404, "USER_NOT_FOUND"));
    assert_eq!(staff.get("/v1/bookings?mentee_id=7").await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn pages_follow_each_other_while_others_write() {
    let (world, service, (mentee, of_mentee), (mentor, _)) = meeting().await;
    world.without_weekly_limits().await;
    let _ = service;
    let mut booked = Vec::new();
    for day in 2..9 {
        booked.push(json!(world.booking(&mentee, &mentor, days(day)).await.id()));
    }
    let mut seen = Vec::new();
    let mut path = "/v1/bookings?limit=3".to_owned();
    loop {
        let page = of_mentee.get(&path).await.body;
        seen.extend(page["data"].as_array().unwrap().iter().map(|booking| booking["id"].clone()));
        // Comes before all of what is left, and so shifts no page.
        world.booking(&world.mentee().await, &world.mentor().await, days(1)).await;
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/bookings?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, booked);
}

#[tokio::test]
async fn a_refusal_has_the_one_shape_and_the_requests_id() {
    let (world, service, (mentee, _), (mentor, _)) = meeting().await;
    let slot = world.slot(&mentor, days(2)).await;
    world.book(&mentee, &slot).await.unwrap();
    let late = service.signed_in(&world, &world.mentee().await).await;
    let request = late
        .request(Method::POST, "/v1/bookings")
        .header("Idempotency-Key", "k")
        .header("X-Request-ID", "my-own-id")
        .json(&json!({ "time_slot_id": slot.id, "meeting_goal": support::world::GOAL }));

    let refused = Reply::of(request).await;

    assert_eq!((refused.outcome(), refused.header("x-request-id")), ((409, "SLOT_ALREADY_BOOKED"), Some("my-own-id")));
    let error = refused.body["error"].as_object().unwrap();
    let fields: Vec<&str> = error.keys().map(String::as_str).collect();
    assert_eq!(fields, ["code", "details", "message", "request_id", "timestamp"]);
    assert_eq!((&error["request_id"], &error["details"]["time_slot_id"]), (&json!("my-own-id"), &json!(slot.id)));
    assert!(error["details"]["hint"].as_str().is_some_and(|hint| hint.ends_with('.')));
    error["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
}

#[tokio::test]
async fn a_booking_that_somebody_may_not_see_is_not_there_whatever_they_want_to_do_with_it() {
    let (world, service, (mentee, _), (mentor, of_mentor)) = meeting().await;
    let (booking, other) = (world.booking(&mentee, &mentor, days(2)).await, world.mentor().await);
    let (free, of_other) = (world.slot(&mentor, days(3)).await, world.slot(&other, days(4)).await);
    // A mentor who gave the booking away no longer takes part in it.
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let request = staff
        .request(Method::POST, &format!("/v1/bookings/{}/reassign", booking.id()))
        .header("Idempotency-Key", "away");
    assert_eq!(Reply::of(request.json(&json!({ "time_slot_id": of_other.id }))).await.status, 200);
    let mut strangers = vec![("the mentor before", of_mentor)];
    for role in ["mentee", "mentor"] {
        strangers.push((role, service.signed_in(&world, &world.user(role).await).await));
    }
    let elsewhere = world.user_in(&world.other_organization("elsewhere").await, "coordinator").await;
    strangers.push(("a coordinator elsewhere", service.signed_in(&world, &elsewhere).await));
    let bookings =
        async || world.admin.value::<String>("SELECT string_agg(b::text, ' ') FROM convene.bookings b", &[]).await;
    let before = bookings().await;
    for (who, client) in &strangers {
        for (method, what, body) in [
            (Method::GET, "", None),
            (Method::GET, "/history", None),
            (Method::POST, "/confirm", None),
            (Method::POST, "/decline", Some(json!({}))),
            (Method::PUT, "/cancel", Some(json!({}))),
            (Method::POST, "/complete", None),
            (Method::POST, "/no-show", Some(json!({ "absent_user_id": mentee.id }))),
            (Method::POST, "/ratings", Some(json!({ "rating": 1 }))),
            (Method::POST, "/reschedule", Some(json!({ "time_slot_id": free.id }))),
            (Method::POST, "/reassign", Some(json!({ "time_slot_id": of_other.id }))),
        ] {
            for id in [booking.id().to_string(), uuid::Uuid::new_v4().to_string()] {
                let request = client.request(method.clone(), &format!("/v1/bookings/{id}{what}"));
                let mut request = request.header("Idempotency-Key", format!("{id}{what}"));
                if let Some(body) = &body {
                    request = request.json(body);
                }
                let reply = Reply::of(request).await;
                assert_eq!(reply.outcome(), (404, "BOOKING_NOT_FOUND"), "{method} {what} by {who}: {}", reply.body);
            }
        }
    }
    assert_eq!(bookings().await, before);
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list_and_filters() {
    let (world, service, (mentee, of_mentee), (mentor, _)) = meeting().await;
    world.without_weekly_limits().await;
    for nth in 2..5 {
        world.booking(&mentee, &mentor, days(nth)).await;
    }
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let first = staff.get("/v1/bookings?status=confirmed&limit=1").await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    for (path, status) in [
        (format!("/v1/bookings?status=confirmed&limit=1&cursor={cursor}"), 200),
        (format!("/v1/bookings?cursor={cursor}&limit=2&status=confirmed"), 200),
        (format!("/v1/bookings?status=canceled&cursor={cursor}"), 400),
        (format!("/v1/bookings?cursor={cursor}"), 400),
        (format!("/v1/bookings?status=confirmed&mentor_id={}&cursor={cursor}", mentor.id), 400),
        (format!("/v1/bookings/my-bookings?status=confirmed&cursor={cursor}"), 400),
        (format!("/v1/exceptions?status=approved&cursor={cursor}"), 400),
    ] {
        let reply = staff.get(&path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        if status == 400 {
            assert_eq!(reply.body["error"]["details"]["field"], "cursor", "{path}");
        }
    }
    let slots = |mentor: &uuid::Uuid| format!("/v1/mentors/{mentor}/slots?limit=1");
    for nth in 6..8 {
        world.slot(&mentor, days(nth)).await;
    }
    let page = of_mentee.get(&slots(&mentor.id)).await.body;
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = world.mentor().await.id;
    assert_eq!(of_mentee.get(&format!("{}&cursor={cursor}", slots(&mentor.id))).await.status, 200);
    assert_eq!(of_mentee.get(&format!("{}&cursor={cursor}", slots(&other))).await.status, 400);
}

#[tokio::test]
async fn my_bookings_say_how_many_there_are_on_all_pages_together() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    for day in 2..5 {
        world.booking(&mentee, &mentor, days(day)).await;
    }
    let last = world.booking(&mentee, &mentor, days(5)).await;
    world.cancel(&last, &mentee).await.unwrap();
    world.booking(&world.mentee().await, &mentor, days(6)).await;
    let client = service.signed_in(&world, &mentee).await;

    let total =
        async |query: &str| client.get(&format!("/v1/bookings/my-bookings?{query}")).await.body["total"].clone();
    assert_eq!(total("").await, 4);
    assert_eq!(total("limit=2").await, 4);
    assert_eq!(total("limit=1&status=confirmed").await, 3);
    assert_eq!(total("status=completed").await, 0);
    assert_eq!(total("limit=1&email=nobody@example.org").await, 0);
    let first = client.get("/v1/bookings/my-bookings?limit=3").await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("/v1/bookings/my-bookings?limit=3&cursor={cursor}")).await.body;
    assert_eq!((&second["total"], second["data"].as_array().unwrap().len()), (&json!(4), 1));
    assert_eq!(client.get("/v1/bookings").await.body["total"], Value::Null);
}

#[tokio::test]
async fn lists_of_bookings_say_what_their_reader_has_rated() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.completed_booking(&mentee, &mentor).await;
    world.rate(&booking, &mentee, 5).await.unwrap();
    for (reader, path, has_rated) in [
        (&mentee, "/v1/bookings/my-bookings", true),
        (&mentee, "/v1/bookings", true),
        (&mentor, "/v1/bookings/my-bookings", false),
        (&world.coordinator().await, "/v1/bookings", false),
    ] {
        let page = service.signed_in(&world, reader).await.get(path).await.body;
        assert_eq!(page["data"][0]["has_rated"], has_rated, "{path}: {page}");
    }
}

//! Guests booked by programs, with an API key of a host or of staff.

use reqwest::Method;
use serde_json::{Value, json};
use support::public::{Public, Tokens, booking, in_hours};
use support::{Client, Reply, User, hours};
use uuid::Uuid;

/// A program with a key of the user.
async fn program(public: &Public, user: &User, scopes: &[&str]) -> Client {
    let session = public.service.signed_in(&public.world, user).await;
    let made = session.post("/v1/api-keys", json!({ "name": "a site", "scopes": scopes })).await;
    public.service.with_token(made.body["key"].as_str())
}

async fn keyed(client: &Client, method: Method, path: &str, body: Value) -> Reply {
    let key = Uuid::new_v4().to_string();
    Reply::of(client.request(method, path).header("Idempotency-Key", key).json(&body)).await
}

#[tokio::test]
async fn a_program_books_a_guest_reads_who_it_is_and_changes_what_they_want_and_when() {
    let public =
        Public::new(json!({ "is_private": true, "durations": [15, 30, 45, 60], "slot_interval_minutes": 15 })).await;
    let site = program(&public, &public.host, &["bookings:read", "bookings:write"]).await;
    let path = format!("/v1/event-types/{}/bookings", public.event_type);
    let mut body = booking(in_hours(30), "Ada@example.org");
    body["duration"] = json!(45);
    let booked = keyed(&site, Method::POST, &path, body).await;
    assert_eq!((booked.status, &booked.body["booking"]["status"]), (201, &json!("confirmed")), "{}", booked.body);
    let id = booked.body["booking"]["id"].as_str().unwrap();
    let one = format!("/v1/bookings/{id}");

    let seen = site.get(&one).await;
    assert_eq!(seen.body["guests"][0]["email"], "ada@example.org", "{}", seen.body);
    assert_eq!(seen.body["guests"][0]["inquiry"], "How do we begin?");
    let changed =
        keyed(&site, Method::PATCH, &one, json!({ "inquiry": "When do we end?", "start_time": in_hours(50) })).await;
    assert_eq!((changed.status, &changed.body["start_time"]), (200, &json!(in_hours(50))), "{}", changed.body);
    assert_eq!(changed.body["guests"][0]["inquiry"], "When do we end?");
    assert_eq!(changed.body["guests"][0]["name"], "Ada Lovelace", "the rest stays");

    assert_eq!(keyed(&site, Method::POST, &path, booking(in_hours(90), "bob@example.org")).await.status, 201);
    let conflict = keyed(&site, Method::PATCH, &one, json!({ "start_time": in_hours(90), "inquiry": "Nothing" })).await;
    assert_eq!(conflict.status, 409, "{}", conflict.body);
    assert_eq!(site.get(&one).await.body["guests"][0]["inquiry"], "When do we end?", "nothing changed");
    // The guest's tokens go on at the new time.
    let tokens = Tokens::of(&booked);
    let own = public.get(&format!("/v1/public/bookings/{}", tokens.view)).await;
    assert_eq!((own.status, &own.body["start_time"]), (200, &json!(in_hours(50))), "{}", own.body);
}

#[tokio::test]
async fn a_key_without_the_scope_and_people_who_only_attend_do_not_see_guests() {
    let public = Public::new(json!({ "capacity": 3 })).await;
    let start = in_hours(30);
    let (id, _) = public.booked(start).await;
    let attendee = public.world.mentee().await;
    public.world.book_time(public.event_type, &attendee, start).await.unwrap();
    let fellow = public.service.signed_in(&public.world, &attendee).await;
    let seen = fellow.get(&format!("/v1/bookings/{id}")).await;
    assert_eq!((seen.status, &seen.body["guests"]), (200, &json!([])), "{}", seen.body);
    assert!(!seen.body.to_string().contains("ada@example.org"));
    let request = json!({ "inquiry": "Not mine" });
    let changed = keyed(&fellow, Method::PATCH, &format!("/v1/bookings/{id}"), request).await;
    assert_eq!(changed.outcome(), (400, "VALIDATION_ERROR"), "{}", changed.body);
    let site = program(&public, &public.host, &["slots:read"]).await;
    assert_eq!(site.get(&format!("/v1/bookings/{id}")).await.outcome(), (403, "INSUFFICIENT_SCOPE"));
    let reader = program(&public, &public.host, &["bookings:read"]).await;
    assert_eq!(reader.get(&format!("/v1/bookings/{id}")).await.body["guests"][0]["name"], "Ada Lovelace");
    let path = format!("/v1/event-types/{}/bookings", public.event_type);
    let booked = keyed(&reader, Method::POST, &path, booking(start, "bob@example.org")).await;
    assert_eq!(booked.outcome(), (403, "INSUFFICIENT_SCOPE"));
}

#[tokio::test]
async fn bookings_are_found_by_event_type_guest_status_and_dates_and_counted() {
    let public = Public::new(json!({})).await;
    let staff = public.service.signed_in(&public.world, &public.world.coordinator().await).await;
    let other = public.world.event_type(&public.host, json!({})).await;
    let mentee = public.world.mentee().await;
    let (ada, tokens) = public.booked(in_hours(30)).await;
    let bob = public.book(in_hours(40), "bob@example.org", "b").await.body["booking"]["id"].clone();
    let user = public.world.book_time(other, &mentee, in_hours(50)).await.unwrap()["id"].clone();
    public.service.anonymous().post(&format!("/v1/public/bookings/{}/cancel", tokens.cancel), json!({})).await;
    let list = async |filter: &str| -> (Vec<Value>, Value) {
        let reply = staff.get(&format!("/v1/bookings?{filter}")).await;
        assert_eq!(reply.status, 200, "{filter}: {}", reply.body);
        let ids = reply.body["data"].as_array().unwrap().iter().map(|booking| booking["id"].clone()).collect();
        (ids, reply.body["total"].clone())
    };
    let of_type = format!("event_type_id={}", public.event_type);
    assert_eq!(list(&of_type).await, (vec![json!(ada), bob.clone()], Value::Null));
    assert_eq!(list(&format!("{of_type}&total=true&limit=1")).await, (vec![json!(ada)], json!(2)));
    assert_eq!(list("email=ADA@example.org&total=true").await, (vec![json!(ada)], json!(1)));
    assert_eq!(list("email=ada@example.org&status=confirmed").await.0, [] as [Value; 0]);
    assert_eq!(list(&format!("email={}", mentee.email)).await.0, [user]);
    assert_eq!(list(&format!("{of_type}&status=confirmed")).await.0, std::slice::from_ref(&bob));
    assert_eq!(list(&format!("{of_type}&from={}", in_hours(35))).await.0, std::slice::from_ref(&bob));
    assert_eq!(list(&format!("email=bob@example.org&mentor_id={}", public.host.id)).await.0, [bob]);
    let unknown = staff.get(&format!("/v1/bookings?event_type_id={}", Uuid::new_v4())).await;
    assert_eq!(unknown.outcome(), (404, "EVENT_TYPE_NOT_FOUND"));
}

#[tokio::test]
async fn a_guests_booking_is_confirmed_completed_missed_and_canceled_as_any_other() {
    let public = Public::new(json!({ "requires_confirmation": true })).await;
    let host = public.service.signed_in(&public.world, &public.host).await;
    let act = async |id: Uuid, act: &str, body: Value| host.post(&format!("/v1/bookings/{id}/{act}"), body).await;
    let (id, _) = public.booked(in_hours(30)).await;
    assert_eq!(act(id, "confirm", json!({})).await.body["status"], "confirmed");
    public.world.policy("closes_early", true).await;
    let completed = act(id, "complete", json!({})).await;
    assert_eq!((completed.status, &completed.body["status"]), (200, &json!("completed")), "{}", completed.body);
    let (id, _) = public.booked(in_hours(40)).await;
    assert_eq!(act(id, "decline", json!({ "reason": "Not my field" })).await.body["status"], "declined");
    let (id, _) = public.booked(in_hours(50)).await;
    let canceled = host.put(&format!("/v1/bookings/{id}/cancel"), json!({ "reason": "other" })).await;
    assert_eq!((canceled.status, &canceled.body["status"]), (200, &json!("canceled")), "{}", canceled.body);
    let (id, _) = public.booked(in_hours(60)).await;
    assert_eq!(act(id, "confirm", json!({})).await.status, 200);
    let guest = host.get(&format!("/v1/bookings/{id}")).await.body["guests"][0]["id"].clone();
    let missed = act(id, "no-show", json!({ "absent_guest_id": guest })).await;
    assert_eq!((missed.status, &missed.body["status"]), (200, &json!("no_show")), "{}", missed.body);
    assert_eq!(missed.body["attendees"][0]["status"], "absent");
}

#[tokio::test]
async fn a_host_and_an_attendee_with_an_account_move_a_meeting_by_every_check_and_once() {
    let public = Public::new(json!({})).await;
    let mentee = public.world.mentee().await;
    let booked = public.world.book_time(public.event_type, &mentee, in_hours(30)).await.unwrap();
    let path = format!("/v1/bookings/{}", booked["id"].as_str().unwrap());
    let client = public.service.signed_in(&public.world, &mentee).await;
    let request = |start: jiff::Timestamp| {
        client.request(Method::PATCH, &path).header("Idempotency-Key", "move").json(&json!({ "start_time": start }))
    };
    let moved = Reply::of(request(in_hours(40))).await;
    assert_eq!((moved.status, &moved.body["start_time"]), (200, &json!(in_hours(40))), "{}", moved.body);
    assert_eq!(Reply::of(request(in_hours(40))).await.status, 200, "asked again, answered again");
    assert_eq!(Reply::of(request(in_hours(41))).await.outcome(), (409, "IDEMPOTENCY_KEY_REUSED"));
    let off_grid =
        keyed(&client, Method::PATCH, &path, json!({ "start_time": in_hours(40) + support::minutes(7) })).await;
    assert_eq!(off_grid.outcome(), (409, "START_NOT_OFFERED"));
    let host = public.service.signed_in(&public.world, &public.host).await;
    let back = keyed(&host, Method::PATCH, &path, json!({ "start_time": in_hours(30) })).await;
    assert_eq!(back.status, 200, "{}", back.body);
    let history = host.get(&format!("{path}/history")).await.body;
    let events: Vec<&Value> = history["data"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert_eq!(events, ["created", "rescheduled", "rescheduled"]);
    let blocked =
        keyed(&client, Method::PATCH, &path, json!({ "start_time": jiff::Timestamp::now() - hours(3) })).await;
    assert_eq!(blocked.outcome(), (409, "SLOT_IN_PAST"));
    assert!(public.world.admin.violations().await.is_empty());
}

#[tokio::test]
async fn a_users_hold_of_an_event_type_becomes_a_booking_without_a_goal() {
    let public = Public::new(json!({})).await;
    let mentee = public.world.mentee().await;
    let hold = json!({ "p_event_type_id": public.event_type, "p_attendee_id": mentee.id, "p_start": in_hours(30), "p_hold_minutes": 5 });
    let held = public.world.admin.call_one("book_event_type", hold).await.unwrap();
    assert_eq!(held["status"], "held");
    let finalize = json!({ "p_booking_id": held["id"], "p_actor_id": mentee.id });
    let booked = public.world.admin.call_one("finalize_booking", finalize).await.unwrap();
    assert_eq!((&booked["status"], &booked["meeting_goal"]), (&json!("confirmed"), &Value::Null));
}

//! What a guest does to their booking by its tokens.

use reqwest::Method;
use serde_json::{Value, json};
use support::public::{Public, Tokens, in_hours};
use support::{days, hours};

fn path(token: &str, act: &str) -> String {
    format!("/v1/public/bookings/{token}{act}")
}

#[tokio::test]
async fn a_guest_cancels_and_the_time_is_free_again() {
    let public = Public::without_workers(json!({})).await;
    let start = in_hours(30);
    let (_, tokens) = public.booked(start).await;
    let words = json!({ "reason": "emergency", "notes": "My train" });
    let canceled = public.service.anonymous().post(&path(&tokens.cancel, "/cancel"), words.clone()).await;
    assert_eq!((canceled.status, &canceled.body["status"]), (200, &json!("canceled")), "{}", canceled.body);
    let before = public.world.snapshot().await;
    let again = public.service.anonymous().post(&path(&tokens.cancel, "/cancel"), words).await;
    assert_eq!((again.status, &again.body), (200, &canceled.body));
    assert_eq!(public.world.snapshot().await, before, "and nothing happens twice");
    let seen = public.get(&path(&tokens.view, "")).await;
    assert_eq!((&seen.body["status"], &seen.body["canceled_as"]), (&json!("canceled"), &json!("attendee")));
    assert_eq!(public.book(start, "bob@example.org", "b").await.status, 201);
}

#[tokio::test]
async fn a_guest_moves_their_booking_which_keeps_its_id_and_gets_new_tokens() {
    let public = Public::new(json!({ "durations": [30, 60] })).await;
    let (start, later) = (in_hours(30), in_hours(50));
    let (id, old) = public.booked(start).await;
    let times = public.get(&path(&old.reschedule, &format!("/slots?from={start}&to={later}"))).await;
    let offered: Vec<&Value> = times.body["data"].as_array().unwrap().iter().map(|time| &time["start_time"]).collect();
    assert!(!offered.is_empty() && !offered.contains(&&json!(start)), "not where it is: {}", times.body);

    let reschedule = path(&old.reschedule, "/reschedule");
    let same = public.keyed(&reschedule, "same", json!({ "start_time": start })).await;
    assert_eq!(same.outcome(), (409, "SAME_TIME"));
    let moved = public.keyed(&reschedule, "move", json!({ "start_time": later, "duration": 60 })).await;
    assert_eq!((moved.status, &moved.body["booking"]["id"]), (200, &json!(id)), "{}", moved.body);
    assert_eq!(moved.body["booking"]["start_time"], json!(later));
    let new = Tokens::of(&moved);
    // The same request, although its token was replaced by it.
    let again = public.keyed(&reschedule, "move", json!({ "start_time": later, "duration": 60 })).await;
    assert_eq!((again.status, &again.body), (200, &moved.body));
    for dead in [&old.view, &old.cancel, &old.reschedule, &old.erase] {
        assert_ne!(public.get(&path(dead, "")).await.status, 200);
    }
    assert_eq!(
        public.keyed(&reschedule, "other", json!({ "start_time": start })).await.outcome(),
        (404, "ACTION_TOKEN_INVALID")
    );
    let cancel = public.service.anonymous().post(&path(&old.cancel, "/cancel"), json!({})).await;
    assert_eq!(cancel.outcome(), (404, "ACTION_TOKEN_INVALID"));
    assert_eq!(public.get(&path(&new.view, "")).await.body["start_time"], json!(later));
    assert_eq!(public.book(start, "bob@example.org", "b").await.status, 201, "where it was is free");
    let taken = public.keyed(&path(&new.reschedule, "/reschedule"), "back", json!({ "start_time": start })).await;
    assert_eq!(taken.outcome(), (409, "TIME_NOT_AVAILABLE"));
    assert!(public.world.admin.violations().await.is_empty());
}

#[tokio::test]
async fn where_the_host_confirms_a_moved_booking_waits_for_them_again() {
    let public = Public::new(json!({ "requires_confirmation": true })).await;
    let (id, tokens) = public.booked(in_hours(30)).await;
    let host = public.service.signed_in(&public.world, &public.host).await;
    assert_eq!(host.post(&format!("/v1/bookings/{id}/confirm"), json!({})).await.body["status"], "confirmed");
    let moved =
        public.keyed(&path(&tokens.reschedule, "/reschedule"), "m", json!({ "start_time": in_hours(40) })).await;
    assert_eq!((moved.status, &moved.body["booking"]["status"]), (200, &json!("pending")), "{}", moved.body);
}

#[tokio::test]
async fn a_move_is_within_the_hosts_hours_and_limits_without_counting_itself() {
    let public = Public::new(json!({ "limit_per_day": 1, "minimum_notice_minutes": 60 })).await;
    let noon = |day: i64| {
        let date = (jiff::Timestamp::now() + days(day)).to_zoned(jiff::tz::TimeZone::UTC).date();
        date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
    };
    let (_, tokens) = public.booked(noon(3)).await;
    assert_eq!(public.book(noon(4), "bob@example.org", "b").await.status, 201);
    let reschedule = path(&tokens.reschedule, "/reschedule");
    let full = public.keyed(&reschedule, "1", json!({ "start_time": noon(4) + hours(2) })).await;
    assert_eq!(full.outcome(), (409, "EVENT_TYPE_LIMIT_REACHED"));
    let soon = public.keyed(&reschedule, "2", json!({ "start_time": in_hours(0) })).await;
    assert_eq!(soon.outcome(), (409, "MINIMUM_NOTICE"));
    let far = public.keyed(&reschedule, "3", json!({ "start_time": noon(300) })).await;
    assert_eq!(far.outcome(), (409, "OUTSIDE_HORIZON"));
    let same_day = public.keyed(&reschedule, "4", json!({ "start_time": noon(3) + hours(2) })).await;
    assert_eq!(same_day.status, 200, "its own place on that day: {}", same_day.body);
}

#[tokio::test]
async fn tokens_end_with_the_meeting_and_those_to_look_30_days_later() {
    let public = Public::new(json!({})).await;
    let (id, tokens) = public.booked(in_hours(30)).await;
    let sql = "SELECT jsonb_object_agg(t.purpose, extract(epoch FROM t.expires_at - b.end_time) / 86400)
        FROM convene.booking_action_tokens t JOIN convene.bookings b ON b.id = t.booking_id WHERE b.id = $1";
    let days: Value = public.world.admin.value(sql, &[&id]).await;
    let day = |purpose: &str| days[purpose].as_f64();
    assert_eq!(
        (day("view"), day("cancel"), day("reschedule"), day("erase")),
        (Some(30.0), Some(0.0), Some(0.0), Some(30.0))
    );
    let expire = "UPDATE convene.booking_action_tokens SET expires_at = now() WHERE booking_id = $1";
    public.world.admin.execute(expire, &[&id]).await;
    assert_eq!(public.get(&path(&tokens.view, "")).await.outcome(), (404, "ACTION_TOKEN_INVALID"));
    let cancel = public.service.anonymous().post(&path(&tokens.cancel, "/cancel"), json!({})).await;
    assert_eq!(cancel.outcome(), (404, "ACTION_TOKEN_INVALID"));
    let deleted = public.service.anonymous().send(Method::DELETE, &path(&tokens.erase, "/data"), None).await;
    assert_eq!(deleted.outcome(), (404, "ACTION_TOKEN_INVALID"));
}

#[tokio::test]
async fn one_of_several_guests_gives_up_their_seat_and_does_not_move_the_others() {
    let public = Public::new(json!({ "capacity": 3 })).await;
    let start = in_hours(30);
    let (id, ada) = public.booked(start).await;
    let bob = public.book(start, "bob@example.org", "b").await;
    assert_eq!((bob.status, &bob.body["booking"]["id"]), (201, &json!(id)), "{}", bob.body);
    let moved = public.keyed(&path(&ada.reschedule, "/reschedule"), "m", json!({ "start_time": in_hours(40) })).await;
    assert_eq!(moved.outcome(), (403, "NOT_AUTHORIZED"));
    let left = public.service.anonymous().post(&path(&ada.cancel, "/cancel"), json!({})).await;
    assert_eq!((left.status, &left.body["status"]), (200, &json!("confirmed")), "{}", left.body);
    assert_eq!(public.get(&path(&ada.view, "")).await.body["has_left"], true);
    assert_eq!(public.get(&path(&Tokens::of(&bob).view, "")).await.body["has_left"], false);
    assert!(public.world.admin.violations().await.is_empty());
}

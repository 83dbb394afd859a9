//! What is known from calendars, how fresh it is, and what an outage means.

use std::time::Duration;

use convene_fakes::google::Calendar;
use convene_fakes::{Calls, Fault, Faults};
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::calendars::{Providers, until};
use support::world::GOAL;
use support::{Client, Service, Slot, User, World, days, hours, minutes};

/// A mentee and a mentor with accounts at Google, and a slot.
struct Pair {
    world: World,
    providers: Providers,
    service: Service,
    mentee: User,
    mentor: User,
    client: Client,
    slot: Slot,
}

async fn pair() -> Pair {
    let (world, providers) = (World::new().await, Providers::start().await);
    // Only what a booking asks for is read, unless a test says otherwise.
    let service = providers.service_with(&world, &[("CONVENE_WORKERS", "false")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;
    for user in [&mentee, &mentor] {
        let client = service.signed_in(&world, user).await;
        providers.connect_google(&client, user).await;
    }
    Pair { world, providers, service, mentee, mentor, client, slot }
}

/// What was read is so old.
async fn read_ago(world: &World, ago: SignedDuration) {
    let sql = "UPDATE convene.calendar_connections SET synced_at = now() - make_interval(secs => $1)";
    world.admin.execute(sql, &[&ago.as_secs_f64()]).await;
    let not_due = "UPDATE convene.work_items SET due_at = now() + interval '1 hour', attempts = 0
        WHERE queue = 'calendar_syncs' AND lease IS NULL";
    world.admin.run(not_due).await;
}

#[tokio::test]
async fn what_an_outside_calendar_covers_is_not_listed_not_bookable_and_explained() {
    let Pair { world, providers, client, mentor, mentee, slot, service: _service, .. } = pair().await;
    let later = world.slot(&mentor, days(3)).await;
    providers.google.add_calendar(&mentor.email, Calendar::named("work", "Work"));
    providers.google.add_busy(&mentor.email, &mentor.email, slot.start + minutes(29), slot.start + minutes(45));
    read_ago(&world, minutes(6)).await;

    let reply = client.book(&slot, "one").await;

    assert_eq!(reply.outcome(), (409, "MENTOR_CALENDAR_CONFLICT"));
    let details = &reply.body["error"]["details"];
    assert_eq!((&details["provider"], &details["calendar"]), (&json!("google"), &Value::Null));
    let listed = client.get(&format!("/v1/mentors/{}/slots", mentor.id)).await.body;
    let listed: Vec<_> = listed["data"].as_array().unwrap().iter().map(|slot| slot["id"].clone()).collect();
    assert_eq!(listed, [json!(later.id)]);
    assert_eq!(world.reasons(&mentee, &slot).await, ["MENTOR_CALENDAR_CONFLICT"]);
    assert_eq!(client.book(&later, "two").await.status, 201);
}

#[tokio::test]
async fn a_booking_reads_what_is_older_than_five_minutes_and_nothing_fresher() {
    let Pair { world, providers, client, slot, mentee, mentor, service: _service, .. } = pair().await;
    providers.google.forget_calls();
    let asked = || providers.google.calls_to("POST", "/freeBusy");

    assert_eq!(client.book(&slot, "fresh").await.status, 201);
    assert_eq!(asked(), 0);
    read_ago(&world, minutes(6)).await;
    let second = world.slot(&mentor, days(3)).await;
    assert_eq!(client.book(&second, "stale").await.status, 201);
    assert_eq!(asked(), 2, "one for each of the two");
    let third = world.slot(&mentor, days(4)).await;
    providers.google.add_busy(&mentee.email, &mentee.email, third.start, third.start + minutes(30));
    read_ago(&world, minutes(6)).await;
    assert_eq!(client.book(&third, "busy").await.outcome(), (409, "CALENDAR_CONFLICT"));
}

#[tokio::test]
async fn in_an_outage_an_hour_counts_and_then_dont_know_is_not_free() {
    let Pair { world, providers, client, slot, mentee, mentor, service: _service, .. } = pair().await;
    providers.google.set_faults(Faults::down());

    read_ago(&world, minutes(59)).await;
    assert_eq!(client.book(&slot, "one").await.status, 201, "what was known an hour ago will do");
    let later = world.slot(&mentor, days(3)).await;
    read_ago(&world, minutes(61)).await;
    let refused = client.book(&later, "two").await;
    assert_eq!(refused.outcome(), (503, "CALENDAR_UNAVAILABLE"));
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(world.reasons(&mentee, &later).await, ["CALENDAR_UNAVAILABLE", "CALENDAR_UNAVAILABLE"]);
    let listed = client.get(&format!("/v1/mentors/{}/slots", mentor.id)).await.body;
    assert_eq!(listed["data"], json!([]));

    providers.google.set_faults(Faults::none());
    assert_eq!(client.book(&later, "three").await.status, 201);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_waited_for_briefly_and_then_left_alone() {
    let Pair { world, providers, client, slot, mentor, service: _service, .. } = pair().await;
    let slow = Duration::from_secs(20)..Duration::from_secs(30);
    providers.google.set_faults(Faults::none().share(1.0, Calls::any(), Fault::Late(slow)));
    read_ago(&world, minutes(6)).await;

    let started = std::time::Instant::now();
    assert_eq!(client.book(&slot, "one").await.status, 201);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    providers.google.forget_calls();
    let later = world.slot(&mentor, days(3)).await;
    let started = std::time::Instant::now();
    assert_eq!(client.book(&later, "two").await.status, 201);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(providers.google.calls(), [], "it was down a moment ago");
}

#[tokio::test]
async fn a_calendar_with_an_error_inside_a_good_answer_is_not_free() {
    let Pair { world, providers, client, slot, mentor, service: _service, .. } = pair().await;
    providers.google.break_calendar(&mentor.email, &mentor.email, "internalError");
    read_ago(&world, minutes(61)).await;

    assert_eq!(client.book(&slot, "one").await.outcome(), (503, "CALENDAR_UNAVAILABLE"));
    let error = "SELECT k.error FROM convene.calendars k WHERE k.calendar_id = $1";
    assert_eq!(world.admin.value::<Option<String>>(error, &[&mentor.email]).await.as_deref(), Some("internalError"));
    providers.google.mend_calendar(&mentor.email, &mentor.email);
    assert_eq!(client.book(&slot, "two").await.status, 201);
    assert_eq!(world.admin.value::<Option<String>>(error, &[&mentor.email]).await, None);
}

#[tokio::test]
async fn our_own_events_are_no_reason_against_and_a_canceled_slot_is_free_at_once() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    for user in [&mentee, &mentor] {
        let client = service.signed_in(&world, user).await;
        providers.connect_google(&client, user).await;
    }
    let slot = world.slot(&mentor, days(2)).await;
    let booking = client.book(&slot, "one").await.body;
    until(async || providers.google.events(&mentee.email, &mentee.email).len() == 1).await;
    world.admin.run("UPDATE convene.calendar_connections SET synced_at = NULL").await;
    world.make_due("calendar_syncs").await;
    until(async || {
        let known = "SELECT count(*) FROM convene.calendar_connections WHERE synced_at IS NOT NULL";
        world.admin.value::<i64>(known, &[]).await == 2
    })
    .await;

    let windows = "SELECT count(*) FROM convene.calendar_busy_windows";
    assert_eq!(world.admin.value::<i64>(windows, &[]).await, 0, "the meeting is not counted twice");
    let cancel = format!("/v1/bookings/{}/cancel", booking["id"].as_str().unwrap());
    assert_eq!(client.put(&cancel, json!({})).await.status, 200);
    assert_eq!(client.book(&slot, "two").await.status, 201);
}

#[tokio::test]
async fn workers_read_what_is_due_and_the_hourly_job_makes_everything_due() {
    let Pair { world, providers, service, slot, mentor, mentee, .. } = pair().await;
    drop(service);
    read_ago(&world, minutes(1)).await;
    providers.google.add_busy(&mentor.email, &mentor.email, slot.start, slot.start + minutes(30));
    world.admin.run("CALL convene.run_job('calendar_drift')").await;
    let due = "SELECT count(*) FROM convene.work_items
        WHERE queue = 'calendar_syncs' AND due_at < now() + interval '11 minutes'";
    assert_eq!(world.admin.value::<i64>(due, &[]).await, 2);
    // Ten minutes later.
    world.make_due("calendar_syncs").await;

    let _workers = providers.service(&world).await;
    until(async || world.reasons(&mentee, &slot).await == ["MENTOR_CALENDAR_CONFLICT"]).await;
}

#[tokio::test]
async fn microsofts_calendars_count_as_well() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service_with(&world, &[("CONVENE_WORKERS", "false")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;
    providers.connect_microsoft(&service.signed_in(&world, &mentor).await, &mentor).await;
    providers.microsoft.add_busy(&mentor.email, "calendar", slot.start, slot.start + minutes(10));
    read_ago(&world, minutes(6)).await;

    let reply = client.book(&slot, "one").await;

    assert_eq!(reply.outcome(), (409, "MENTOR_CALENDAR_CONFLICT"));
    assert_eq!(reply.body["error"]["details"]["provider"], "microsoft");
}

#[tokio::test]
async fn moving_a_booking_reads_the_calendars_too() {
    let Pair { world, providers, client, slot, mentee, mentor, service: _service, .. } = pair().await;
    let booking = client.book(&slot, "one").await.body;
    let other = world.slot(&mentor, days(3)).await;
    providers.google.add_busy(&mentee.email, &mentee.email, other.start, other.start + hours(1));
    read_ago(&world, minutes(6)).await;

    let path = format!("/v1/bookings/{}/reschedule", booking["id"].as_str().unwrap());
    let request = client.request(reqwest::Method::POST, &path).header("Idempotency-Key", "move");
    let reply = support::Reply::of(request.json(&json!({ "time_slot_id": other.id }))).await;

    assert_eq!(reply.outcome(), (409, "CALENDAR_CONFLICT"), "{GOAL}");
}

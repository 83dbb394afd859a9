//! What coordinators see and do.

use serde_json::json;
use support::{Reply, Service, World, days, hours, minutes};

#[tokio::test]
async fn jobs_and_their_runs_are_shown() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    world.admin.run("CALL convene.run_job('mark_dormant_users')").await;

    let jobs = staff.get("/v1/coordinator/jobs").await;
    let runs = staff.get("/v1/coordinator/jobs/mark_dormant_users/runs").await;

    let names: Vec<&str> =
        jobs.body["data"].as_array().unwrap().iter().map(|job| job["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"expire_pending_bookings") && names.contains(&"recompute_reputations"), "{names:?}");
    assert_eq!(runs.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(runs.body["data"][0]["status"], json!("success"), "{}", runs.body);
    // Jobs are the installation's: what one says may be about another tenant.
    world
        .admin
        .run("SELECT convene.log_job_failure('purge_logs', 'Ada of another tenant', 1500, '{\"sqlstate\": \"Ada\"}')")
        .await;
    let jobs_now = staff.get("/v1/coordinator/jobs").await;
    let failed = staff.get("/v1/coordinator/jobs/purge_logs/runs").await;
    assert_eq!(failed.body["data"][0]["status"], json!("failure"));
    assert!(!failed.body.to_string().contains("Ada") && !jobs_now.body.to_string().contains("Ada"), "{}", failed.body);
    let unknown = staff.get("/v1/coordinator/jobs/no_such_job/runs").await;
    assert_eq!(unknown.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn the_overview_counts_what_there_is() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let service = Service::start(&world.database).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.with_tier(world.mentee().await, "gold").await;
    // A mentor with nothing free, whatever the day brings.
    world.mentor().await;
    world.request(&mentee, &mentor, days(2)).await;
    world.slot(&mentor, days(3)).await;
    let missed = world.booking(&mentee, &mentor, days(4)).await;
    world.let_start(&missed, hours(-30)).await;
    world.no_show(&missed, &mentor, &mentee).await.unwrap();
    let late = world.booking(&mentee, &mentor, hours(1)).await;
    world.cancel(&late, &mentee).await.unwrap();
    // Staff who cancel for others are not late.
    let coordinator = world.coordinator().await;
    let for_others = world.booking(&mentee, &mentor, hours(1) + minutes(45)).await;
    world.cancel(&for_others, &coordinator).await.unwrap();
    world.admin.run("UPDATE convene.time_slots SET start_time = start_time, deleted_at = now() WHERE start_time < now() + interval '2 hours'").await;
    world.admin.execute("UPDATE convene.users SET dormant_since = now() WHERE id = $1", &[&mentee.id]).await;

    let overview = staff.get("/v1/coordinator/overview").await;

    assert_eq!(overview.status, 200, "{}", overview.body);
    let number = |name: &str| overview.body[name].as_i64().unwrap();
    assert_eq!((number("pending_requests"), number("overrides_waiting")), (1, 0));
    assert!(overview.body["oldest_pending_at"].is_string() && overview.body["oldest_override_at"].is_null());
    assert_eq!((number("late_cancellations_30d"), number("no_shows_30d")), (1, 1));
    assert_eq!((number("slots_free_7d"), number("slots_booked_7d")), (1, 1));
    assert_eq!((number("mentors_without_free_slots"), number("dormant_users")), (1, 1));
    assert_eq!(overview.body["users_by_role"], json!({ "coordinator": 2, "mentee": 2, "mentor": 2 }));
    assert_eq!((number("jobs_failing"), number("jobs_overdue")), (0, 0));
    let tiers = overview.body["users_by_tier"].as_object().unwrap();
    assert_eq!(tiers.values().map(|many| many.as_i64().unwrap()).sum::<i64>(), 4);
    assert_eq!(tiers["gold"], 1);
}

#[tokio::test]
async fn users_are_found_by_what_they_are_and_page_by_page() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let staff = service.signed_in(&world, &world.named(world.coordinator().await, "Coco").await).await;
    world.named(world.mentee().await, "Ada").await;
    let ben = world.with_tier(world.named(world.mentee().await, "Ben").await, "gold").await;
    world.named(world.mentor().await, "Mia").await;
    world
        .admin
        .execute("UPDATE convene.users SET is_active = false, company = 'Acme & Co' WHERE id = $1", &[&ben.id])
        .await;
    let names = async |query: &str| {
        let reply = staff.get(&format!("/v1/coordinator/users?{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let users = reply.body["data"].as_array().unwrap().clone();
        let names: Vec<String> = users.iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect();
        (names.join(" "), reply.body["next_cursor"].as_str().map(str::to_owned))
    };
    assert_eq!(names("").await, ("Ada Ben Coco Mia".to_owned(), None));
    for (query, found) in [
        ("role=mentee", "Ada Ben"),
        ("tier=gold", "Ben"),
        ("active=false", "Ben"),
        ("active=true&role=mentee", "Ada"),
        ("dormant=true", ""),
        ("q=acme%20%26", "Ben"),
        ("q=MIA", "Mia"),
    ] {
        assert_eq!(names(query).await.0, found, "{query}");
    }
    let (first, next) = names("limit=3").await;
    assert_eq!(
        (first.as_str(), names(&format!("limit=3&cursor={}", next.unwrap())).await.0.as_str()),
        ("Ada Ben Coco", "Mia")
    );
    for query in ["role=boss", "tier=lead", "q=", "active=maybe", "cursor=x"] {
        let reply = staff.get(&format!("/v1/coordinator/users?{query}")).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{query}");
    }
}

#[tokio::test]
async fn a_coordinator_gives_a_booking_to_another_mentor_once() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let (mentee, mia, max) = (world.mentee().await, world.mentor().await, world.mentor().await);
    let booking = world.booking(&mentee, &mia, days(2)).await;
    let slot = world.slot(&max, days(3)).await;
    let path = format!("/v1/bookings/{}/reassign", booking.id());
    let reassign = async |key: &str, reason: &str| {
        let body = json!({ "time_slot_id": slot.id, "reason": reason });
        Reply::of(staff.request(reqwest::Method::POST, &path).header("Idempotency-Key", key).json(&body)).await
    };

    let moved = reassign("1", "Mia is ill").await;
    let again = reassign("1", "Mia is ill").await;

    assert_eq!((moved.status, &moved.body["mentor_id"]), (200, &json!(max.id)), "{}", moved.body);
    assert_eq!((again.status, again.header("idempotent-replayed"), &again.body), (200, Some("true"), &moved.body));
    assert_eq!(reassign("1", "Mia is away").await.outcome(), (409, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(reassign("2", "Mia is ill").await.outcome(), (409, "SAME_SLOT"));
    let without = staff.post(&path, json!({ "time_slot_id": slot.id })).await;
    assert_eq!(without.outcome(), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    let history = staff.get(&format!("/v1/bookings/{}/history", booking.id())).await.body;
    let events: Vec<&str> =
        history["data"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["created", "reassigned"]);
}

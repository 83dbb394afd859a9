//! What the clock does: each job, what it leaves alone, and that a second run finds nothing to do.

use serde_json::{Value, json};
use support::{Booking, User, World, days, hours, minutes};

/// Runs a job, and checks what every job must do: count, say how long it took, and log its success.
async fn run(world: &World, job: &str) -> Value {
    let logged =
        "SELECT count(*) FROM convene.cron_job_logs WHERE job_name = $1 AND status = 'success' AND duration_ms >= 0";
    let before: i64 = world.admin.value(logged, &[&job]).await;
    let mut counts = world.admin.call_one(job, json!({})).await.unwrap();
    assert_eq!(world.admin.value::<i64>(logged, &[&job]).await, before + 1, "{job}");
    let duration = counts.as_object_mut().unwrap().remove("duration_ms").unwrap();
    assert!(duration.as_f64().is_some_and(|duration| duration >= 0.0), "{job} took {duration}");
    counts
}

async fn statuses(world: &World, bookings: &[&Booking]) -> Vec<String> {
    let mut statuses = Vec::new();
    for booking in bookings {
        statuses.push(world.admin.value("SELECT status FROM convene.bookings WHERE id = $1", &[&booking.id()]).await);
    }
    statuses
}

/// As if it had been asked for that long ago.
async fn asked(world: &World, booking: &Booking, ago: &str) {
    let sql = "UPDATE convene.bookings SET created_at = now() - $2::text::interval WHERE id = $1";
    world.admin.execute(sql, &[&booking.id(), &ago]).await;
    world.settle_lapses().await;
}

/// Fans out what is owed; returns titles by reader's role.
async fn told(world: &World) -> Vec<(String, String)> {
    world.admin.run("SELECT convene.dispatch_events()").await;
    let sql = "WITH read AS (DELETE FROM convene.notification_log)
        SELECT u.role, n.title FROM convene.notices n JOIN convene.users u ON u.id = n.user_id";
    let mut told: Vec<_> = world.admin.rows(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect();
    told.sort();
    told
}

fn each(titles: &[(&str, &str)]) -> Vec<(String, String)> {
    titles.iter().map(|(role, title)| ((*role).to_owned(), (*title).to_owned())).collect()
}

#[tokio::test]
async fn requests_that_nobody_answered_expire_and_give_slot_and_time_back() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let old = world.request(&mentee, &mentor, days(3)).await;
    let started = world.request(&mentee, &mentor, days(4)).await;
    let young = world.request(&mentee, &mentor, days(5)).await;
    let confirmed = world.booking(&mentee, &mentor, days(6)).await;
    asked(&world, &old, "7 days 1 minute").await;
    asked(&world, &young, "6 days 23 hours").await;
    asked(&world, &confirmed, "10 days").await;
    world.let_start(&started, minutes(-1)).await;
    told(&world).await;

    assert_eq!(run(&world, "expire_pending_bookings").await, json!({ "expired_count": 2 }));

    let all = [&old, &started, &young, &confirmed];
    assert_eq!(statuses(&world, &all).await, ["expired", "expired", "pending", "confirmed"]);
    let free = "SELECT count(*) FROM convene.time_slots WHERE booking_id IS NULL AND deleted_at IS NULL";
    assert_eq!(world.admin.value::<i64>(free, &[]).await, 2);
    let active = "SELECT count(*) FILTER (WHERE active) FROM convene.booking_participants";
    assert_eq!(world.admin.value::<i64>(active, &[]).await, 4);
    let arguments = json!({ "p_booking_id": old.id(), "p_actor_id": mentee.id });
    let history = world.sql.call("booking_history", arguments).await.unwrap();
    let last = history.last().unwrap();
    assert_eq!(
        (&last["event"], &last["from_status"], &last["to_status"], &last["actor_id"]),
        (&json!("expired"), &json!("pending"), &json!("expired"), &Value::Null)
    );
    let title = "Meeting request expired";
    assert_eq!(told(&world).await, each(&[("mentee", title), ("mentee", title), ("mentor", title), ("mentor", title)]));

    let before = world.snapshot().await;
    assert_eq!(run(&world, "expire_pending_bookings").await, json!({ "expired_count": 0 }));
    let after = world.snapshot().await;
    let changed: Vec<_> =
        before.iter().zip(&after).filter(|(one, other)| one != other).map(|(one, _)| &one.0).collect();
    assert_eq!(changed, ["convene.cron_job_logs"]);
}

#[tokio::test]
async fn an_expired_slot_can_be_booked_at_once() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot_on_request(&mentor, days(3)).await;
    let request = world.book(&mentee, &slot).await.unwrap();
    asked(&world, &request, "8 days").await;

    run(&world, "expire_pending_bookings").await;

    assert_eq!(world.book(&mentee, &slot).await.unwrap().status(), "pending");
    assert_eq!(world.confirm(&request, &mentor).await.unwrap_err().code, "INVALID_TRANSITION");
}

#[tokio::test]
async fn each_organization_waits_for_answers_as_long_as_it_says() {
    let world = World::new().await;
    world.policy("pending_expiry_days", 2).await;
    let elsewhere = world.other_organization("elsewhere").await;
    let ours = world.request(&world.mentee().await, &world.mentor().await, days(3)).await;
    let mentor = world.user_in(&elsewhere, "mentor").await;
    let theirs = world.request(&world.user_in(&elsewhere, "mentee").await, &mentor, days(3)).await;
    asked(&world, &ours, "3 days").await;
    asked(&world, &theirs, "3 days").await;

    assert_eq!(run(&world, "expire_pending_bookings").await["expired_count"], 1);

    assert_eq!(statuses(&world, &[&ours, &theirs]).await, ["expired", "pending"]);
}

async fn request_override(world: &World, mentee: &User, mentor: &User) -> uuid::Uuid {
    let arguments =
        json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id, "p_reason": "They wrote the book on it" });
    let request = world.sql.call_one("request_tier_override", arguments).await.unwrap();
    request["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn override_requests_that_nobody_decided_are_rejected_and_their_mentees_told() {
    let world = World::new().await;
    let mentee = world.with_tier(world.mentee().await, "bronze").await;
    let coordinator = world.coordinator().await;
    let mut requests = Vec::new();
    for _ in 0..3 {
        let mentor = world.with_tier(world.mentor().await, "platinum").await;
        requests.push((request_override(&world, &mentee, &mentor).await, mentor));
    }
    let [(late, late_mentor), (waiting, _), (approved, _)] = &requests[..] else { unreachable!() };
    let approve = json!({ "p_request_id": approved, "p_reviewer_id": coordinator.id, "p_approve": true });
    world.sql.call_one("review_tier_override", approve).await.unwrap();
    told(&world).await;
    let expire =
        "UPDATE convene.tier_override_requests SET expires_at = now() - interval '1 second' WHERE id = ANY ($1)";
    world.admin.execute(expire, &[&vec![*late, *approved]]).await;

    assert_eq!(run(&world, "reject_expired_tier_overrides").await, json!({ "rejected_count": 1 }));

    let status = async |id: &uuid::Uuid| {
        world.admin.json("SELECT status, reviewed_by, reviewed_at IS NOT NULL AS decided FROM convene.tier_override_requests WHERE id = $1", &[id]).await
    };
    assert_eq!(status(late).await, json!({ "status": "rejected", "reviewed_by": null, "decided": true }));
    assert_eq!(status(waiting).await, json!({ "status": "pending", "reviewed_by": null, "decided": false }));
    assert_eq!(status(approved).await["status"], "approved");
    assert_eq!(told(&world).await, each(&[("mentee", "Exception request expired")]));
    assert_eq!(run(&world, "reject_expired_tier_overrides").await, json!({ "rejected_count": 0 }));
    assert_eq!(told(&world).await, []);
    request_override(&world, &mentee, late_mentor).await;
}

#[tokio::test]
async fn users_without_activity_become_dormant_and_what_they_do_wakes_them() {
    let world = World::new().await;
    let (asleep, awake, gone) = (world.mentee().await, world.mentor().await, world.mentee().await);
    let away = "UPDATE convene.users SET last_activity_at = now() - $2::text::interval WHERE id = $1";
    world.admin.execute(away, &[&asleep.id, &"90 days 1 hour"]).await;
    world.admin.execute(away, &[&awake.id, &"89 days 23 hours"]).await;
    world.admin.execute(away, &[&gone.id, &"400 days"]).await;
    world.admin.execute("UPDATE convene.users SET deleted_at = now() WHERE id = $1", &[&gone.id]).await;

    assert_eq!(run(&world, "mark_dormant_users").await, json!({ "dormant_count": 1 }));

    let dormant = "SELECT array_agg(id) FROM convene.users WHERE dormant_since IS NOT NULL";
    assert_eq!(world.admin.value::<Option<Vec<uuid::Uuid>>>(dormant, &[]).await, Some(vec![asleep.id]));
    assert_eq!(run(&world, "mark_dormant_users").await, json!({ "dormant_count": 0 }));
    world.book(&asleep, &world.slot(&awake, days(3)).await).await.unwrap();
    assert_eq!(world.admin.value::<Option<Vec<uuid::Uuid>>>(dormant, &[]).await, None);
    assert_eq!(run(&world, "mark_dormant_users").await, json!({ "dormant_count": 0 }), "activity counts from now");
}

#[tokio::test]
async fn each_organization_says_after_how_many_days_its_users_are_dormant() {
    let world = World::new().await;
    world.policy("dormant_after_days", 10).await;
    let elsewhere = world.other_organization("elsewhere").await;
    world.mentee().await;
    world.user_in(&elsewhere, "mentee").await;
    world.admin.run("UPDATE convene.users SET last_activity_at = now() - interval '11 days'").await;

    assert_eq!(run(&world, "mark_dormant_users").await, json!({ "dormant_count": 1 }));
}

#[tokio::test]
async fn meetings_that_have_ended_are_completed_and_reputations_follow() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let ended = world.booking(&mentee, &mentor, days(2)).await;
    let canceled = world.booking(&mentee, &mentor, days(5)).await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (others, other) = (world.user_in(&elsewhere, "mentee").await, world.user_in(&elsewhere, "mentor").await);
    let running = world.booking(&others, &other, days(3)).await;
    let unanswered = world.request(&others, &other, days(4)).await;
    world.cancel(&canceled, &mentee).await.unwrap();
    for (booking, start) in [(&ended, -31), (&running, -28), (&unanswered, -90), (&canceled, -200)] {
        world.let_start(booking, minutes(start)).await;
    }
    told(&world).await;

    assert_eq!(run(&world, "complete_past_bookings").await, json!({ "completed_count": 1 }));

    let all = [&ended, &running, &unanswered, &canceled];
    assert_eq!(statuses(&world, &all).await, ["completed", "confirmed", "pending", "canceled"]);
    let completed = "Meeting completed";
    assert_eq!(told(&world).await, each(&[("mentee", completed), ("mentor", completed)]));
    // Of two bookings that ended, the mentee canceled one.
    let scores = "SELECT role, reputation_score, reputation_tier FROM convene.users WHERE org_id = $1 ORDER BY role";
    let scores: Vec<(String, f64, String)> = world
        .admin
        .rows(scores, &[&world.org.id])
        .await
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(
        scores,
        [("mentee".to_owned(), 3.5, "silver".to_owned()), ("mentor".to_owned(), 4.2, "gold".to_owned())]
    );
    assert_eq!(run(&world, "complete_past_bookings").await, json!({ "completed_count": 0 }));
    world.rate(&ended, &mentee, 5).await.unwrap();
}

#[tokio::test]
async fn reputations_follow_the_calendar_when_nothing_else_happens() {
    let world = World::new().await;
    let (mentee, mentor, gone) = (world.mentee().await, world.mentor().await, world.mentee().await);
    world.admin.execute("UPDATE convene.users SET deleted_at = now() WHERE id = $1", &[&gone.id]).await;
    let request = world.request(&mentee, &mentor, hours(1)).await;
    world.cancel(&request, &mentee).await.unwrap();
    let scores = async || {
        let sql = "SELECT reputation_score, reputation_tier FROM convene.users WHERE id = ANY ($1) ORDER BY role";
        let rows = world.admin.rows(sql, &[&vec![mentee.id, mentor.id]]).await;
        rows.iter().map(|row| (row.get::<_, f64>(0), row.get::<_, String>(1))).collect::<Vec<_>>()
    };
    // The mentee's canceling has been taken into account at once; the mentor stands where the test put them.
    assert_eq!(scores().await, [(3.95, "silver".to_owned()), (3.0, "silver".to_owned())]);
    assert_eq!(run(&world, "recompute_reputations").await, json!({ "recomputed_count": 2, "changed_count": 1 }));
    assert_eq!(scores().await, [(3.95, "silver".to_owned()), (4.2, "gold".to_owned())]);
    assert_eq!(run(&world, "recompute_reputations").await, json!({ "recomputed_count": 2, "changed_count": 0 }));

    world.admin.run("UPDATE convene.reputation_penalties SET expires_at = now()").await;
    let months = "UPDATE convene.users SET joined_at = now() - interval '3 months 1 day' WHERE id = $1";
    world.admin.execute(months, &[&mentor.id]).await;

    assert_eq!(run(&world, "recompute_reputations").await["changed_count"], 2);
    assert_eq!(scores().await, [(4.2, "gold".to_owned()), (4.5, "platinum".to_owned())]);
    let before = world.snapshot().await;
    run(&world, "recompute_reputations").await;
    let after = world.snapshot().await;
    let changed: Vec<_> =
        before.iter().zip(&after).filter(|(one, other)| one != other).map(|(one, _)| &one.0).collect();
    assert_eq!(changed, ["convene.cron_job_logs"]);
}

#[tokio::test]
async fn idempotency_keys_are_forgotten_after_a_day() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    for key in ["old", "young"] {
        let slot = world.slot(&mentor, days(if key == "old" { 2 } else { 3 })).await;
        let mut arguments = support::world::booking_of(&mentee, &slot);
        arguments["p_idempotency_key"] = json!(key);
        world.act("create_booking_atomic", arguments).await.unwrap();
    }
    let age = "UPDATE convene.idempotency_requests SET created_at = now() - $2::text::interval
        WHERE key_hash = sha256(convert_to($1::text, 'UTF8'))";
    world.admin.execute(age, &[&"old", &"24 hours 1 minute"]).await;
    world.admin.execute(age, &[&"young", &"23 hours 59 minutes"]).await;

    assert_eq!(run(&world, "clean_idempotency_keys").await, json!({ "deleted_count": 1 }));

    let kept = "SELECT key_hash = sha256('young') FROM convene.idempotency_requests";
    assert!(world.admin.value::<bool>(kept, &[]).await);
    assert_eq!(run(&world, "clean_idempotency_keys").await, json!({ "deleted_count": 0 }));
}

#[tokio::test]
async fn records_of_job_runs_are_dropped_after_ninety_days() {
    let world = World::new().await;
    let write = "INSERT INTO convene.cron_job_logs (job_name, status, created_at)
        SELECT 'purge_logs', 'failure', now() - days * interval '1 day' FROM unnest(ARRAY[1, 89, 91, 400]) AS days";
    world.admin.run(write).await;

    assert_eq!(run(&world, "purge_logs").await, json!({ "purged_count": 2, "cron_purged_count": 0 }));

    let left = "SELECT count(*) FROM convene.cron_job_logs WHERE status = 'failure'";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 2);
    assert_eq!(run(&world, "purge_logs").await["purged_count"], 0);
}

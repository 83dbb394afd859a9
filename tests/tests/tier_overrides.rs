//! Tier override requests: a way past the tier, for one booking.

use serde_json::{Value, json};
use support::{Refused, User, World, days};

const REASON: &str = "They built what I am building";

async fn ask(world: &World, mentee: &User, mentor: &User) -> Result<Value, Refused> {
    let arguments = json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id, "p_reason": REASON });
    world.sql.call_one("request_tier_override", arguments).await
}

async fn review(world: &World, request: &Value, reviewer: &User, approve: bool) -> Result<Value, Refused> {
    let arguments = json!({ "p_request_id": request["id"], "p_reviewer_id": reviewer.id, "p_approve": approve,
        "p_notes": "Considered" });
    world.sql.call_one("review_tier_override", arguments).await
}

/// A silver mentee and a platinum mentor, out of reach of each other.
async fn apart(world: &World) -> (User, User) {
    (world.mentee().await, world.with_tier(world.mentor().await, "platinum").await)
}

#[tokio::test]
async fn an_approved_override_lets_one_booking_pass_and_is_then_used_up() {
    let world = World::new().await;
    let ((mentee, mentor), coordinator) = (apart(&world).await, world.coordinator().await);
    let (first, second) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);
    let can_book = async || {
        let pair = json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id });
        world.admin.call_one("can_book_mentor", pair).await.unwrap()
    };
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    assert_eq!((&request["status"], &request["reason"]), (&json!("pending"), &json!(REASON)));
    assert_eq!(world.book(&mentee, &first).await.unwrap_err().code, "TIER_RESTRICTION", "a request is no approval");

    let approved = review(&world, &request, &coordinator, true).await.unwrap();
    assert_eq!((&approved["status"], &approved["reviewed_by"]), (&json!("approved"), &json!(coordinator.id)));
    assert_eq!(can_book().await, true);
    let booking = world.book(&mentee, &first).await.unwrap();

    let used_at: jiff::Timestamp = world.admin.value("SELECT used_at FROM convene.tier_override_requests", &[]).await;
    assert_eq!(used_at, booking.time("created_at"));
    assert_eq!(can_book().await, false);
    assert_eq!(world.book(&mentee, &second).await.unwrap_err().code, "TIER_RESTRICTION");
    let told: String =
        world.admin.value("SELECT kind FROM convene.notification_log WHERE user_id = $1", &[&mentee.id]).await;
    assert_eq!(told, "tier_override_approved");
}

#[tokio::test]
async fn an_override_is_kept_for_when_it_is_needed() {
    let world = World::new().await;
    let ((mentee, mentor), coordinator) = (apart(&world).await, world.coordinator().await);
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    review(&world, &request, &coordinator, true).await.unwrap();
    let slot = world.slot(&mentor, days(2)).await;
    world.busy(&mentor, &slot).await;

    assert_eq!(world.book(&mentee, &slot).await.unwrap_err().code, "MENTOR_CALENDAR_CONFLICT");
    world.with_tier(mentee.clone(), "gold").await;
    world.book(&mentee, &world.slot(&mentor, days(3)).await).await.unwrap();

    let unused = "SELECT count(*) FROM convene.tier_override_requests WHERE used_at IS NULL";
    assert_eq!(world.admin.value::<i64>(unused, &[]).await, 1);
}

#[tokio::test]
async fn who_may_book_already_is_told_to_book() {
    let world = World::new().await;
    let ((mentee, mentor), coordinator) = (apart(&world).await, world.coordinator().await);
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    let approved = review(&world, &request, &coordinator, true).await.unwrap();

    let no = ask(&world, &mentee, &mentor).await.unwrap_err();

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("OVERRIDE_ALREADY_APPROVED", "23505"));
    assert_eq!(no.details["mentor_id"], json!(mentor.id));
    let until = |text: &Value| text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(until(&no.details["expires_at"]), until(&approved["expires_at"]));
    world.book(&mentee, &world.slot(&mentor, days(2)).await).await.unwrap();
    ask(&world, &mentee, &mentor).await.unwrap();
}

#[tokio::test]
async fn a_lapsed_override_is_worth_nothing() {
    let world = World::new().await;
    let ((mentee, mentor), coordinator) = (apart(&world).await, world.coordinator().await);
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    review(&world, &request, &coordinator, true).await.unwrap();
    world.admin.run("UPDATE convene.tier_override_requests SET expires_at = now() - interval '1 second'").await;

    let no = world.book(&mentee, &world.slot(&mentor, days(2)).await).await.unwrap_err();

    assert_eq!(no.code, "TIER_RESTRICTION");
    ask(&world, &mentee, &mentor).await.unwrap();
}

#[tokio::test]
async fn a_rejected_request_is_told_and_may_be_asked_again() {
    let world = World::new().await;
    let ((mentee, mentor), admin) = (apart(&world).await, world.user("admin").await);
    let request = ask(&world, &mentee, &mentor).await.unwrap();

    let rejected = review(&world, &request, &admin, false).await.unwrap();

    assert_eq!((&rejected["status"], &rejected["review_notes"]), (&json!("rejected"), &json!("Considered")));
    assert_eq!(world.book(&mentee, &world.slot(&mentor, days(2)).await).await.unwrap_err().code, "TIER_RESTRICTION");
    ask(&world, &mentee, &mentor).await.unwrap();
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let (mentee, mentor) = apart(&world).await;
    let near = world.mentor().await;
    let nobody = User { id: uuid::Uuid::new_v4(), ..mentee.clone() };
    ask(&world, &mentee, &mentor).await.unwrap();
    let inactive = world.mentee().await;
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&inactive.id]).await;
    for (who, whom, code, sqlstate) in [
        (&mentee, &mentor, "OVERRIDE_ALREADY_REQUESTED", "23505"),
        (&mentee, &near, "OVERRIDE_NOT_NEEDED", "P0001"),
        (&near, &mentor, "NOT_A_MENTEE", "42501"),
        (&mentee, &nobody, "MENTOR_NOT_FOUND", "P0002"),
        (&mentee, &inactive, "MENTOR_NOT_FOUND", "P0002"),
        (&nobody, &mentor, "USER_NOT_FOUND", "P0002"),
        (&inactive, &mentor, "USER_INACTIVE", "42501"),
    ] {
        let no = ask(&world, who, whom).await.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), (code, sqlstate));
    }
    for reason in ["too short", "  blank   ", &"x".repeat(2001)] {
        let arguments = json!({ "p_mentee_id": mentee.id, "p_mentor_id": near.id, "p_reason": reason });
        let no = world.sql.call_one("request_tier_override", arguments).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("reason")));
    }
}

#[tokio::test]
async fn only_staff_of_the_same_organization_review_and_only_once() {
    let world = World::new().await;
    let (mentee, mentor) = apart(&world).await;
    let abroad = world.other_organization("abroad").await;
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    for (reviewer, code) in [
        (&mentee, "NOT_AUTHORIZED"),
        (&mentor, "NOT_AUTHORIZED"),
        (&world.user_in(&abroad, "coordinator").await, "OVERRIDE_NOT_FOUND"),
    ] {
        assert_eq!(review(&world, &request, reviewer, true).await.unwrap_err().code, code);
    }
    let coordinator = world.coordinator().await;
    review(&world, &request, &coordinator, false).await.unwrap();

    let no = review(&world, &request, &coordinator, true).await.unwrap_err();

    assert_eq!((no.code.as_str(), &no.details), ("OVERRIDE_ALREADY_REVIEWED", &json!({ "status": "rejected" })));
}

#[tokio::test]
async fn a_request_nobody_decided_in_time_can_no_longer_be_approved() {
    let world = World::new().await;
    let (mentee, mentor) = apart(&world).await;
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    world.admin.run("UPDATE convene.tier_override_requests SET expires_at = now() - interval '1 second'").await;

    let no = review(&world, &request, &world.coordinator().await, true).await.unwrap_err();

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("OVERRIDE_EXPIRED", "P0001"));
}

#[tokio::test]
async fn a_request_that_nobody_decided_in_time_makes_way_for_a_new_one_before_any_job_has_run() {
    let world = World::new().await;
    let (mentee, mentor) = apart(&world).await;
    let old = ask(&world, &mentee, &mentor).await.unwrap();
    world.admin.run("UPDATE convene.tier_override_requests SET expires_at = now() - interval '1 second'").await;
    let waiting = "SELECT array_agg(request_id) FROM convene.overrides_waiting";
    assert_eq!(world.admin.value::<Option<Vec<uuid::Uuid>>>(waiting, &[]).await, None);

    let new = ask(&world, &mentee, &mentor).await.unwrap();

    let rejected = "SELECT status, reviewed_by FROM convene.tier_override_requests WHERE id = $1";
    let old: uuid::Uuid = old["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(world.admin.json(rejected, &[&old]).await, json!({ "status": "rejected", "reviewed_by": null }));
    let told = "SELECT kind FROM convene.notification_log WHERE user_id = $1";
    assert_eq!(world.admin.value::<String>(told, &[&mentee.id]).await, "tier_override_expired");
    assert_eq!(ask(&world, &mentee, &mentor).await.unwrap_err().code, "OVERRIDE_ALREADY_REQUESTED");
    assert_eq!(review(&world, &new, &world.coordinator().await, true).await.unwrap()["status"], "approved");
}

#[tokio::test]
async fn a_request_that_nobody_decided_in_time_is_rejected_in_every_list_before_the_clock_has_been_there() {
    let world = World::new().await;
    let ((mentee, mentor), coordinator) = (apart(&world).await, world.coordinator().await);
    let request = ask(&world, &mentee, &mentor).await.unwrap();
    let listed = async |actor: &User, status: &str| {
        let arguments = json!({ "p_actor_id": actor.id, "p_status": status });
        let listed = world.sql.call("list_tier_overrides", arguments).await.unwrap();
        listed.iter().map(|row| (row["id"].clone(), row["status"].clone())).collect::<Vec<_>>()
    };
    let nothing: Vec<(Value, Value)> = Vec::new();
    assert_eq!(listed(&coordinator, "pending").await, [(request["id"].clone(), json!("pending"))]);

    world.admin.run("UPDATE convene.tier_override_requests SET created_at = now() - interval '8 days', expires_at = now() - interval '1 second'").await;

    for actor in [&coordinator, &mentee] {
        assert_eq!(listed(actor, "pending").await, nothing);
        assert_eq!(listed(actor, "rejected").await, [(request["id"].clone(), json!("rejected"))]);
    }
}

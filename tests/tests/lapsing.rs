//! What nobody answered or finished in time is over then, whether or not the clock's jobs have been there.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use support::availability::in_days;
use support::{Booking, World, days, minutes};

#[tokio::test]
async fn a_request_that_nobody_answered_in_time_is_over_before_any_job_has_run() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let request = world.request(&mentee, &mentor, days(9)).await;
    let slot = world.slot(&mentor, days(10)).await;
    assert_eq!(waiting(&world).await, 1);
    world.admin.run("UPDATE convene.bookings SET created_at = now() - interval '7 days 1 second'").await;
    world.settle_lapses().await;
    let before = world.snapshot().await;

    for no in [
        world.confirm(&request, &mentor).await,
        world.decline(&request, &mentor).await,
        world.cancel(&request, &mentee).await,
        world.reschedule(&request, &mentor, &slot).await,
    ] {
        let no = no.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("REQUEST_LAPSED", "P0001"));
    }

    assert_eq!(world.snapshot().await, before);
    assert_eq!(waiting(&world).await, 0);
}

/// How many requests operators see waiting.
async fn waiting(world: &World) -> i64 {
    world.admin.value("SELECT count(*) FROM convene.pending_requests", &[]).await
}

#[tokio::test]
async fn a_hold_that_lapsed_is_no_longer_canceled() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let arguments = json!({ "p_time_slot_id": slot.id, "p_mentee_id": mentee.id });
    let held = Booking(world.admin.call_one("hold_slot", arguments).await.unwrap());
    world.admin.run("UPDATE convene.bookings SET held_until = now() - interval '1 second'").await;
    world.settle_lapses().await;

    assert_eq!(world.cancel(&held, &mentee).await.unwrap_err().code, "HOLD_LAPSED");
}

#[tokio::test]
async fn a_request_that_lapsed_does_not_count_in_its_week() {
    let world = World::new().await;
    world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let noon = in_days(9).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
    world.request(&mentee, &mentor, noon.duration_since(Timestamp::now())).await;
    let beside = world.slot_at(&world.mentor().await, noon + minutes(40)).await;
    assert_eq!(world.book(&mentee, &beside).await.unwrap_err().code, "BOOKING_LIMIT_EXCEEDED");

    world.admin.run("UPDATE convene.bookings SET created_at = now() - interval '7 days 1 second'").await;
    world.settle_lapses().await;

    world.book(&mentee, &beside).await.unwrap();
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

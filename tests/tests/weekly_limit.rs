//! How many bookings a week a tier allows, and which week a booking counts in.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use support::{World, minutes};

/// The instant at which next week, or one later, begins in a zone, as clocks there show it.
fn week_start(zone: &str, weeks_ahead: i8) -> Timestamp {
    let zone = TimeZone::get(zone).unwrap();
    let today = Timestamp::now().to_zoned(zone.clone()).date();
    let monday = today.nth_weekday(i32::from(weeks_ahead), Weekday::Monday).unwrap();
    monday.to_zoned(zone).unwrap().timestamp()
}

#[tokio::test]
async fn each_tier_has_its_number_of_bookings_a_week() {
    let world = World::new().await;
    let monday = week_start("UTC", 1);
    for (tier, limit) in [("bronze", Some(2)), ("silver", Some(5)), ("gold", Some(10)), ("platinum", None)] {
        let mentee = world.with_tier(world.mentee().await, tier).await;
        let mentor = world.with_tier(world.mentor().await, "bronze").await;
        let told = world.admin.call_one("booking_limit", json!({ "p_user_id": mentee.id })).await.unwrap();
        assert_eq!(told, limit.map_or(Value::Null, Into::into), "{tier}");
        for nth in 0..limit.unwrap_or(15) {
            world.book(&mentee, &world.slot_at(&mentor, monday + minutes(60 * nth)).await).await.unwrap();
        }
        let Some(limit) = limit else { continue };
        let one_more = world.slot_at(&mentor, monday + minutes(60 * limit)).await;

        let no = world.book(&mentee, &one_more).await.unwrap_err();

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("BOOKING_LIMIT_EXCEEDED", "42501"));
        assert_eq!(no.details, json!({ "limit": limit, "booked": limit, "tier": tier }));
        assert_eq!(world.reasons(&mentee, &one_more).await, ["BOOKING_LIMIT_EXCEEDED"]);
    }
}

#[tokio::test]
async fn weeks_begin_on_monday_midnight_in_the_organizations_zone() {
    for zone in ["Pacific/Auckland", "America/Los_Angeles", "UTC"] {
        let world = World::new().await;
        world.policy("time_zone", zone).await;
        world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
        let (mentee, mentor) = (world.mentee().await, world.mentor().await);
        let monday = week_start(zone, 2);
        let sunday_night = world.slot_at(&mentor, monday - minutes(30)).await;
        let first_of_week = world.slot_at(&mentor, monday).await;
        let last_of_week = world.slot_at(&mentor, week_start(zone, 3) - minutes(30)).await;
        let next_week = world.slot_at(&mentor, week_start(zone, 3)).await;

        world.book(&mentee, &first_of_week).await.unwrap();

        assert_eq!(world.book(&mentee, &last_of_week).await.unwrap_err().code, "BOOKING_LIMIT_EXCEEDED", "{zone}");
        world.book(&mentee, &sunday_night).await.unwrap();
        world.book(&mentee, &next_week).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_given_back_does_not_count_and_what_took_place_does() {
    let world = World::new().await;
    world.policy("closes_early", true).await;
    world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let monday = week_start("UTC", 1);
    let slots = [0, 60].map(|minute| monday + minutes(minute));
    let (first, second) = (world.slot_at(&mentor, slots[0]).await, world.slot_at(&mentor, slots[1]).await);
    let canceled = world.book(&mentee, &first).await.unwrap();
    world.cancel(&canceled, &mentee).await.unwrap();

    let kept = world.book(&mentee, &second).await.unwrap();

    world.complete(&kept, &mentor).await.unwrap();
    assert_eq!(world.book(&mentee, &first).await.unwrap_err().code, "BOOKING_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_move_into_a_full_week_is_refused() {
    let world = World::new().await;
    world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (this, next) = (week_start("UTC", 1), week_start("UTC", 2));
    world.book(&mentee, &world.slot_at(&mentor, this).await).await.unwrap();
    let later = world.book(&mentee, &world.slot_at(&mentor, next).await).await.unwrap();

    let no = world.reschedule(&later, &mentee, &world.slot_at(&mentor, this + minutes(60)).await).await.unwrap_err();

    assert_eq!(no.code, "BOOKING_LIMIT_EXCEEDED");
}

/// What the invariants say against somebody's weeks.
async fn too_many(world: &World) -> usize {
    let law = "a week has no more bookings than the tier allowed";
    world.admin.violations().await.iter().filter(|violation| violation.starts_with(law)).count()
}

#[tokio::test]
async fn a_week_is_judged_by_the_tier_as_it_was_when_each_booking_came_into_it() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.with_tier(world.mentor().await, "bronze").await);
    let (this, next) = (week_start("UTC", 1), week_start("UTC", 2));
    world.with_tier(mentee.clone(), "bronze").await;
    for nth in 0..2 {
        world.book(&mentee, &world.slot_at(&mentor, this + minutes(60 * nth)).await).await.unwrap();
    }
    let later = world.book(&mentee, &world.slot_at(&mentor, next).await).await.unwrap();
    world.with_tier(mentee.clone(), "silver").await;
    let third = world.slot_at(&mentor, this + minutes(180)).await;

    // Three, because the mentee rose before the third came.
    world.reschedule(&later, &mentee, &third).await.unwrap();
    assert_eq!(too_many(&world).await, 0);
    world.with_tier(mentee.clone(), "bronze").await;
    assert_eq!(too_many(&world).await, 0, "who falls keeps what there is");

    // As if it had come when two were allowed.
    let earlier =
        "UPDATE convene.booking_events SET facts = facts || '{\"weekly_limit\": 2}' WHERE event = 'rescheduled'";
    world.admin.run(earlier).await;
    assert_eq!(too_many(&world).await, 1);
}

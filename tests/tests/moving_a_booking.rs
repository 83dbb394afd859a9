//! `reschedule_booking`: where a booking may go, and what becomes of the slot it leaves.

use serde_json::json;
use support::{Slot, World, days, hours, minutes};

#[tokio::test]
async fn a_moved_booking_keeps_its_id_and_leaves_its_slot_free() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (from, to) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);
    let booking = world.book(&mentee, &from).await.unwrap();

    let moved = world.reschedule(&booking, &mentee, &to).await.unwrap();

    assert_eq!(moved.id(), booking.id());
    assert_eq!(moved.status(), "confirmed");
    assert_eq!(moved.uuid("time_slot_id"), to.id);
    assert_eq!((moved.time("start_time"), moved.time("end_time")), (to.start, to.start + minutes(30)));
    let facts = world.admin.json("SELECT facts FROM convene.booking_events WHERE event = 'rescheduled'", &[]).await;
    assert_eq!(
        facts["facts"],
        json!({
            "from_slot": from.id, "to_slot": to.id, "from_start": from.start, "from_end": from.start + minutes(30),
            "from_hosts": [mentor.id], "late": false, "tier": "silver", "weekly_limit": 5,
        })
    );
    assert_eq!(world.book(&world.mentee().await, &to).await.unwrap_err().code, "SLOT_ALREADY_BOOKED");
    world.book(&world.mentee().await, &from).await.unwrap();
}

#[tokio::test]
async fn a_booking_may_move_to_a_time_that_overlaps_its_own() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let overlapping = world.slot_at(&mentor, booking.time("start_time") + minutes(10)).await;

    let moved = world.reschedule(&booking, &mentee, &overlapping).await.unwrap();

    assert_eq!(moved.time("start_time"), overlapping.start);
}

#[tokio::test]
async fn a_move_does_not_count_the_moved_booking_against_the_weekly_limit() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let mentor = world.mentor().await;
    world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let later = world.slot_at(&mentor, booking.time("start_time") + minutes(40)).await;

    world.reschedule(&booking, &mentee, &later).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_booked_cannot_be_moved_to() {
    let world = World::new().await;
    world.policy("minimum_notice_minutes", 60).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let taken = world.slot(&mentor, days(3)).await;
    world.book(&world.mentee().await, &taken).await.unwrap();
    let elsewhere = world.slot(&world.mentor().await, days(4)).await;
    world.book(&mentee, &elsewhere).await.unwrap();
    let withdrawn = world.slot(&mentor, days(5)).await;
    world.admin.execute("UPDATE convene.time_slots SET deleted_at = now() WHERE id = $1", &[&withdrawn.id]).await;
    let own = Slot { id: booking.uuid("time_slot_id"), ..taken.clone() };
    let unknown = Slot { id: uuid::Uuid::new_v4(), ..taken.clone() };
    let busy = world.slot(&mentor, days(6)).await;
    world.busy(&mentor, &busy).await;
    let (past, soon) = (world.slot(&mentor, hours(-1)).await, world.slot(&mentor, minutes(30)).await);
    let before = world.snapshot().await;
    for (slot, code) in [
        (&taken, "SLOT_ALREADY_BOOKED"),
        (&withdrawn, "SLOT_WITHDRAWN"),
        (&own, "SAME_SLOT"),
        (&unknown, "SLOT_NOT_FOUND"),
        (&elsewhere, "DIFFERENT_MENTOR"),
        (&busy, "MENTOR_CALENDAR_CONFLICT"),
        (&past, "SLOT_IN_PAST"),
        (&soon, "MINIMUM_NOTICE"),
    ] {
        assert_eq!(world.reschedule(&booking, &mentee, slot).await.unwrap_err().code, code);
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn only_those_who_take_part_and_staff_move_a_booking() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let abroad = world.other_organization("abroad").await;
    for (who, actor, refusal) in [
        ("its mentee", mentee.clone(), None),
        ("its mentor", mentor.clone(), None),
        ("a coordinator", world.coordinator().await, None),
        ("another mentee", world.mentee().await, Some("BOOKING_NOT_FOUND")),
        ("another mentor", world.mentor().await, Some("BOOKING_NOT_FOUND")),
        ("an admin abroad", world.user_in(&abroad, "admin").await, Some("BOOKING_NOT_FOUND")),
    ] {
        let booking = world.booking(&mentee, &mentor, days(2)).await;
        let to = world.slot(&mentor, days(3)).await;

        let outcome = world.reschedule(&booking, &actor, &to).await;

        assert_eq!(outcome.err().map(|no| no.code).as_deref(), refusal, "{who}");
        world.cancel(&booking, &mentor).await.unwrap();
    }
}

#[tokio::test]
async fn a_mentee_who_moves_to_a_slot_on_request_waits_for_the_mentor_again() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let on_request = world.slot_on_request(&mentor, days(3)).await;

    let asked = world.reschedule(&booking, &mentee, &on_request).await.unwrap();
    assert_eq!(asked.status(), "pending");
    assert!(asked.time("requested_at") > booking.time("created_at"));
    assert!(asked.0["confirmed_at"].is_null());

    let back = world.slot(&mentor, days(4)).await;
    let agreed = world.reschedule(&asked, &mentee, &back).await.unwrap();
    assert_eq!(agreed.status(), "confirmed");
    assert!(agreed.time("confirmed_at") > asked.time("requested_at"));
}

#[tokio::test]
async fn a_mentor_who_moves_a_booking_has_agreed_to_the_new_time() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let on_request = world.slot_on_request(&mentor, days(3)).await;

    assert_eq!(world.reschedule(&booking, &mentor, &on_request).await.unwrap().status(), "confirmed");
}

#[tokio::test]
async fn a_tier_that_fell_since_does_not_keep_a_booking_from_moving() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.with_tier(world.mentor().await, "gold").await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let to = world.slot(&mentor, days(3)).await;
    world.with_tier(mentee.clone(), "bronze").await;

    world.reschedule(&booking, &mentee, &to).await.unwrap();
}

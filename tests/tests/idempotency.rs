//! Idempotency keys: the same question gets the same answer, in the transaction of what it answers.

use serde_json::json;
use support::world::booking_of;
use support::{User, World, days};

fn keyed(mut arguments: serde_json::Value, key: &str) -> serde_json::Value {
    arguments["p_idempotency_key"] = key.into();
    arguments
}

#[tokio::test]
async fn the_same_key_and_question_replay_the_answer_whatever_has_happened_since() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let asked = keyed(booking_of(&mentee, &world.slot(&mentor, days(2)).await), "once");
    let first = world.act("create_booking_atomic", asked.clone()).await.unwrap();
    world.cancel(&first, &mentee).await.unwrap();
    let before = world.snapshot().await;

    let again = world.act("create_booking_atomic", asked).await.unwrap();

    assert_eq!((again.0["replayed"].as_bool(), first.0["replayed"].as_bool()), (Some(true), Some(false)));
    let without_flag = |booking: &support::Booking| {
        let mut fields = booking.0.clone();
        fields["replayed"] = serde_json::Value::Null;
        fields
    };
    assert_eq!(without_flag(&again), without_flag(&first));
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn the_same_key_for_another_question_is_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(2)).await;
    let asked = keyed(booking_of(&mentee, &slot), "once");
    let booking = world.act("create_booking_atomic", asked.clone()).await.unwrap();
    let other_slot = keyed(booking_of(&mentee, &world.slot(&mentor, days(3)).await), "once");
    let mut other_goal = asked.clone();
    other_goal["p_meeting_goal"] = "Something else entirely".into();
    let mut other_urls = asked.clone();
    other_urls["p_materials_urls"] = json!(["https://example.org/"]);
    let other_operation = json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id,
        "p_time_slot_id": slot.id, "p_idempotency_key": "once" });
    let before = world.snapshot().await;

    for (function, arguments) in [
        ("create_booking_atomic", other_slot),
        ("create_booking_atomic", other_goal),
        ("create_booking_atomic", other_urls),
        ("reschedule_booking", other_operation),
    ] {
        let no = world.act(function, arguments).await.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("IDEMPOTENCY_KEY_REUSED", "23505"));
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn a_key_is_its_owners_alone() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    for day in [2, 3] {
        let mentee: User = world.mentee().await;
        let asked = keyed(booking_of(&mentee, &world.slot(&mentor, days(day)).await), "once");
        assert_eq!(world.act("create_booking_atomic", asked).await.unwrap().0["replayed"], false);
    }
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(2)).await;
    let taken = world.book(&world.mentee().await, &slot).await.unwrap();
    let asked = keyed(booking_of(&mentee, &slot), "once");
    assert_eq!(world.act("create_booking_atomic", asked.clone()).await.unwrap_err().code, "SLOT_ALREADY_BOOKED");

    world.cancel(&taken, &mentor).await.unwrap();

    assert_eq!(world.act("create_booking_atomic", asked).await.unwrap().0["replayed"], false);
}

#[tokio::test]
async fn a_move_is_replayed_too() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let to = world.slot(&mentor, days(3)).await;
    let asked =
        keyed(json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id, "p_time_slot_id": to.id }), "move");
    let first = world.act("reschedule_booking", asked.clone()).await.unwrap();
    world.cancel(&first, &mentee).await.unwrap();

    let again = world.act("reschedule_booking", asked.clone()).await.unwrap();

    assert_eq!((again.0["replayed"].as_bool(), again.status()), (Some(true), "confirmed"));
    assert_eq!(again.uuid("time_slot_id"), to.id);
    let other = keyed(
        json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id,
        "p_time_slot_id": world.slot(&mentor, days(4)).await.id }),
        "move",
    );
    assert_eq!(world.act("reschedule_booking", other).await.unwrap_err().code, "IDEMPOTENCY_KEY_REUSED");
}

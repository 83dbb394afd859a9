//! What becomes of slots and bookings when their block is changed, switched off or deleted.

use serde_json::{Value, json};
use support::availability::{Block, in_days, on};
use support::{Booking, Slot, User, World, hours};
use uuid::Uuid;

/// A block of a mentor whose first slot a mentee has booked.
async fn with_a_booking(world: &World) -> (User, Block, Slot, Booking) {
    let mentor = world.mentor().await;
    let block = world.block(&mentor, json!({})).await;
    let slot = world.free_slots(&block).await.remove(0);
    let booking = world.book(&world.mentee().await, &slot).await.unwrap();
    (mentor, block, slot, booking)
}

async fn status(world: &World, booking: &Booking) -> String {
    world.admin.value("SELECT status FROM convene.bookings WHERE id = $1", &[&booking.id()]).await
}

#[tokio::test]
async fn changing_a_block_keeps_booked_slots_and_replaces_free_ones() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    let day = in_days(7);

    let changed =
        world.change_block(&mentor, &block, json!({ "start_time": "10:00", "end_time": "12:00" })).await.unwrap();

    assert_eq!((&changed.0["start_time"], &changed.0["end_time"]), (&json!("10:00:00"), &json!("12:00:00")));
    assert_eq!(world.free_starts(&block).await, on(day, &["10:00", "10:30", "11:00", "11:30"]));
    let booked: Vec<Uuid> = world
        .admin
        .rows("SELECT id FROM convene.time_slots WHERE booking_id = $1", &[&booking.id()])
        .await
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(booked, [slot.id]);
    assert_eq!(status(&world, &booking).await, "confirmed");
}

#[tokio::test]
async fn a_booked_slot_that_its_block_still_yields_is_offered_again_when_its_booking_ends() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    world.change_block(&mentor, &block, json!({ "end_time": "09:30" })).await.unwrap();
    assert_eq!(world.free_slots(&block).await.len(), 0);

    world.cancel(&booking, &mentor).await.unwrap();

    assert_eq!(world.free_slots(&block).await.iter().map(|slot| slot.id).collect::<Vec<_>>(), [slot.id]);
    world.book(&world.mentee().await, &slot).await.unwrap();
}

#[tokio::test]
async fn a_booked_slot_that_its_block_no_longer_yields_is_not_offered_again() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    world.change_block(&mentor, &block, json!({ "start_time": "10:00" })).await.unwrap();

    world.cancel(&booking, &mentor).await.unwrap();

    assert_eq!(world.free_starts(&block).await, on(in_days(7), &["10:00", "10:30"]));
    assert_eq!(world.book(&world.mentee().await, &slot).await.unwrap_err().code, "SLOT_WITHDRAWN");
}

/// What somebody sees free of the mentor: starts and minutes.
async fn offered(world: &World, mentor: &User) -> Vec<(String, i64)> {
    let arguments = json!({ "p_actor_id": world.mentee().await.id, "p_mentor_id": mentor.id });
    let slots = world.sql.call("list_slots", arguments).await.unwrap();
    let time = |slot: &Value, field: &str| slot[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let shown = slots.iter().map(|slot| {
        let (start, end) = (time(slot, "start_time"), time(slot, "end_time"));
        (start.strftime("%H:%M").to_string(), end.duration_since(start).as_mins())
    });
    shown.collect()
}

#[tokio::test]
async fn a_slot_that_outlives_its_booking_gives_way_to_one_of_the_length_the_block_now_gives() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    world.cancel(&booking, &mentor).await.unwrap();

    world.change_block(&mentor, &block, json!({ "slot_minutes": 60 })).await.unwrap();

    assert_eq!(offered(&world, &mentor).await, [("09:00".to_owned(), 60), ("10:00".to_owned(), 60)]);
    assert_eq!(world.book(&world.mentee().await, &slot).await.unwrap_err().code, "SLOT_WITHDRAWN");
    world.change_block(&mentor, &block, json!({ "slot_minutes": 30 })).await.unwrap();
    assert_eq!(world.free_slots(&block).await[0].id, slot.id, "as before, it is the same again");
}

#[tokio::test]
async fn a_cancellation_gives_back_what_the_block_yields_now() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    let free = |starts: &[&str], minutes: i64| starts.iter().map(|at| ((*at).to_owned(), minutes)).collect::<Vec<_>>();
    world.change_block(&mentor, &block, json!({ "slot_minutes": 15, "end_time": "10:00" })).await.unwrap();
    assert_eq!(offered(&world, &mentor).await, free(&["09:30", "09:45"], 15), "the meeting takes its half hour");

    world.cancel(&booking, &mentor).await.unwrap();

    assert_eq!(offered(&world, &mentor).await, free(&["09:00", "09:15", "09:30", "09:45"], 15));
    assert_eq!(world.book(&world.mentee().await, &slot).await.unwrap_err().code, "SLOT_WITHDRAWN");
    let first = world.free_slots(&block).await.remove(0);
    world.book(&world.mentee().await, &first).await.unwrap();
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_booked_slot_that_comes_back_is_still_booked_and_there_once() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    for minutes in [15, 60, 30] {
        world.change_block(&mentor, &block, json!({ "slot_minutes": minutes })).await.unwrap();
    }
    let live = "SELECT count(*), count(DISTINCT start_time), count(booking_id) FROM convene.time_slots
        WHERE block_id = $1 AND deleted_at IS NULL";
    let rows = world.admin.rows(live, &[&block.id()]).await;
    assert_eq!((rows[0].get::<_, i64>(0), rows[0].get::<_, i64>(1), rows[0].get::<_, i64>(2)), (4, 4, 1));

    world.cancel(&booking, &mentor).await.unwrap();

    assert_eq!(world.free_slots(&block).await[0].id, slot.id);
}

#[tokio::test]
async fn a_shorter_horizon_and_a_longer_one_again_lose_no_slot() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    world.policy("slot_horizon_days", 3).await;
    world.change_block(&mentor, &block, json!({ "requires_confirmation": true })).await.unwrap();
    world.policy("slot_horizon_days", 30).await;
    world.admin.call_one("generate_time_slots", json!({})).await.unwrap();

    world.cancel(&booking, &mentor).await.unwrap();

    assert_eq!(world.free_slots(&block).await.len(), 4);
    world.book(&world.mentee().await, &slot).await.unwrap();
}

#[tokio::test]
async fn deactivating_takes_free_slots_back_and_keeps_bookings() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;
    let free = world.free_slots(&block).await.remove(0);

    let off = world.deactivate_block(&mentor, &block).await.unwrap();

    assert_eq!(off.0["is_active"], false);
    assert_eq!(world.free_slots(&block).await.len(), 0);
    assert_eq!(world.book(&world.mentee().await, &free).await.unwrap_err().code, "SLOT_NOT_FOUND");
    assert_eq!(status(&world, &booking).await, "confirmed");
    world.cancel(&booking, &mentor).await.unwrap();
    assert_eq!(world.book(&world.mentee().await, &slot).await.unwrap_err().code, "SLOT_WITHDRAWN");
    world.change_block(&mentor, &block, json!({ "is_active": true })).await.unwrap();
    assert_eq!(world.free_slots(&block).await.len(), 4);
    world.book(&world.mentee().await, &slot).await.unwrap();
}

#[tokio::test]
async fn deleting_a_block_takes_free_slots_and_keeps_bookings() {
    let world = World::new().await;
    let (mentor, block, slot, booking) = with_a_booking(&world).await;

    // The fourth is booked, and stays so.
    assert_eq!(world.delete_block(&mentor, &block).await.unwrap(), json!(3));

    assert_eq!(world.free_slots(&block).await.len(), 0);
    assert_eq!(status(&world, &booking).await, "confirmed");
    let listed = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id });
    assert_eq!(world.sql.call("list_availability_blocks", listed).await.unwrap(), [] as [Value; 0]);
    world.let_start(&booking, hours(-1)).await;
    world.complete(&booking, &mentor).await.unwrap();
    for gone in [
        world.delete_block(&mentor, &block).await.unwrap_err(),
        world.change_block(&mentor, &block, json!({})).await.unwrap_err(),
        world.deactivate_block(&mentor, &block).await.unwrap_err(),
    ] {
        assert_eq!((gone.code.as_str(), gone.details), ("BLOCK_NOT_FOUND", json!({ "block_id": block.id() })));
    }
    assert_eq!(world.book(&world.mentee().await, &slot).await.unwrap_err().code, "SLOT_IN_PAST");
}

//! Blocks and days off: who may, and which slots there are.

use serde_json::{Value, json};
use support::availability::{fields, in_days, on};
use support::{User, World};
use uuid::Uuid;

#[tokio::test]
async fn a_block_is_kept_as_given_and_its_slots_are_there_at_once() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let day = in_days(7);

    let block = world.block(&mentor, json!({ "slot_minutes": 40, "buffer_minutes": 5 })).await;

    let mut kept = block.0.clone();
    for generated in ["id", "created_at", "updated_at", "generated_until"] {
        assert!(kept[generated].is_string(), "{generated}");
        kept.as_object_mut().unwrap().remove(generated);
    }
    assert_eq!(
        kept,
        json!({
            "mentor_id": mentor.id, "recurrence": "one_time", "start_date": day, "until_date": null,
            "start_time": "09:00:00", "end_time": "11:00:00", "ends_next_day": false, "time_zone": "UTC",
            "slot_minutes": 40, "buffer_minutes": 5, "meeting_type": "online", "location_preset_id": null,
            "location_custom": null, "requires_confirmation": false, "is_active": true,
        })
    );
    assert_eq!(world.free_starts(&block).await, on(day, &["09:00", "09:45"]));
    let arguments = json!({ "p_block_id": block.id(), "p_actor_id": mentor.id });
    assert_eq!(world.sql.call_one("get_availability_block", arguments).await.unwrap(), block.0);
    let lasting =
        "SELECT bool_and(end_time - start_time = interval '40 minutes' AND mentor_id = $1) FROM convene.time_slots";
    assert!(world.admin.value::<bool>(lasting, &[&mentor.id]).await);
}

#[tokio::test]
async fn a_block_lies_in_its_mentors_zone_unless_it_names_one() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    world.admin.execute("UPDATE convene.users SET time_zone = 'Asia/Kolkata' WHERE id = $1", &[&mentor.id]).await;

    let block = world.block(&mentor, json!({})).await;
    let other = world.block(&mentor, json!({ "time_zone": "pacific/honolulu" })).await;

    assert_eq!(block.0["time_zone"], "Asia/Kolkata");
    assert_eq!(world.free_starts(&block).await, on(in_days(7), &["03:30", "04:00", "04:30", "05:00"]));
    assert_eq!(other.0["time_zone"], "Pacific/Honolulu");
    assert_eq!(world.free_starts(&other).await, on(in_days(7), &["19:00", "19:30", "20:00", "20:30"]));
}

#[tokio::test]
async fn slots_are_made_up_to_the_horizon_and_none_in_the_past() {
    let world = World::new().await;
    world.policy("slot_horizon_days", 15).await;
    let mentor = world.mentor().await;
    let weekly = json!({ "recurrence": "weekly", "start_date": in_days(-7), "start_time": "00:00", "end_time": "24:00", "slot_minutes": 480 });

    let block = world.block(&mentor, weekly).await;

    let ahead = world.free_starts(&block).await;
    let today: Vec<&String> = ahead.iter().filter(|start| start.starts_with(&in_days(0).to_string())).collect();
    let now = jiff::Timestamp::now().strftime("%F %H:%M").to_string();
    assert!(today.iter().all(|start| **start >= now), "{ahead:?} at {now}");
    let later = [on(in_days(7), &["00:00", "08:00", "16:00"]), on(in_days(14), &["00:00", "08:00", "16:00"])].concat();
    assert_eq!(ahead[today.len()..], later);
}

#[tokio::test]
async fn switched_off_blocks_are_made_without_slots() {
    let world = World::new().await;
    let mentor = world.mentor().await;

    let block = world.block(&mentor, json!({ "is_active": false })).await;

    assert_eq!(world.free_starts(&block).await, [] as [String; 0]);
    world.change_block(&mentor, &block, json!({ "is_active": true })).await.unwrap();
    assert_eq!(world.free_slots(&block).await.len(), 4);
}

#[tokio::test]
async fn slots_that_stay_where_they_are_keep_their_ids() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let block = world.block(&mentor, json!({ "recurrence": "weekly", "until_date": in_days(14) })).await;
    let before: Vec<Uuid> = world.free_slots(&block).await.iter().map(|slot| slot.id).collect();

    world.change_block(&mentor, &block, json!({ "end_time": "10:30", "requires_confirmation": true })).await.unwrap();
    let shorter: Vec<Uuid> = world.free_slots(&block).await.iter().map(|slot| slot.id).collect();
    world.take_off(&mentor, &mentor, in_days(14)).await.unwrap();
    let one_week: Vec<Uuid> = world.free_slots(&block).await.iter().map(|slot| slot.id).collect();

    // Of each morning's four the last went, then the second morning.
    assert_eq!(shorter, [&before[..3], &before[4..7]].concat());
    assert_eq!(one_week, before[..3]);
}

#[tokio::test]
async fn only_the_fields_that_are_named_change_and_null_clears_one() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let block = world
        .block(
            &mentor,
            json!({ "until_date": in_days(30), "meeting_type": "in_person_custom", "location_custom": "The roof" }),
        )
        .await;

    let changed = world.change_block(&mentor, &block, json!({ "until_date": null })).await.unwrap();
    let online = world.change_block(&mentor, &block, json!({ "meeting_type": "online" })).await.unwrap();

    let mut expected = block.0.clone();
    expected["until_date"] = Value::Null;
    expected["updated_at"] = changed.0["updated_at"].clone();
    assert_eq!(changed.0, expected);
    assert_eq!(online.0["location_custom"], Value::Null, "a place that no longer fits goes");
}

#[tokio::test]
async fn a_day_off_takes_its_free_slots_and_giving_it_back_returns_them() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let (day, next) = (in_days(7), in_days(14));
    let block = world.block(&mentor, json!({ "recurrence": "weekly", "until_date": next })).await;
    let all = world.free_starts(&block).await;
    let booked = world.free_slots(&block).await.remove(1);
    let booking = world.book(&world.mentee().await, &booked).await.unwrap();

    world.take_off(&mentor, &mentor, day).await.unwrap();

    assert_eq!(world.free_starts(&block).await, on(next, &["09:00", "09:30", "10:00", "10:30"]));
    let status = "SELECT status FROM convene.bookings WHERE id = $1";
    assert_eq!(world.admin.value::<String>(status, &[&booking.id()]).await, "confirmed");
    world.cancel(&booking, &mentor).await.unwrap();
    assert_eq!(world.free_slots(&block).await.len(), 4, "a day off stays one when its booking ends");
    assert_eq!(world.give_back(&mentor, &mentor, day).await.unwrap(), json!(4));
    assert_eq!(world.free_starts(&block).await, all);
}

#[tokio::test]
async fn a_day_off_is_a_day_in_each_blocks_own_zone() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let day = in_days(7);
    let evening =
        json!({ "start_date": day, "start_time": "22:00", "end_time": "23:00", "time_zone": "America/Los_Angeles" });
    let night = json!({ "start_date": day, "start_time": "23:00", "end_time": "01:00", "ends_next_day": true });
    let (evening, night) = (world.block(&mentor, evening).await, world.block(&mentor, night).await);

    world.take_off(&mentor, &mentor, in_days(8)).await.unwrap();
    // The evening in Los Angeles is the next day in UTC, and the night's second half is, too: both began before.
    assert_eq!((world.free_slots(&evening).await.len(), world.free_slots(&night).await.len()), (2, 4));
    world.take_off(&mentor, &mentor, day).await.unwrap();
    assert_eq!((world.free_slots(&evening).await.len(), world.free_slots(&night).await.len()), (0, 0));
}

#[tokio::test]
async fn blocks_made_later_respect_days_off_and_switched_off_blocks_stay_off() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let off = world.block(&mentor, json!({})).await;
    world.deactivate_block(&mentor, &off).await.unwrap();
    world.take_off(&mentor, &mentor, in_days(7)).await.unwrap();

    let block = world.block(&mentor, json!({})).await;

    assert_eq!(world.free_slots(&block).await.len(), 0);
    world.give_back(&mentor, &mentor, in_days(7)).await.unwrap();
    assert_eq!((world.free_slots(&block).await.len(), world.free_slots(&off).await.len()), (4, 0));
}

#[tokio::test]
async fn a_day_taken_off_twice_is_one_day_off_with_the_last_reason() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let day = in_days(7);
    let first = world.take_off(&mentor, &mentor, day).await.unwrap();
    let arguments = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_day": day, "p_reason": "Sailing" });

    let second = world.sql.call_one("add_blackout_date", arguments).await.unwrap();

    assert_eq!((&first["reason"], &second["reason"]), (&Value::Null, &json!("Sailing")));
    assert_eq!((&first["id"], &first["day"]), (&second["id"], &json!(day)));
    let listed = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id });
    assert_eq!(world.sql.call("list_blackout_dates", listed).await.unwrap(), [second]);
    world.give_back(&mentor, &mentor, day).await.unwrap();
    let gone = world.give_back(&mentor, &mentor, day).await.unwrap_err();
    assert_eq!((gone.code.as_str(), gone.details), ("BLACKOUT_NOT_FOUND", json!({ "day": day })));
}

#[tokio::test]
async fn days_off_are_finite_and_their_reasons_short() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let before = world.snapshot().await;
    for (day, reason, field) in [
        ("infinity", None, "day"),
        ("-infinity", None, "day"),
        ("5874897-12-31", None, "day"),
        ("0044-03-15 BC", None, "day"),
        ("1969-12-31", None, "day"),
        ("9999-01-01", None, "day"),
        ("2026-02-03", Some("x".repeat(2001).as_str()), "reason"),
    ] {
        let arguments = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_day": day, "p_reason": reason });
        let no = world.sql.call_one("add_blackout_date", arguments).await;
        let Err(no) = no else { panic!("{day} is taken off: {no:?}") };
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(field)), "{day}");
    }
    assert_eq!(world.snapshot().await, before);
}

/// Everything an actor can do to a mentor's availability, and what came of it.
async fn outcomes(world: &World, actor: &User, mentor: &User) -> Vec<Result<(), String>> {
    let block = world.block(mentor, json!({})).await;
    let day = in_days(9);
    let taken = world.take_off(mentor, mentor, in_days(8)).await;
    assert!(taken.is_ok());
    let list = |name: &'static str| world.sql.call(name, json!({ "p_actor_id": actor.id, "p_mentor_id": mentor.id }));
    let before = world.snapshot().await;
    let outcomes = vec![
        world.make_block(actor, mentor, fields(json!({}))).await.map(drop),
        world.change_block(actor, &block, json!({ "end_time": "12:00" })).await.map(drop),
        world.take_off(actor, mentor, day).await.map(drop),
        world.give_back(actor, mentor, in_days(8)).await.map(drop),
        list("list_availability_blocks").await.map(drop),
        list("list_blackout_dates").await.map(drop),
        world.deactivate_block(actor, &block).await.map(drop),
        world.delete_block(actor, &block).await.map(drop),
    ];
    if outcomes.iter().all(Result::is_err) {
        assert_eq!(world.snapshot().await, before, "refusals change nothing");
    }
    // Room for the next one's.
    world.admin.run("UPDATE convene.availability_blocks SET is_active = false, deleted_at = now()").await;
    outcomes.into_iter().map(|outcome| outcome.map_err(|no| no.code)).collect()
}

#[tokio::test]
async fn the_mentor_and_the_staff_change_a_mentors_availability_and_nobody_else() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let allowed = vec![Ok(()); 8];
    let refused = |code: &str| vec![Err(code.to_owned()); 8];
    // Of another organization not even the existence is told.
    let unknown = ["MENTOR", "BLOCK", "HOST", "HOST", "MENTOR", "HOST", "BLOCK", "BLOCK"]
        .map(|what| Err(format!("{what}_NOT_FOUND")))
        .to_vec();

    assert_eq!(outcomes(&world, &mentor, &mentor).await, allowed);
    for staff in ["coordinator", "admin"] {
        assert_eq!(outcomes(&world, &world.user(staff).await, &mentor).await, allowed, "{staff}");
        let foreign = world.user_in(&elsewhere, staff).await;
        assert_eq!(outcomes(&world, &foreign, &mentor).await, unknown, "{staff} of another organization");
    }
    for other in ["mentor", "mentee"] {
        assert_eq!(outcomes(&world, &world.user(other).await, &mentor).await, refused("NOT_AUTHORIZED"), "{other}");
    }
    let inactive = world.coordinator().await;
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&inactive.id]).await;
    assert_eq!(outcomes(&world, &inactive, &mentor).await, refused("USER_INACTIVE"));
    let stranger = User { id: Uuid::new_v4(), ..inactive };
    assert_eq!(outcomes(&world, &stranger, &mentor).await, refused("USER_NOT_FOUND"));
}

#[tokio::test]
async fn only_mentors_have_office_hours_and_every_host_has_days_off() {
    let world = World::new().await;
    let coordinator = world.coordinator().await;
    for role in ["mentee", "coordinator", "admin"] {
        let other = world.user(role).await;
        let no = world.make_block(&coordinator, &other, fields(json!({}))).await.unwrap_err();
        assert_eq!((no.code.as_str(), no.details), ("MENTOR_NOT_FOUND", json!({ "mentor_id": other.id })), "{role}");
        let taken = world.take_off(&coordinator, &other, in_days(7)).await;
        let listed = json!({ "p_actor_id": coordinator.id, "p_mentor_id": other.id });
        let listed = world.sql.call("list_blackout_dates", listed).await;
        if role == "mentee" {
            for no in [taken.unwrap_err(), listed.unwrap_err()] {
                assert_eq!((no.code.as_str(), no.details), ("HOST_NOT_FOUND", json!({ "host_id": other.id })));
            }
        } else {
            assert_eq!(listed.unwrap(), [taken.unwrap()], "{role}");
            assert_eq!(world.give_back(&other, &other, in_days(7)).await.unwrap(), json!(0), "{role}");
        }
    }
}

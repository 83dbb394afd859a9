//! How much one mentor may offer: everybody who looks for slots looks through it.

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::availability::{fields, in_days};
use support::{Service, World};

#[tokio::test]
async fn a_mentor_offers_one_time_in_four_ways_and_not_in_five() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let mut blocks = Vec::new();
    for minutes in [15, 30, 45, 60] {
        blocks.push(world.block(&mentor, json!({ "recurrence": "weekly", "slot_minutes": minutes })).await);
    }
    let touching = world.block(&mentor, json!({ "start_time": "11:00", "end_time": "12:00" })).await;
    let before = world.snapshot().await;

    let made = world.make_block(&mentor, &mentor, fields(json!({}))).await.unwrap_err();
    let moved = world.change_block(&mentor, &touching, json!({ "start_time": "10:59" })).await.unwrap_err();

    for no in [made, moved] {
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("BLOCKS_OVERLAP", "P0001"));
        assert_eq!(no.details, json!({ "most": 4, "day": in_days(7) }));
    }
    assert_eq!(world.snapshot().await, before);
    // One that is switched off is in nobody's way, until it is switched on.
    world.deactivate_block(&mentor, &blocks[0]).await.unwrap();
    world.block(&mentor, json!({})).await;
    let again = world.change_block(&mentor, &blocks[0], json!({ "is_active": true })).await.unwrap_err();
    assert_eq!(again.code, "BLOCKS_OVERLAP");
    world.block(&world.mentor().await, json!({})).await;
}

#[tokio::test]
async fn blocks_that_come_at_once_are_counted_one_after_the_other() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let connections = join_all((0..12).map(|_| world.connect())).await;
    let arguments = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_block": fields(json!({})) });

    let outcomes =
        join_all(connections.iter().map(|sql| sql.call_one("create_availability_block", arguments.clone()))).await;

    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 4, "{outcomes:?}");
}

#[tokio::test]
async fn a_mentor_has_a_hundred_blocks_at_most() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mentor = world.mentor().await;
    let client = service.signed_in(&world, &mentor).await;
    let on_day = |day: i64| json!({ "start_date": in_days(day), "slot_minutes": 120 });
    let mut last = None;
    for day in 40..140 {
        last = Some(world.block(&mentor, on_day(day)).await);
    }
    let mut one_more = fields(on_day(150));
    one_more["is_active"] = json!(false);
    assert_eq!(world.make_block(&mentor, &mentor, one_more.clone()).await.unwrap_err().code, "TOO_MANY_BLOCKS");
    one_more.as_object_mut().unwrap().remove("is_active");

    let refused = client.post("/v1/availability/blocks", one_more.clone()).await;

    assert_eq!(refused.outcome(), (409, "TOO_MANY_BLOCKS"));
    assert_eq!(refused.body["error"]["details"]["most"], 100);
    world.delete_block(&mentor, &last.unwrap()).await.unwrap();
    assert_eq!(client.post("/v1/availability/blocks", one_more).await.status, 201);
}

#[tokio::test]
async fn a_mentor_has_a_thousand_days_off_at_most() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let many = "INSERT INTO convene.blackout_dates (org_id, id, mentor_id, day)
        SELECT $1, convene.new_id($1), $2, current_date + n FROM generate_series(1, 1000) AS n";
    world.admin.execute(many, &[&mentor.org_id, &mentor.id]).await;

    let no = world.take_off(&mentor, &mentor, in_days(2000)).await.unwrap_err();

    assert_eq!((no.code.as_str(), no.details), ("TOO_MANY_DAYS_OFF", json!({ "most": 1000 })));
    world.take_off(&mentor, &mentor, in_days(10)).await.unwrap();
}

#[tokio::test]
async fn a_window_yields_as_many_slots_as_five_minutes_fit_into_its_day() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let whole_day = json!({ "start_time": "00:00", "end_time": "24:00", "slot_minutes": 5 });
    assert_eq!(world.free_slots(&world.block(&mentor, whole_day).await).await.len(), 288);
    let shorter = world.make_block(&mentor, &mentor, fields(json!({ "slot_minutes": 4 }))).await.unwrap_err();
    assert_eq!(shorter.details["field"], Value::from("slot_minutes"));
}

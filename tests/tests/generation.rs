//! Making slots ahead: which, how far, and never twice.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use support::availability::{Block, in_days, on, starts};
use support::{World, days, hours};
use uuid::Uuid;

/// Runs the job.
async fn generate(world: &World) -> Value {
    world.admin.call_one("generate_time_slots", json!({})).await.unwrap()
}

async fn ids(world: &World, block: &Block) -> Vec<Uuid> {
    world.free_slots(block).await.iter().map(|slot| slot.id).collect()
}

/// What a block yields until an instant, by date.
async fn dates_until(world: &World, block: &Block, until: &str) -> Vec<String> {
    let sql = "SELECT to_char(start AT TIME ZONE 'UTC', 'YYYY-MM-DD')
        FROM convene.generate_slot_instances($1, $2::text::timestamptz) AS start";
    world.admin.rows(sql, &[&block.id(), &until]).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn each_recurrence_falls_on_its_own_dates() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let expected: [(&str, Date, &str, &[&str]); 6] = [
        ("one_time", date(2044, 1, 31), "2045-12-31", &["2044-01-31"]),
        ("weekly", date(2044, 2, 21), "2044-03-13", &["2044-02-21", "2044-02-28", "2044-03-06"]),
        (
            "monthly",
            date(2044, 1, 31),
            "2045-01-01",
            &["2044-01-31", "2044-03-31", "2044-05-31", "2044-07-31", "2044-08-31", "2044-10-31", "2044-12-31"],
        ),
        ("monthly", date(2044, 1, 29), "2044-04-01", &["2044-01-29", "2044-02-29", "2044-03-29"]),
        ("monthly", date(2045, 1, 29), "2045-04-01", &["2045-01-29", "2045-03-29"]),
        (
            "quarterly",
            date(2044, 1, 31),
            "2045-08-01",
            &["2044-01-31", "2044-07-31", "2044-10-31", "2045-01-31", "2045-07-31"],
        ),
    ];
    for (recurrence, start, until, dates) in expected {
        let block = json!({ "recurrence": recurrence, "start_date": start, "slot_minutes": 120 });
        let block = world.block(&mentor, block).await;

        assert_eq!(dates_until(&world, &block, until).await, dates, "{recurrence} from {start}");
    }
}

#[tokio::test]
async fn the_last_date_is_included_and_days_off_are_not() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let weekly = json!({
        "recurrence": "weekly", "start_date": "2044-02-21", "until_date": "2044-03-13", "slot_minutes": 120,
    });
    let block = world.block(&mentor, weekly).await;
    world.take_off(&mentor, &mentor, date(2044, 3, 6)).await.unwrap();

    assert_eq!(dates_until(&world, &block, "2045-01-01").await, ["2044-02-21", "2044-02-28", "2044-03-13"]);
}

#[tokio::test]
async fn what_a_block_yields_is_bounded_by_now_and_by_the_instant_asked_for() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let (day, block) = (in_days(7), world.block(&mentor, json!({})).await);
    let yields = async |until: String| dates_until(&world, &block, &until).await.len();

    assert_eq!(yields("2020-01-01".to_owned()).await, 0);
    assert_eq!(yields(format!("{day} 08:59:59.999999Z")).await, 0);
    assert_eq!(yields(format!("{day} 09:00Z")).await, 1);
    assert_eq!(yields(format!("{day} 11:00Z")).await, 4);
    let past = world.block(&mentor, json!({ "start_date": in_days(-7) })).await;
    assert_eq!(dates_until(&world, &past, "2045-01-01").await.len(), 0);
}

#[tokio::test]
async fn asking_for_unknown_blocks_and_for_too_much_is_refused() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let weekly = json!({ "recurrence": "weekly", "start_time": "00:00", "end_time": "24:00", "slot_minutes": 5 });
    let block = world.block(&mentor, weekly).await;
    for (id, until, code, field) in [
        (Uuid::new_v4(), "2030-01-01", "BLOCK_NOT_FOUND", None),
        (block.id(), "infinity", "VALIDATION_ERROR", Some("until")),
        (block.id(), "-infinity", "VALIDATION_ERROR", Some("until")),
        (block.id(), "294276-12-31", "VALIDATION_ERROR", Some("until")),
        (block.id(), "9000-01-01", "VALIDATION_ERROR", Some("until")),
    ] {
        let asked = world.admin.call("generate_slot_instances", json!({ "p_block_id": id, "p_until": until })).await;

        let no = asked.unwrap_err();
        assert_eq!((no.code.as_str(), no.details["field"].as_str()), (code, field), "{until}");
    }
    world.delete_block(&mentor, &block).await.unwrap();
    let gone = json!({ "p_block_id": block.id(), "p_until": "2030-01-01" });
    assert_eq!(world.admin.call("generate_slot_instances", gone).await.unwrap_err().code, "BLOCK_NOT_FOUND");
}

#[tokio::test]
async fn a_longer_horizon_adds_slots_and_touches_none_that_are_there() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let weekly = json!({ "recurrence": "weekly", "start_date": in_days(1) });
    let block = world.block(&mentor, weekly).await;
    let before = ids(&world, &block).await;
    assert_eq!(before.len(), 4 * 5, "30 days hold the days 1, 8, 15, 22 and 29");
    world.policy("slot_horizon_days", 60).await;

    let made = generate(&world).await;

    assert_eq!((&made["slots_generated"], &made["blocks"]), (&json!(16), &json!(1)));
    assert!(made["duration_ms"].as_f64().unwrap() > 0.0);
    let after = ids(&world, &block).await;
    assert_eq!((&after[..before.len()], after.len()), (&before[..], 36));
    let times = &["09:00", "09:30", "10:00", "10:30"];
    let expected: Vec<String> = (0..9).flat_map(|week| on(in_days(1 + 7 * week), times)).collect();
    assert_eq!(world.free_starts(&block).await, expected);
}

#[tokio::test]
async fn making_slots_again_changes_nothing() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let block = world.block(&mentor, json!({ "recurrence": "weekly" })).await;
    // As if nothing were remembered of what is made.
    world.admin.run("UPDATE convene.availability_blocks SET generated_until = NULL").await;
    let before = ids(&world, &block).await;

    let first = generate(&world).await;
    let second = generate(&world).await;

    assert_eq!((&first["slots_generated"], &first["blocks"]), (&json!(0), &json!(1)));
    assert_eq!((&second["slots_generated"], &second["blocks"]), (&json!(0), &json!(0)), "nothing is even looked at");
    assert_eq!(ids(&world, &block).await, before);
}

#[tokio::test]
async fn blocks_that_are_switched_off_deleted_or_over_get_no_slots() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let weekly = json!({ "recurrence": "weekly" });
    let (off, deleted) = (world.block(&mentor, weekly.clone()).await, world.block(&mentor, weekly).await);
    world.deactivate_block(&mentor, &off).await.unwrap();
    world.delete_block(&mentor, &deleted).await.unwrap();
    let over = json!({ "recurrence": "weekly", "start_date": in_days(-30), "until_date": in_days(-2) });
    let over = world.block(&mentor, over).await;
    world.policy("slot_horizon_days", 90).await;

    assert_eq!(generate(&world).await["slots_generated"], 0);

    for block in [off, deleted, over] {
        assert_eq!(world.free_slots(&block).await.len(), 0);
    }
}

#[tokio::test]
async fn every_organization_has_its_own_horizon() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (ours, theirs) = (world.mentor().await, world.user_in(&elsewhere, "mentor").await);
    let weekly = json!({ "recurrence": "weekly", "start_date": in_days(1), "slot_minutes": 120 });
    let (here, there) = (world.block(&ours, weekly.clone()).await, world.block(&theirs, weekly).await);
    world.policy("slot_horizon_days", 366).await;

    assert_eq!(generate(&world).await["slots_generated"], 53 - 5);

    assert_eq!((world.free_slots(&here).await.len(), world.free_slots(&there).await.len()), (53, 5));
}

#[tokio::test]
async fn a_block_that_somebody_is_changing_is_left_for_the_next_run() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let weekly = json!({ "recurrence": "weekly", "start_date": in_days(1), "slot_minutes": 120 });
    let (held, free) = (world.block(&mentor, weekly.clone()).await, world.block(&mentor, weekly).await);
    world.policy("slot_horizon_days", 37).await;
    let other = support::Sql::connect(&world.database.admin()).await;
    other.run("BEGIN").await;
    other.rows("SELECT FROM convene.availability_blocks WHERE id = $1 FOR UPDATE", &[&held.id()]).await;

    assert_eq!(generate(&world).await["blocks"], 1);
    assert_eq!((world.free_slots(&held).await.len(), world.free_slots(&free).await.len()), (5, 6));

    other.run("COMMIT").await;
    assert_eq!(generate(&world).await["blocks"], 1);
    assert_eq!(world.free_slots(&held).await.len(), 6);
}

#[tokio::test]
async fn two_runs_at_once_make_each_slot_once() {
    let world = World::new().await;
    let daily = json!({ "recurrence": "weekly", "start_date": in_days(0), "start_time": "00:00", "end_time": "24:00" });
    let mut blocks = Vec::new();
    for _ in 0..20 {
        blocks.push(world.block(&world.mentor().await, daily.clone()).await);
    }
    world.policy("slot_horizon_days", 366).await;
    let one = support::Sql::connect(&world.database.admin()).await;
    let other = support::Sql::connect(&world.database.admin()).await;

    let (first, second) =
        tokio::join!(one.call_one("generate_time_slots", json!({})), other.call_one("generate_time_slots", json!({})),);
    let last = generate(&world).await;

    let made = |run: &Value| run["slots_generated"].as_i64().unwrap();
    let slots: i64 = world.admin.value("SELECT count(*) FROM convene.time_slots", &[]).await;
    let before = i64::try_from(blocks.len()).unwrap() * 48 * 5;
    let all = made(&first.unwrap()) + made(&second.unwrap()) + made(&last);
    // Today's slots that have started were never made.
    assert!(slots - all <= before && slots > before * 9, "{slots} slots, {all} made");
    let twice =
        "SELECT count(*) FROM (SELECT FROM convene.time_slots GROUP BY block_id, start_time HAVING count(*) > 1) t";
    assert_eq!(world.admin.value::<i64>(twice, &[]).await, 0);
    let uneven = "SELECT count(DISTINCT n) FROM (SELECT count(*) AS n FROM convene.time_slots WHERE start_time > now() + interval '1 hour' GROUP BY block_id) t";
    assert_eq!(world.admin.value::<i64>(uneven, &[]).await, 1, "every block has all of its slots");
}

#[tokio::test]
async fn slots_of_the_past_are_never_made_even_for_a_block_that_was_forgotten() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let block = world.block(&mentor, json!({ "recurrence": "weekly", "start_date": in_days(-70) })).await;
    world.admin.run("DELETE FROM convene.time_slots").await;
    world.admin.run("UPDATE convene.availability_blocks SET generated_until = current_date - 60").await;

    generate(&world).await;

    let slots = world.free_slots(&block).await;
    assert!(slots.len() >= 4 * 4, "{:?}", starts(&slots));
    assert!(
        slots.iter().all(|slot| slot.start > Timestamp::now() - hours(1) && slot.start < Timestamp::now() + days(32))
    );
}

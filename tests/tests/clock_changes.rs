//! Slots where clocks change.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use support::World;
use support::availability::{fields, in_days};

const SLOW_WAY: &str = include_str!("../sql/slots_by_the_minute.sql");

/// A window: zone, date, from, to, minutes of slot and buffer.
type Window<'a> = (&'a str, &'a str, &'a str, &'a str, i32, i32);

/// Starts in UTC, without the date.
async fn preview(world: &World, (zone, day, from, to, slot, buffer): Window<'_>) -> Vec<String> {
    let sql = "SELECT to_char(start AT TIME ZONE 'UTC', 'DD HH24:MI')
        FROM convene.preview_slots($1, $2::text::date, $3::text::time, $4::text::time, $5, $6) AS start";
    let rows = world.sql.rows(sql, &[&zone, &day, &from, &to, &slot, &buffer]).await;
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn slots_follow_each_other_in_real_minutes_where_clocks_change() {
    let world = World::new().await;
    let expected: [(Window, &[&str]); 16] = [
        // New York jumps from 2:00 to 3:00, which is 7:00 in UTC.
        (("America/New_York", "2026-03-08", "01:00", "04:00", 30, 15), &["08 06:00", "08 06:45", "08 07:30"]),
        (("America/New_York", "2026-03-08", "02:15", "04:00", 60, 0), &["08 07:00"]),
        (("America/New_York", "2026-03-08", "01:00", "02:45", 60, 0), &["08 06:00"]),
        (("America/New_York", "2026-03-08", "02:00", "03:00", 15, 0), &[]),
        (("America/New_York", "2026-03-08", "02:20", "02:50", 5, 0), &[]),
        // It shows 1:00 to 2:00 twice; the first time is from 5:00 UTC.
        (("America/New_York", "2026-11-01", "00:30", "02:30", 60, 0), &["01 04:30", "01 05:30", "01 06:30"]),
        (("America/New_York", "2026-11-01", "01:00", "02:00", 60, 0), &["01 05:00", "01 06:00"]),
        (("America/New_York", "2026-11-01", "01:15", "01:45", 30, 0), &["01 05:15"]),
        // Berlin jumps from 2:00 to 3:00, at 1:00 UTC.
        (("Europe/Berlin", "2026-03-29", "01:30", "03:30", 30, 0), &["29 00:30", "29 01:00"]),
        (("Europe/Berlin", "2026-03-29", "02:00", "03:00", 30, 0), &[]),
        (("Europe/Berlin", "2026-10-25", "02:00", "03:00", 45, 5), &["25 00:00", "25 00:50"]),
        // Lord Howe moves by half an hour: from 2:00 to 2:30 at 15:30 UTC, and back from 2:00 to 1:30 at 15:00 UTC.
        (("Australia/Lord_Howe", "2026-10-04", "01:30", "03:00", 30, 0), &["03 15:00", "03 15:30"]),
        (("Australia/Lord_Howe", "2026-10-04", "02:00", "02:30", 5, 0), &[]),
        (("Australia/Lord_Howe", "2026-04-05", "01:30", "02:00", 30, 0), &["04 14:30", "04 15:00"]),
        (("Australia/Lord_Howe", "2026-04-05", "01:00", "02:30", 30, 30), &["04 14:00", "04 15:00"]),
        // Midnight itself is skipped in Beirut.
        (("Asia/Beirut", "2026-03-29", "00:00", "02:00", 60, 0), &["28 22:00"]),
    ];
    for (window, starts) in expected {
        assert_eq!(preview(&world, window).await, starts, "{window:?}");
    }
}

/// The dates around the next changes of a zone's clocks.
fn around_changes(zone: &str) -> Vec<Date> {
    let zone = TimeZone::get(zone).unwrap();
    zone.following(Timestamp::now())
        .take(2)
        .map(|change| zone.to_datetime(change.timestamp()).date())
        .flat_map(|day| [day.yesterday().unwrap(), day, day.tomorrow().unwrap()])
        .collect()
}

#[tokio::test]
async fn slots_are_what_reading_the_clock_minute_by_minute_gives() {
    let world = World::new().await;
    let zones = [
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Casablanca",
        "Pacific/Chatham",
        "Atlantic/Azores",
        "Asia/Beirut",
        "America/Havana",
        "Antarctica/Troll",
    ];
    let windows = [
        ("00:00", "24:00", 60, 0),
        ("00:00", "03:00", 30, 0),
        ("00:30", "02:30", 25, 10),
        ("01:00", "02:00", 15, 0),
        ("01:45", "02:15", 5, 0),
        ("02:00", "03:00", 20, 20),
        ("02:30", "05:00", 45, 15),
        ("03:00", "03:10", 5, 0),
    ];
    let mut compared = 0;
    for zone in zones {
        for day in around_changes(zone) {
            for (from, to, slot, buffer) in windows {
                let slow: Vec<Timestamp> = world
                    .admin
                    .rows(SLOW_WAY, &[&zone, &day, &from, &to, &slot, &buffer])
                    .await
                    .iter()
                    .map(|row| row.get(0))
                    .collect();
                let sql =
                    "SELECT start FROM convene.preview_slots($1, $2, $3::text::time, $4::text::time, $5, $6) AS start";
                let fast: Vec<Timestamp> = world
                    .sql
                    .rows(sql, &[&zone, &day, &from, &to, &slot, &buffer])
                    .await
                    .iter()
                    .map(|row| row.get(0))
                    .collect();
                assert_eq!(fast, slow, "{zone} on {day}, {from} to {to} by {slot} and {buffer}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "only {compared}");
}

#[tokio::test]
async fn a_year_of_stored_slots_is_what_preview_shows_for_each_day() {
    let world = World::new().await;
    world.policy("slot_horizon_days", 366).await;
    let mentor = world.mentor().await;
    for zone in ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"] {
        // All of them change their clocks on Sundays.
        let sunday = (2..9).map(in_days).find(|day| day.weekday() == jiff::civil::Weekday::Sunday).unwrap();
        let block = world
            .block(
                &mentor,
                json!({
                    "recurrence": "weekly", "start_date": sunday, "start_time": "00:15", "end_time": "04:15",
                    "time_zone": zone, "slot_minutes": 25, "buffer_minutes": 5,
                }),
            )
            .await;

        let previewed = "SELECT array_agg(start ORDER BY start)
            FROM convene.availability_blocks b
            CROSS JOIN generate_series(b.start_date::timestamp, b.generated_until, interval '7 days') AS day
            CROSS JOIN convene.preview_slots(b.time_zone, day::date, b.start_time, b.end_time, b.slot_minutes, b.buffer_minutes, b.ends_next_day) AS start
            WHERE b.id = $1";
        let previewed: Vec<Timestamp> = world.admin.value(previewed, &[&block.id()]).await;
        let instances = "SELECT array_agg(start) FROM convene.generate_slot_instances($1, $2) AS start";
        let instances: Vec<Timestamp> = world.admin.value(instances, &[&block.id(), previewed.last().unwrap()]).await;
        let stored: Vec<Timestamp> = world.free_slots(&block).await.iter().map(|slot| slot.start).collect();

        assert_eq!(stored, previewed, "{zone}");
        assert_eq!(stored, instances, "{zone}");
        let lengths = "SELECT array_agg(DISTINCT n ORDER BY n) FROM (
                SELECT count(*) AS n FROM convene.time_slots s JOIN convene.availability_blocks b ON b.id = s.block_id
                WHERE b.id = $1 GROUP BY (s.start_time AT TIME ZONE b.time_zone)::date
            ) AS days";
        let lengths: Vec<i64> = world.admin.value(lengths, &[&block.id()]).await;
        let expected = if zone == "Australia/Lord_Howe" { [7, 8, 9] } else { [6, 8, 10] };
        assert_eq!(lengths, expected, "{zone}: a shorter and a longer night in the year");
    }
}

#[tokio::test]
async fn windows_that_cannot_be_are_refused_by_name() {
    let world = World::new().await;
    let fine = json!({
        "p_time_zone": "UTC", "p_date": "2026-02-03", "p_start_time": "09:00", "p_end_time": "10:00", "p_slot_minutes": 30,
        "p_buffer_minutes": 0,
    });
    assert_eq!(world.sql.call("preview_slots", fine.clone()).await.unwrap().len(), 2);
    for (argument, value, field) in [
        ("p_date", json!("infinity"), "date"),
        ("p_date", json!("-infinity"), "date"),
        ("p_date", json!("12000-01-01"), "date"),
        ("p_start_time", json!("10:00"), "end_time"),
        ("p_start_time", json!("10:01"), "end_time"),
        ("p_start_time", json!("09:00:01"), "start_time"),
        ("p_start_time", json!("24:00"), "start_time"),
        ("p_end_time", json!("09:59:59.5"), "end_time"),
        ("p_end_time", json!("00:00"), "end_time"),
        ("p_ends_next_day", json!(true), "end_time"),
        ("p_slot_minutes", json!(4), "slot_minutes"),
        ("p_slot_minutes", json!(481), "slot_minutes"),
        ("p_slot_minutes", json!(i32::MIN), "slot_minutes"),
        ("p_buffer_minutes", json!(-1), "buffer_minutes"),
        ("p_buffer_minutes", json!(i32::MAX), "buffer_minutes"),
    ] {
        let mut arguments = fine.clone();
        arguments[argument] = value.clone();

        let no = world.sql.call("preview_slots", arguments).await.unwrap_err();

        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(field)), "{argument} {value}");
    }
    let mut arguments = fine;
    arguments["p_time_zone"] = json!("Mars/Olympus");
    assert_eq!(world.sql.call("preview_slots", arguments).await.unwrap_err().code, "INVALID_TIME_ZONE");
}

#[tokio::test]
async fn what_is_previewed_is_what_a_block_with_the_same_fields_yields() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let day = in_days(7);
    for window in [
        json!({ "start_time": "23:00", "end_time": "24:00" }),
        json!({ "start_time": "22:30", "end_time": "01:15", "ends_next_day": true, "buffer_minutes": 5 }),
        json!({ "start_time": "23:00", "end_time": "00:00", "ends_next_day": true }),
        json!({ "start_time": "00:00", "end_time": "00:00", "ends_next_day": true, "slot_minutes": 60 }),
        json!({ "start_time": "00:00", "end_time": "00:00" }),
        json!({ "start_time": "23:00", "end_time": "00:00" }),
        json!({ "start_time": "24:00", "end_time": "24:00" }),
        json!({ "start_time": "09:00", "end_time": "24:00", "ends_next_day": true }),
    ] {
        let mut block = fields(json!({ "time_zone": "Asia/Kolkata", "start_date": day }));
        let mut asked = json!({ "p_time_zone": "Asia/Kolkata", "p_date": day, "p_slot_minutes": 30 });
        for (name, value) in window.as_object().unwrap() {
            block[name] = value.clone();
            asked[format!("p_{name}")] = value.clone();
        }
        let made = world.make_block(&mentor, &mentor, block).await;

        let previewed = world.sql.call("preview_slots", asked).await;

        match made {
            Ok(block) => {
                let starts: Vec<Timestamp> = previewed.unwrap().iter().map(instant).collect();
                let made: Vec<Timestamp> = world.free_slots(&block).await.iter().map(|slot| slot.start).collect();
                assert!(!made.is_empty() && starts == made, "{window}: {starts:?}");
                world.delete_block(&mentor, &block).await.unwrap();
            }
            Err(no) => assert_eq!(previewed.unwrap_err().details, no.details, "{window}"),
        }
    }
}

fn instant(start: &serde_json::Value) -> Timestamp {
    start.as_str().unwrap().parse().unwrap()
}

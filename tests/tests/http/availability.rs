//! Mentors offer time, change their minds, and take days off.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, World};

#[tokio::test]
async fn a_block_is_made_changed_deactivated_and_removed() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let (of_mentor, of_mentee) = (service.signed_in(&world, &mentor).await, service.signed_in(&world, &mentee).await);
    let tomorrow = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date() + 1.day();
    let block = json!({
        "recurrence": "weekly", "start_date": tomorrow.to_string(), "start_time": "09:00", "end_time": "11:00",
        "time_zone": "UTC", "slot_minutes": 30,
    });
    let slots = async || {
        let page = of_mentee.get(&format!("/v1/mentors/{}/slots?limit=200", mentor.id)).await;
        page.body["data"].as_array().unwrap().len()
    };

    let made = of_mentor.post("/v1/availability/blocks", block).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path =
        format!("/v1/availability/blocks/{}", made.body["block"]["id"].as_str().or(made.body["id"].as_str()).unwrap());
    let weeks = slots().await / 4;
    assert!((4..=5).contains(&weeks), "{weeks} weeks in the horizon of 30 days");
    assert_eq!(of_mentor.get(&path).await.status, 200);
    assert_eq!(of_mentor.get("/v1/availability/blocks").await.body["data"].as_array().unwrap().len(), 1);

    let changed = of_mentor.send(Method::PATCH, &path, Some(json!({ "slot_minutes": 60 }))).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(slots().await, 2 * weeks);

    let off = json!({ "day": tomorrow.to_string() });
    let taken = of_mentor.post("/v1/availability/blackout-dates", off).await;
    assert!(taken.status < 300, "{}", taken.body);
    assert_eq!(slots().await, 2 * weeks - 2);
    assert_eq!(of_mentor.get("/v1/availability/blackout-dates").await.body["data"].as_array().unwrap().len(), 1);
    let back = of_mentor.send(Method::DELETE, &format!("/v1/availability/blackout-dates/{tomorrow}"), None).await;
    assert!(back.status < 300, "{}", back.body);
    assert_eq!(slots().await, 2 * weeks);

    let ended = of_mentor.post(&format!("{path}/deactivate"), json!({})).await;
    assert!(ended.status < 300, "{}", ended.body);
    assert_eq!(slots().await, 0);
    let removed = of_mentor.send(Method::DELETE, &path, None).await;
    assert!(removed.status < 300, "{}", removed.body);
    assert_eq!(of_mentor.get(&path).await.outcome(), (404, "BLOCK_NOT_FOUND"));
}

#[tokio::test]
async fn a_window_is_previewed_with_the_clock_change_in_it() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_mentor = service.signed_in(&world, &world.mentor().await).await;
    let window = json!({
        "time_zone": "Europe/Berlin", "date": "2027-03-28", "start_time": "01:00", "end_time": "04:00",
        "slot_minutes": 60,
    });

    let preview = of_mentor.post("/v1/availability/preview", window).await;

    assert_eq!(preview.status, 200, "{}", preview.body);
    let text = preview.body.to_string();
    // 01:00 and 03:00 by the clock on the wall, an hour apart.
    assert!(text.contains("2027-03-28T00:00:00Z") && text.contains("2027-03-28T01:00:00Z"), "{text}");
    assert!(!text.contains("2027-03-28T02:00:00Z"), "{text}");
}

#[tokio::test]
async fn a_night_is_previewed_as_it_is_made() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_mentor = service.signed_in(&world, &world.mentor().await).await;
    let night = json!({
        "time_zone": "UTC", "date": "2027-01-04", "start_time": "23:00", "end_time": "01:00", "ends_next_day": true,
        "slot_minutes": 60,
    });

    let preview = of_mentor.post("/v1/availability/preview", night.clone()).await;

    let starts = json!([{ "start_time": "2027-01-04T23:00:00Z" }, { "start_time": "2027-01-05T00:00:00Z" }]);
    assert_eq!((preview.status, &preview.body["data"]), (200, &starts), "{}", preview.body);
    let mut same_day = night;
    same_day.as_object_mut().unwrap().remove("ends_next_day");
    let refused = of_mentor.post("/v1/availability/preview", same_day).await;
    assert_eq!(refused.body["error"]["details"]["field"], "end_time");
}

#[tokio::test]
async fn wrong_blocks_are_refused_by_field_and_leave_nothing() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_mentor = service.signed_in(&world, &world.mentor().await).await;
    let before = world.snapshot().await;
    let good = json!({
        "recurrence": "weekly", "start_date": "2027-01-04", "start_time": "09:00", "end_time": "11:00",
        "time_zone": "UTC", "slot_minutes": 30,
    });
    for (field, value, code) in [
        ("recurrence", json!("hourly"), "VALIDATION_ERROR"),
        ("start_date", json!("2027-02-30"), "VALIDATION_ERROR"),
        ("start_date", json!(20270104), "VALIDATION_ERROR"),
        ("start_time", json!("25:00"), "VALIDATION_ERROR"),
        ("end_time", json!("08:00"), "VALIDATION_ERROR"),
        ("time_zone", json!("Mars/Olympus"), "INVALID_TIME_ZONE"),
        ("slot_minutes", json!(0), "VALIDATION_ERROR"),
        ("slot_minutes", json!("30"), "VALIDATION_ERROR"),
        ("slot_minutes", json!(1e300), "VALIDATION_ERROR"),
        ("slot_minutes", Value::Null, "VALIDATION_ERROR"),
        ("sluts", json!(1), "VALIDATION_ERROR"),
    ] {
        let mut block = good.clone();
        block[field] = value.clone();
        let reply = of_mentor.post("/v1/availability/blocks", block).await;
        assert_eq!(reply.outcome(), (400, code), "{field}: {value}: {}", reply.body);
    }
    assert_eq!(before, world.snapshot().await);
}

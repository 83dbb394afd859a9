//! What is counted, once and on which day.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use support::event_types::at_an_hour;
use support::{World, days};
use uuid::Uuid;

use super::{dispatch, funnel, record, report, roll_up, total, view};

#[tokio::test]
async fn a_stage_counts_once_for_each_visit_and_event_type() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let (talk, walk) = (world.event_type(&host, json!({})).await, world.event_type(&host, json!({})).await);
    let mut counted = Vec::new();
    for (event_type, stage, visitor) in [
        (talk, "page_view", Some("a-visit-of-its-own")),
        (talk, "page_view", Some("a-visit-of-its-own")),
        (talk, "slot_selection", Some("a-visit-of-its-own")),
        (talk, "slot_selection", Some("a-visit-of-its-own")),
        (talk, "page_view", Some("another-visit-here")),
        (walk, "page_view", Some("a-visit-of-its-own")),
        (walk, "page_view", None),
        (walk, "page_view", None),
    ] {
        counted.push(record(&world.admin, event_type, stage, visitor).await.unwrap());
    }

    assert_eq!(counted, [true, false, true, false, true, true, true, true]);
    let of = |event_type: Uuid, counts| (json!(event_type), counts);
    let mut parts = funnel(&world, &staff, "event_type", json!({})).await;
    parts.sort_by_key(|(_, counts)| *counts);
    assert_eq!(parts, [of(talk, [2, 1, 0]), of(walk, [3, 0, 0])]);
    // Nothing of a visitor is stored but a hash, and the two pages' do not agree.
    let hashes = "SELECT count(DISTINCT visit_hash) FROM convene.analytics_funnel_events WHERE visit_hash IS NOT NULL";
    assert_eq!(world.admin.value::<i64>(hashes, &[]).await, 3);
}

#[tokio::test]
async fn only_public_event_types_that_can_be_booked_and_stages_of_pages_are_counted() {
    let world = World::new().await;
    let host = world.mentor().await;
    let public = world.event_type(&host, json!({})).await;
    let private = world.event_type(&host, json!({ "is_private": true })).await;
    let off = world.event_type(&host, json!({ "is_active": false })).await;
    let removed = world.event_type(&host, json!({ "deleted_at": Timestamp::now() })).await;
    for (event_type, stage, visitor, code) in [
        (private, "page_view", None, "EVENT_TYPE_NOT_FOUND"),
        (removed, "page_view", None, "EVENT_TYPE_NOT_FOUND"),
        (Uuid::new_v4(), "page_view", None, "EVENT_TYPE_NOT_FOUND"),
        (off, "slot_selection", None, "EVENT_TYPE_NOT_BOOKABLE"),
        (public, "booking_confirmed", None, "VALIDATION_ERROR"),
        (public, "page_view", Some("too short"), "VALIDATION_ERROR"),
        (public, "page_view", Some("somebody@example.org"), "VALIDATION_ERROR"),
    ] {
        assert_eq!(
            record(&world.admin, event_type, stage, visitor).await.unwrap_err().code,
            code,
            "{stage} {visitor:?}"
        );
    }
    let stored = "SELECT count(*) FROM convene.analytics_funnel_events";
    assert_eq!(world.admin.value::<i64>(stored, &[]).await, 0);
}

#[tokio::test]
async fn a_booking_counts_once_when_it_is_confirmed_for_the_first_time() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let on_request = world.event_type(&host, json!({ "requires_confirmation": true })).await;
    let bookings = async || {
        dispatch(&world).await;
        total(&world, &staff).await[2]
    };

    let request = world.book_time(on_request, &world.mentee().await, at_an_hour(days(2))).await.unwrap();
    assert_eq!((request["status"].as_str(), bookings().await), (Some("pending"), 0));
    let id: Uuid = request["id"].as_str().unwrap().parse().unwrap();
    world.act("confirm_booking", json!({ "p_booking_id": id, "p_actor_id": host.id })).await.unwrap();
    assert_eq!(bookings().await, 1);

    // Moved, so that it waits again, and confirmed again.
    for (event, from, to) in [("rescheduled", "confirmed", "pending"), ("confirmed", "pending", "confirmed")] {
        let sql = "INSERT INTO convene.booking_events (org_id, booking_id, event, acted_as, from_status, to_status, start_time, end_time, meeting_type, hosts, attendees)
            SELECT org_id, booking_id, $2, 'host', $3, $4, start_time, end_time, meeting_type, hosts, attendees
            FROM convene.booking_events WHERE booking_id = $1 ORDER BY seq LIMIT 1";
        world.admin.execute(sql, &[&id, &event, &from, &to]).await;
    }
    assert_eq!(bookings().await, 1);

    let group = world.event_type(&world.mentor().await, json!({ "capacity": 3 })).await;
    let start = at_an_hour(days(3));
    for _ in 0..2 {
        world.book_time(group, &world.mentee().await, start).await.unwrap();
    }
    assert_eq!(bookings().await, 3, "a seat in a meeting that stands is booked, too");

    // Office hours have no page of this kind.
    world.booking(&world.mentee().await, &world.mentor().await, days(4)).await;
    assert_eq!(bookings().await, 3);
    roll_up(&world).await;
    assert_eq!(bookings().await, 3);
}

/// A meeting of several seats; each instant is when somebody joins it.
async fn joined_at(world: &World, event_type: Uuid, instants: &[&str]) {
    world.book_time(event_type, &world.mentee().await, at_an_hour(days(2))).await.unwrap();
    dispatch(world).await;
    world.admin.run("TRUNCATE convene.analytics_funnel_events, convene.analytics_funnel_pending").await;
    for instant in instants {
        let sql = "INSERT INTO convene.booking_events (org_id, booking_id, event, acted_as, from_status, to_status, start_time, end_time, meeting_type, hosts, attendees, occurred_at)
            SELECT org_id, booking_id, 'joined', 'attendee', 'confirmed', 'confirmed', start_time, end_time, meeting_type, hosts, attendees, ($1::text)::timestamptz
            FROM convene.booking_events WHERE event = 'created' LIMIT 1";
        world.admin.execute(sql, &[instant]).await;
    }
    dispatch(world).await;
}

#[tokio::test]
async fn days_begin_at_midnight_in_the_organizations_zone_also_when_clocks_change() {
    let world = World::new().await;
    world.policy("time_zone", "Europe/Berlin").await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let group = world.event_type(&host, json!({ "capacity": 100 })).await;
    // Each side of a midnight: around the longest day of the year, and around the shortest.
    let instants = [
        "2026-10-24T21:59:59Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "2026-10-25T22:59:59Z",
        "2026-10-25T23:00:00Z",
        "2027-03-27T22:59:59Z",
        "2027-03-27T23:00:00Z",
        "2027-03-28T21:59:59Z",
        "2027-03-28T22:00:00Z",
    ];
    joined_at(&world, group, &instants).await;
    let expected = [
        ("2026-10-24", 1),
        ("2026-10-25", 4),
        ("2026-10-26", 1),
        ("2027-03-27", 1),
        ("2027-03-28", 2),
        ("2027-03-29", 1),
    ];
    let expected: Vec<_> = expected.iter().map(|(day, many)| (json!(day), [0, 0, *many])).collect();
    let range = json!({ "p_from": "2026-10-24", "p_to": "2027-03-29" });

    assert_eq!(funnel(&world, &staff, "day", range.clone()).await, expected);
    roll_up(&world).await;
    assert_eq!(funnel(&world, &staff, "day", range.clone()).await, expected);
    // What was counted stays where it was, wherever the organization moves.
    world.policy("time_zone", "Pacific/Kiritimati").await;
    assert_eq!(funnel(&world, &staff, "day", range).await, expected);

    // Bookings, which are read themselves, move with it.
    world.policy("time_zone", "Europe/Berlin").await;
    let starting = async |instant: &str, day: &str| {
        let sql = "UPDATE convene.bookings SET start_time = ($1::text)::timestamptz, end_time = ($1::text)::timestamptz + interval '1 hour'";
        world.admin.execute(sql, &[&instant]).await;
        let rows = report(&world, "booking_status_distribution", &staff, json!({ "p_from": day, "p_to": day })).await;
        rows.iter().map(|row| row["bookings"].as_i64().unwrap()).sum::<i64>()
    };
    for (instant, day) in [
        (instants[0], "2026-10-24"),
        (instants[1], "2026-10-25"),
        (instants[4], "2026-10-25"),
        (instants[5], "2026-10-26"),
        (instants[6], "2027-03-27"),
        (instants[7], "2027-03-28"),
        (instants[8], "2027-03-28"),
        (instants[9], "2027-03-29"),
    ] {
        for other in ["2026-10-24", "2026-10-25", "2026-10-26", "2027-03-27", "2027-03-28", "2027-03-29"] {
            assert_eq!(starting(instant, other).await, i64::from(other == day), "{instant} on {other}");
        }
    }
}

#[tokio::test]
async fn a_visit_is_of_the_organizations_today() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        world.policy("time_zone", zone).await;
        world.admin.run("TRUNCATE convene.analytics_funnel_pending").await;
        let today = || Timestamp::now().to_zoned(TimeZone::get(zone).unwrap()).date().to_string();
        let before = today();
        view(&world, talk).await;
        let seen = funnel(&world, &staff, "day", json!({})).await;
        assert!([before, today()].iter().any(|day| seen == [(json!(day), [1, 0, 0])]), "{zone}: {seen:?}");
    }
}

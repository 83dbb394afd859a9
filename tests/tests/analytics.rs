//! How visits to booking pages end, what becomes of bookings, and who hosts them.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use support::event_types::at_an_hour;
use support::{Refused, Sql, User, World, days, hours};
use uuid::Uuid;

/// Counts what happened on a page; says whether it counted.
async fn record(sql: &Sql, event_type: Uuid, stage: &str, visitor: Option<&str>) -> Result<bool, Refused> {
    let arguments = json!({ "p_event_type_id": event_type, "p_stage": stage, "p_visitor": visitor });
    Ok(sql.call_one("record_funnel_event", arguments).await?.as_bool().unwrap())
}

async fn view(world: &World, event_type: Uuid) {
    assert!(record(&world.admin, event_type, "page_view", None).await.unwrap());
}

/// The rows of a report that an actor sees.
async fn report(world: &World, function: &str, actor: &User, more: Value) -> Vec<Value> {
    let mut arguments = json!({ "p_actor_id": actor.id });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.sql.call(function, arguments).await.unwrap()
}

/// Views, selections and bookings of a funnel, for each of its parts.
async fn funnel(world: &World, actor: &User, by: &str, more: Value) -> Vec<(Value, [i64; 3])> {
    let mut arguments = more;
    arguments["p_by"] = json!(by);
    let part = match by {
        "day" => "day",
        "team" => "team_id",
        _ => "event_type_id",
    };
    let rows = report(world, "funnel", actor, arguments).await;
    let count = |row: &Value, column: &str| row[column].as_i64().unwrap();
    let counts = |row: &Value| ["page_views", "slot_selections", "bookings_confirmed"].map(|column| count(row, column));
    rows.iter().map(|row| (row[part].clone(), counts(row))).collect()
}

/// All views, selections and bookings of the last 30 days.
async fn total(world: &World, actor: &User) -> [i64; 3] {
    let days = funnel(world, actor, "day", json!({})).await;
    days.iter().fold([0; 3], |sum, (_, counts)| [0, 1, 2].map(|stage| sum[stage] + counts[stage]))
}

async fn dispatch(world: &World) {
    world.admin.run("SELECT convene.dispatch_events()").await;
}

async fn roll_up(world: &World) -> i64 {
    world.admin.call_one("roll_up_funnel", json!({})).await.unwrap()["events_count"].as_i64().unwrap()
}

async fn team_of(world: &World, event_type: Uuid) -> Uuid {
    world.admin.value("SELECT team_id FROM convene.event_types WHERE id = $1", &[&event_type]).await
}

/// Days that are booked on in these tests.
fn ahead() -> Value {
    json!({ "p_to": (Timestamp::now() + days(20)).to_zoned(TimeZone::UTC).date().to_string() })
}

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

#[tokio::test]
async fn a_roll_up_that_is_killed_or_repeated_counts_each_event_once() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    for _ in 0..3 {
        view(&world, talk).await;
    }
    let killed = Sql::connect(&world.database.admin()).await;
    killed.run("BEGIN").await;
    assert_eq!(killed.call_one("roll_up_funnel", json!({})).await.unwrap()["events_count"], 3);
    view(&world, talk).await;
    assert_eq!(roll_up(&world).await, 0, "another run is at it, and nobody waits for it");
    assert_eq!(total(&world, &staff).await, [4, 0, 0]);

    let pid: i32 = killed.value("SELECT pg_backend_pid()", &[]).await;
    world.admin.run(&format!("SELECT pg_terminate_backend({pid}, 10000)")).await;

    assert_eq!(total(&world, &staff).await, [4, 0, 0]);
    assert_eq!((roll_up(&world).await, roll_up(&world).await), (4, 0));
    assert_eq!(total(&world, &staff).await, [4, 0, 0]);
    let counted = "SELECT page_views FROM convene.analytics_funnel_days WHERE event_type_id = $1";
    assert_eq!(world.admin.value::<i64>(counted, &[&talk]).await, 4);
}

#[tokio::test]
async fn counts_are_exact_at_every_moment_while_visitors_come_and_events_are_rolled_up() {
    const VISITORS: usize = 4;
    const VIEWS: i64 = 60;
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let (talk, walk) = (world.event_type(&host, json!({})).await, world.event_type(&host, json!({})).await);
    let connect = async || Sql::connect(&world.database.admin()).await;
    let (is_over, mut visitors, mut rollers) = (AtomicBool::new(false), Vec::new(), Vec::new());
    for _ in 0..VISITORS {
        visitors.push(connect().await);
    }
    for _ in 0..2 {
        rollers.push(connect().await);
    }
    let visiting = async {
        join_all(visitors.iter().map(async |sql| {
            for nth in 0..VIEWS {
                record(sql, if nth % 2 == 0 { talk } else { walk }, "page_view", None).await.unwrap();
            }
        }))
        .await;
        is_over.store(true, Ordering::Relaxed);
    };
    let rolling = join_all(rollers.iter().map(async |sql| {
        while !is_over.load(Ordering::Relaxed) {
            sql.call("roll_up_funnel", json!({})).await.unwrap();
        }
    }));
    let reading = async {
        let mut last = 0;
        while !is_over.load(Ordering::Relaxed) {
            let [views, ..] = total(&world, &staff).await;
            assert!(views >= last, "{views} after {last}");
            last = views;
        }
    };
    tokio::join!(visiting, rolling, reading);

    let all = VIEWS * i64::try_from(VISITORS).unwrap();
    assert_eq!(total(&world, &staff).await, [all, 0, 0]);
    roll_up(&world).await;
    assert_eq!(total(&world, &staff).await, [all, 0, 0]);
    let pending = "SELECT count(*) FROM convene.analytics_funnel_pending";
    assert_eq!(world.admin.value::<i64>(pending, &[]).await, 0);
}

#[tokio::test]
async fn no_visitor_of_a_page_waits_for_another_or_for_the_roll_up() {
    let world = World::new().await;
    let talk = world.event_type(&world.mentor().await, json!({})).await;
    view(&world, talk).await;
    roll_up(&world).await;
    view(&world, talk).await;
    let (slow, rolling) = (Sql::connect(&world.database.admin()).await, Sql::connect(&world.database.admin()).await);
    slow.run("BEGIN").await;
    assert!(record(&slow, talk, "page_view", Some("a-visitor-who-dawdles")).await.unwrap());
    rolling.run("BEGIN; SELECT convene.roll_up_funnel()").await;

    world.admin.run("SET lock_timeout = '50ms'").await;
    assert!(record(&world.admin, talk, "page_view", Some("somebody-in-a-hurry")).await.unwrap());
    // Nor does whoever changes the event type.
    world.admin.run("UPDATE convene.event_types SET title = 'Another talk'").await;

    slow.run("COMMIT").await;
    rolling.run("COMMIT").await;
    assert_eq!(roll_up(&world).await, 2);
}

#[tokio::test]
async fn hosts_see_their_own_owners_their_teams_and_staff_everything() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (staff, owner, member) = (world.coordinator().await, world.mentor().await, world.mentor().await);
    let (stranger, mentee) = (world.mentor().await, world.mentee().await);
    let own = world.event_type(&owner, json!({ "title": "Own" })).await;
    let shared = world.team_event_type(&[&owner, &member], "collective", json!({ "title": "Shared" })).await;
    let team = team_of(&world, shared).await;
    world.admin.execute("UPDATE convene.team_members SET role = 'owner' WHERE user_id = $1", &[&owner.id]).await;
    for event_type in [own, shared, shared] {
        view(&world, event_type).await;
    }
    world.book_time(own, &mentee, at_an_hour(days(2))).await.unwrap();
    world.book_time(shared, &mentee, at_an_hour(days(3))).await.unwrap();
    world.booking(&mentee, &stranger, days(4)).await;
    dispatch(&world).await;

    let parts = async |actor: &User, more: Value| -> Vec<(Value, [i64; 3])> {
        let mut parts = funnel(&world, actor, "event_type", more).await;
        parts.sort_by_key(|(_, counts)| *counts);
        parts
    };
    let both = vec![(json!(own), [1, 0, 1]), (json!(shared), [2, 0, 1])];
    assert_eq!(parts(&staff, json!({})).await, both);
    assert_eq!(parts(&owner, json!({})).await, both);
    assert_eq!(parts(&member, json!({})).await, []);
    assert_eq!(parts(&owner, json!({ "p_team_id": team })).await, both[1..]);
    assert_eq!(parts(&staff, json!({ "p_event_type_id": own })).await, both[..1]);
    assert_eq!(parts(&staff, json!({ "p_event_type_id": own, "p_team_id": team })).await, []);
    assert_eq!(funnel(&world, &staff, "team", json!({})).await, [(json!(team), [2, 0, 1]), (Value::Null, [1, 0, 1])]);

    let meetings = async |actor: &User| {
        let rows = report(&world, "booking_status_distribution", actor, ahead()).await;
        rows.iter().map(|row| row["bookings"].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!(
        (meetings(&staff).await, meetings(&owner).await, meetings(&member).await, meetings(&stranger).await),
        (3, 2, 1, 1)
    );
    let hosts = async |actor: &User| {
        let mut hosted: Vec<(Uuid, i64)> = report(&world, "host_utilisation", actor, ahead())
            .await
            .iter()
            .map(|row| (row["user_id"].as_str().unwrap().parse().unwrap(), row["meetings"].as_i64().unwrap()))
            .collect();
        hosted.sort();
        let mut summed: Vec<(Uuid, i64)> = Vec::new();
        for (host, many) in hosted {
            match summed.last_mut() {
                Some((last, sum)) if *last == host => *sum += many,
                _ => summed.push((host, many)),
            }
        }
        summed
    };
    let mut all = vec![(owner.id, 2), (member.id, 1), (stranger.id, 1)];
    all.sort();
    assert_eq!(hosts(&staff).await, all);
    assert_eq!(hosts(&owner).await, all.iter().copied().filter(|(host, _)| *host != stranger.id).collect::<Vec<_>>());
    assert_eq!(hosts(&member).await, [(member.id, 1)]);

    for (actor, more, code) in [
        (&mentee, json!({}), "NOT_AUTHORIZED"),
        (&stranger, json!({ "p_event_type_id": own }), "EVENT_TYPE_NOT_FOUND"),
        (&member, json!({ "p_event_type_id": shared }), "EVENT_TYPE_NOT_FOUND"),
        (&member, json!({ "p_team_id": team }), "TEAM_NOT_FOUND"),
        (&staff, json!({ "p_team_id": Uuid::new_v4() }), "TEAM_NOT_FOUND"),
    ] {
        for function in
            ["funnel", "booking_status_distribution", "rotation_volumes", "host_utilisation", "hold_conversion"]
        {
            let mut arguments = more.clone();
            arguments["p_actor_id"] = json!(actor.id);
            assert_eq!(world.sql.call(function, arguments).await.unwrap_err().code, code, "{function} {more}");
        }
    }
}

#[tokio::test]
async fn another_organizations_numbers_are_not_in_a_report() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (ours, theirs) = (world.coordinator().await, world.user_in(&elsewhere, "coordinator").await);
    let (host, mentee) = (world.mentor().await, world.mentee().await);
    let talk = world.event_type(&host, json!({})).await;
    view(&world, talk).await;
    world.book_time(talk, &mentee, at_an_hour(days(2))).await.unwrap();
    dispatch(&world).await;
    for _ in 0..2 {
        assert_eq!((total(&world, &ours).await, total(&world, &theirs).await), ([1, 0, 1], [0, 0, 0]));
        roll_up(&world).await;
    }
    for function in ["booking_status_distribution", "host_utilisation"] {
        assert_eq!(report(&world, function, &ours, ahead()).await.len(), 1, "{function}");
        assert_eq!(report(&world, function, &theirs, ahead()).await, [] as [Value; 0], "{function}");
    }
}

#[tokio::test]
async fn the_volumes_of_a_rotation_are_shown_against_its_weights() {
    let world = World::new().await;
    let (staff, mia, max) = (world.coordinator().await, world.mentor().await, world.mentor().await);
    let (mia, max) = (world.named(mia, "Mia").await, world.named(max, "Max").await);
    let turns = world.team_event_type(&[&mia, &max], "round_robin", json!({ "title": "In turns" })).await;
    let together = world.team_event_type(&[&mia, &max], "collective", json!({ "title": "Together" })).await;
    world.admin.execute("UPDATE convene.team_event_type_members SET weight = 300 WHERE user_id = $1", &[&mia.id]).await;
    for nth in 0..4 {
        let start = at_an_hour(days(2) + hours(nth));
        world.book_time(turns, &world.mentee().await, start).await.unwrap();
    }
    world.book_time(together, &world.mentee().await, at_an_hour(days(3))).await.unwrap();
    let canceled = world.book_time(together, &world.mentee().await, at_an_hour(days(4))).await.unwrap();
    let arguments = json!({ "p_booking_id": canceled["id"], "p_actor_id": mia.id });
    world.sql.call_one("cancel_booking", arguments).await.unwrap();

    let rows = async |actor: &User, more: Value| -> Vec<Value> {
        let mut arguments = ahead();
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let rows = report(&world, "rotation_volumes", actor, arguments).await;
        let mut rows: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!([
                    row["mode"],
                    row["user_name"],
                    row["meetings"],
                    row["event_type_meetings"],
                    row["share"],
                    row["weight"],
                    row["expected_share"]
                ])
            })
            .collect();
        rows.sort_by_key(Value::to_string);
        rows
    };
    let collective =
        [json!(["collective", "Max", 1, 1, 1, null, null]), json!(["collective", "Mia", 1, 1, 1, null, null])];
    let rotation =
        [json!(["round_robin", "Max", 1, 4, 0.25, 100, 0.25]), json!(["round_robin", "Mia", 3, 4, 0.75, 300, 0.75])];
    assert_eq!(rows(&staff, json!({})).await, [collective.clone(), rotation.clone()].concat());
    assert_eq!(rows(&staff, json!({ "p_event_type_id": turns })).await, rotation);
    assert_eq!(rows(&max, json!({})).await, [collective[0].clone(), rotation[0].clone()]);

    // Whoever leaves the rotation hosted what they hosted.
    world
        .admin
        .execute(
            "DELETE FROM convene.team_event_type_members WHERE event_type_id = $1 AND user_id = $2",
            &[&turns, &max.id],
        )
        .await;
    let left =
        [json!(["round_robin", "Max", 1, 4, 0.25, null, null]), json!(["round_robin", "Mia", 3, 4, 0.75, 300, 1])];
    assert_eq!(rows(&staff, json!({ "p_event_type_id": turns })).await, left);
}

#[tokio::test]
async fn what_became_of_holds_is_counted_by_the_day_they_were_made() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (staff, host, other) = (world.coordinator().await, world.mentor().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    let hold = async |nth: i64| -> Uuid {
        let start = at_an_hour(days(2) + hours(nth));
        let arguments = json!({ "p_event_type_id": talk, "p_attendee_id": world.mentee().await.id, "p_start": start, "p_hold_minutes": 10 });
        let held = world.admin.call_one("book_event_type", arguments).await.unwrap();
        assert_eq!(held["status"], "held");
        held["id"].as_str().unwrap().parse().unwrap()
    };
    let (finalized, canceled, lapsed, over, _open) =
        (hold(0).await, hold(1).await, hold(2).await, hold(3).await, hold(4).await);
    let arguments =
        json!({ "p_booking_id": finalized, "p_actor_id": staff.id, "p_meeting_goal": support::world::GOAL });
    world.admin.call_one("finalize_booking", arguments).await.unwrap();
    let arguments = json!({ "p_booking_id": canceled, "p_actor_id": staff.id });
    world.admin.call_one("cancel_booking", arguments).await.unwrap();
    let lapse = "UPDATE convene.bookings SET held_until = now() - interval '1 minute' WHERE id = ANY ($1)";
    world.admin.execute(lapse, &[&vec![lapsed]]).await;
    world.settle_lapses().await;
    world.admin.run("SELECT convene.release_expired_holds()").await;
    // This one's time is over, and no job was there.
    world.admin.execute(lapse, &[&vec![over]]).await;
    world.settle_lapses().await;

    let counts = async |actor: &User| -> Vec<Value> {
        let rows = report(&world, "hold_conversion", actor, json!({})).await;
        rows.iter()
            .map(|row| {
                json!([
                    row["made"],
                    row["finalized"],
                    row["lapsed"],
                    row["canceled"],
                    row["still_open"],
                    row["conversion_rate"]
                ])
            })
            .collect()
    };
    assert_eq!(counts(&staff).await, [json!([5, 1, 2, 1, 1, 0.25])]);
    assert_eq!(counts(&host).await, [json!([5, 1, 2, 1, 1, 0.25])]);
    assert_eq!(counts(&other).await, [] as [Value; 0]);
    let seen = "SELECT made, finalized, lapsed, canceled, still_open FROM convene.hold_outcomes";
    let seen = world.admin.json(seen, &[]).await;
    assert_eq!(seen, json!({ "made": 5, "finalized": 1, "lapsed": 2, "canceled": 1, "still_open": 1 }));
}

#[tokio::test]
async fn a_report_covers_at_most_366_days() {
    let world = World::new().await;
    let staff = world.coordinator().await;
    for (from, to, field) in [
        ("2026-01-01", "2027-01-02", "to"),
        ("2026-01-02", "2026-01-01", "to"),
        ("1969-12-31", "1970-01-01", "from"),
        ("9998-12-31", "9999-01-01", "to"),
        ("-infinity", "2026-01-01", "from"),
        ("2026-01-01", "infinity", "to"),
    ] {
        let arguments = json!({ "p_actor_id": staff.id, "p_from": from, "p_to": to });
        for function in
            ["funnel", "booking_status_distribution", "rotation_volumes", "host_utilisation", "hold_conversion"]
        {
            let no = world.sql.call(function, arguments.clone()).await.unwrap_err();
            assert_eq!(
                (no.code.as_str(), &no.details["field"]),
                ("VALIDATION_ERROR", &json!(field)),
                "{function} {from} {to}"
            );
        }
    }
    assert_eq!(funnel(&world, &staff, "day", json!({ "p_from": "2026-01-01", "p_to": "2027-01-01" })).await, []);
}

#[tokio::test]
async fn a_report_of_too_many_rows_is_refused_and_not_cut() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let make = "INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
        SELECT $1, convene.new_id($1), $2, 'type-' || nth, 'Type' FROM generate_series(1, $3::integer) nth";
    world.admin.execute(make, &[&world.org.id, &host.id, &10_000]).await;
    world.admin.run("INSERT INTO convene.analytics_funnel_days (org_id, day, event_type_id, page_views) SELECT org_id, current_date, id, 1 FROM convene.event_types").await;
    assert_eq!(funnel(&world, &staff, "event_type", json!({})).await.len(), 10_000);
    let one_more = world.event_type(&host, json!({})).await;
    view(&world, one_more).await;

    let arguments = json!({ "p_actor_id": staff.id, "p_by": "event_type" });
    assert_eq!(world.sql.call("funnel", arguments).await.unwrap_err().code, "VALIDATION_ERROR");
    assert_eq!(total(&world, &staff).await, [10_001, 0, 0]);
}

#[tokio::test]
async fn events_are_deleted_after_90_days_and_their_counts_stay() {
    let world = World::new().await;
    let (staff, host) = (world.coordinator().await, world.mentor().await);
    let talk = world.event_type(&host, json!({})).await;
    for _ in 0..3 {
        view(&world, talk).await;
    }
    let age = "UPDATE convene.analytics_funnel_events SET occurred_at = now() - $2::text::interval WHERE seq = (SELECT min(seq) + $1::integer FROM convene.analytics_funnel_events)";
    world.admin.execute(age, &[&0, &"90 days 1 minute"]).await;
    world.admin.execute(age, &[&1, &"89 days 23 hours"]).await;

    let purged = world.admin.call_one("purge_funnel_events", json!({})).await.unwrap();

    assert_eq!(purged["purged_count"], 1);
    let left = "SELECT count(*) FROM convene.analytics_funnel_events";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 2);
    assert_eq!(total(&world, &staff).await, [3, 0, 0]);
    roll_up(&world).await;
    assert_eq!(total(&world, &staff).await, [3, 0, 0]);
}

#[tokio::test]
async fn operators_see_the_funnel_of_every_organization() {
    let world = World::new().await;
    let host = world.named(world.mentor().await, "Mia").await;
    let (talk, asked) = (world.event_type(&host, json!({ "title": "A talk" })).await, Some("a-visit-of-its-own"));
    view(&world, talk).await;
    roll_up(&world).await;
    for stage in ["page_view", "slot_selection"] {
        record(&world.admin, talk, stage, asked).await.unwrap();
    }
    world.book_time(talk, &world.mentee().await, at_an_hour(days(2))).await.unwrap();
    dispatch(&world).await;

    let seen = "SELECT organization, owner_name, event_type, page_views, slot_selections, bookings_confirmed, conversion_rate FROM convene.booking_funnel";
    let expected = json!({
        "organization": "test", "owner_name": "Mia", "event_type": "A talk", "page_views": 2, "slot_selections": 1,
        "bookings_confirmed": 1, "conversion_rate": 0.5,
    });
    assert_eq!(world.admin.json(seen, &[]).await, expected);
}

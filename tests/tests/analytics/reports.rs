//! Who sees which numbers, and what they are.

use serde_json::{Value, json};
use support::event_types::at_an_hour;
use support::{User, World, days, hours};
use uuid::Uuid;

use super::{ahead, dispatch, funnel, record, report, roll_up, team_of, total, view};

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

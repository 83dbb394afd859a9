//! `create_booking_atomic`: what it writes, what it refuses, and in which order.

use serde_json::{Value, json};
use support::world::{GOAL, booking_of};
use support::{Refused, Slot, User, World, days, hours, minutes};

#[tokio::test]
async fn booking_a_free_slot_writes_booking_participants_history_and_slot() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(3)).await;

    let booking = world.book(&mentee, &slot).await.unwrap();

    assert_eq!(booking.status(), "confirmed");
    assert_eq!(booking.uuid("mentor_id"), mentor.id);
    assert_eq!(booking.uuid("mentee_id"), mentee.id);
    assert_eq!(booking.uuid("time_slot_id"), slot.id);
    assert_eq!(booking.time("start_time"), slot.start);
    assert_eq!(booking.time("end_time"), slot.start + minutes(30));
    assert_eq!(booking.text("meeting_goal"), GOAL);
    assert_eq!(booking.0["requested_at"], Value::Null);
    assert_eq!(booking.time("confirmed_at"), booking.time("created_at"));
    assert_eq!(booking.0["replayed"], false);
    let id = booking.id();
    let stored = "SELECT count(*) FROM convene.bookings WHERE id = $1 AND status = 'confirmed' AND org_id = $2";
    assert_eq!(world.admin.value::<i64>(stored, &[&id, &world.org.id]).await, 1);
    let people = "SELECT string_agg(role || ' ' || (blocked = tstzrange($2, $2::timestamptz + interval '30 minutes')) || ' ' || active, ', '
        ORDER BY role) FROM convene.booking_participants WHERE booking_id = $1";
    let people: String = world.admin.value(people, &[&id, &slot.start]).await;
    assert_eq!(people, "attendee true true, host true true");
    let event = world
        .admin
        .json(
            "SELECT event, from_status, to_status, actor_id, acted_as, hosts, attendees FROM convene.booking_events",
            &[],
        )
        .await;
    assert_eq!(
        event,
        json!({
            "event": "created", "from_status": null, "to_status": "confirmed", "actor_id": mentee.id,
            "acted_as": "attendee", "hosts": [slot.mentor_id], "attendees": [mentee.id],
        })
    );
    assert_eq!(world.admin.value::<uuid::Uuid>("SELECT booking_id FROM convene.time_slots", &[]).await, id);
}

#[tokio::test]
async fn a_slot_whose_mentor_confirms_becomes_a_pending_request() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);

    let booking = world.request(&mentee, &mentor, days(3)).await;

    assert_eq!(booking.status(), "pending");
    assert_eq!(booking.time("requested_at"), booking.time("created_at"));
    assert_eq!(booking.0["confirmed_at"], Value::Null);
}

#[tokio::test]
async fn goal_and_materials_are_kept_as_given() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(3)).await;
    let urls = json!(["https://example.org/deck?v=2", "http://example.org/ä"]);

    let booking = world
        .act(
            "create_booking_atomic",
            json!({
                "p_time_slot_id": slot.id, "p_mentee_id": mentee.id,
                "p_meeting_goal": "Überlegen, ob 定价 stimmt 🚀", "p_materials_urls": urls,
            }),
        )
        .await
        .unwrap();

    assert_eq!(booking.text("meeting_goal"), "Überlegen, ob 定价 stimmt 🚀");
    assert_eq!(booking.0["materials_urls"], urls);
}

/// A refusal of booking, with what has to be so for it to be the only one.
async fn refused(world: &World, mentee: &User, slot: &Slot) -> Refused {
    let before = world.snapshot().await;
    let refused = world.book(mentee, slot).await.unwrap_err();
    assert_eq!(world.snapshot().await, before, "a refusal changes nothing");
    if refused.code != "USER_NOT_FOUND" {
        assert_eq!(world.reasons(mentee, slot).await, [refused.code.as_str()], "explain_slot says the same");
    }
    refused
}

#[tokio::test]
async fn an_unknown_mentee_is_refused() {
    let world = World::new().await;
    let slot = world.slot(&world.mentor().await, days(3)).await;
    let stranger = User { id: uuid::Uuid::new_v4(), ..world.mentee().await };

    let no = refused(&world, &stranger, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("USER_NOT_FOUND", "P0002"));
    assert_eq!(no.details, json!({ "user_id": stranger.id }));
}

#[tokio::test]
async fn an_inactive_mentee_is_refused() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(3)).await);
    for how in ["is_active = false", "is_active = true, deleted_at = now()"] {
        world.admin.execute(&format!("UPDATE convene.users SET {how} WHERE id = $1"), &[&mentee.id]).await;

        let no = refused(&world, &mentee, &slot).await;

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("USER_INACTIVE", "42501"), "{how}");
        assert_eq!(no.details, json!({ "user_id": mentee.id }));
    }
}

#[tokio::test]
async fn only_mentees_book() {
    let world = World::new().await;
    let slot = world.slot(&world.mentor().await, days(3)).await;
    for role in ["mentor", "coordinator", "admin"] {
        let no = refused(&world, &world.user(role).await, &slot).await;

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("NOT_A_MENTEE", "42501"));
        assert_eq!(no.details, json!({ "role": role }));
    }
}

#[tokio::test]
async fn an_unknown_slot_is_refused() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(3)).await);
    let unknown = Slot { id: uuid::Uuid::new_v4(), ..slot };

    let no = refused(&world, &mentee, &unknown).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("SLOT_NOT_FOUND", "P0002"));
    assert_eq!(no.details, json!({ "time_slot_id": unknown.id }));
}

#[tokio::test]
async fn a_slot_that_has_started_is_refused() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, minutes(-1)).await);

    let no = refused(&world, &mentee, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("SLOT_IN_PAST", "P0001"));
    assert_eq!(no.details, json!({ "start_time": slot.start }));
}

#[tokio::test]
async fn a_slot_inside_the_minimum_notice_is_refused() {
    let world = World::new().await;
    world.policy("minimum_notice_minutes", 120).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, minutes(119)).await;

    let no = refused(&world, &mentee, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MINIMUM_NOTICE", "P0001"));
    assert_eq!(no.details, json!({ "start_time": slot.start, "minimum_notice_minutes": 120 }));
    world.book(&mentee, &world.slot(&mentor, minutes(122)).await).await.unwrap();
}

#[tokio::test]
async fn a_withdrawn_slot_is_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    for how in [
        "time_slots SET deleted_at = now() WHERE id = $1 AND block_id = $2",
        "availability_blocks SET is_active = $1::uuid IS NULL WHERE id = $2",
        "availability_blocks SET deleted_at = now() WHERE $1::uuid IS NOT NULL AND id = $2",
    ] {
        let slot = world.slot(&mentor, days(3)).await;
        world.admin.execute(&format!("UPDATE convene.{how}"), &[&slot.id, &slot.block_id]).await;

        let no = refused(&world, &mentee, &slot).await;

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("SLOT_WITHDRAWN", "P0001"), "{how}");
        assert_eq!(no.details, json!({ "time_slot_id": slot.id }));
    }
}

#[tokio::test]
async fn the_slot_of_a_mentor_who_has_left_is_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(3)).await;
    for how in ["is_active = false", "is_active = true, role = 'coordinator'", "role = 'mentor', deleted_at = now()"] {
        world.admin.execute(&format!("UPDATE convene.users SET {how} WHERE id = $1"), &[&mentor.id]).await;

        let no = refused(&world, &mentee, &slot).await;

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MENTOR_NOT_AVAILABLE", "P0001"), "{how}");
        assert_eq!(no.details, json!({ "mentor_id": mentor.id }));
    }
}

#[tokio::test]
async fn a_booked_slot_is_refused() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let slot = world.slot(&mentor, days(3)).await;
    world.book(&world.mentee().await, &slot).await.unwrap();

    let no = refused(&world, &world.mentee().await, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("SLOT_ALREADY_BOOKED", "23505"));
    assert_eq!(no.details, json!({ "time_slot_id": slot.id }));
}

#[tokio::test]
async fn both_calendars_must_be_connected_where_the_organization_requires_it() {
    let world = World::new().await;
    world.policy("calendars_required", true).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(3)).await;

    assert_eq!(world.reasons(&mentee, &slot).await, ["CALENDAR_NOT_CONNECTED", "MENTOR_CALENDAR_NOT_CONNECTED"]);
    world.connect_calendar(&mentor).await;
    let no = refused(&world, &mentee, &slot).await;
    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("CALENDAR_NOT_CONNECTED", "42501"));
    assert_eq!(no.details, json!({}));

    world.connect_calendar(&mentee).await;
    world.admin.run("UPDATE convene.calendar_connections SET status = 'needs_reconnect'").await;
    world.connect_calendar(&mentee).await;
    let no = refused(&world, &mentee, &slot).await;
    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MENTOR_CALENDAR_NOT_CONNECTED", "42501"));

    world.connect_calendar(&mentor).await;
    world.book(&mentee, &slot).await.unwrap();
}

#[tokio::test]
async fn a_mentor_more_than_one_tier_above_is_refused() {
    let world = World::new().await;
    let allowed = [("bronze", 2), ("silver", 3), ("gold", 4), ("platinum", 4)];
    let tiers = ["bronze", "silver", "gold", "platinum"];
    for (mentee_tier, highest) in allowed {
        for (nth, mentor_tier) in tiers.iter().enumerate() {
            let mentee = world.with_tier(world.mentee().await, mentee_tier).await;
            let mentor = world.with_tier(world.mentor().await, mentor_tier).await;
            let slot = world.slot(&mentor, days(3)).await;
            let can =
                world.admin.call_one("can_book_mentor", json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id }));
            assert_eq!(can.await.unwrap(), nth < highest, "{mentee_tier} and {mentor_tier}");

            if nth < highest {
                world.book(&mentee, &slot).await.unwrap();
                continue;
            }
            let no = refused(&world, &mentee, &slot).await;

            assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("TIER_RESTRICTION", "42501"));
            assert_eq!(
                no.details,
                json!({
                    "your_tier": mentee_tier, "mentor_tier": mentor_tier, "highest_bookable_tier": tiers[highest - 1],
                    "can_request_exception": true,
                })
            );
        }
    }
}

#[tokio::test]
async fn something_in_the_mentees_calendar_is_refused() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(3)).await);
    world.busy(&mentee, &slot).await;

    let no = refused(&world, &mentee, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("CALENDAR_CONFLICT", "23P01"));
    assert_eq!(no.details["calendar"], json!("primary"));
}

#[tokio::test]
async fn something_in_the_mentors_calendar_is_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(3)).await;
    world.busy(&mentor, &slot).await;

    let no = refused(&world, &mentee, &slot).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MENTOR_CALENDAR_CONFLICT", "23P01"));
    assert_eq!(no.details["calendar"], Value::Null);
}

#[tokio::test]
async fn the_name_of_a_calendar_is_told_to_its_owner_only() {
    let world = World::new().await;
    let (mentee, mentor, coordinator) = (world.mentee().await, world.mentor().await, world.coordinator().await);
    let (slot, free) = (world.slot(&mentor, days(3)).await, world.slot(&mentor, days(4)).await);
    world.busy(&mentor, &slot).await;
    world.busy(&mentee, &slot).await;
    let told = async |actor: &User| {
        let arguments = json!({ "p_time_slot_id": slot.id, "p_mentee_id": mentee.id, "p_actor_id": actor.id });
        let reasons = world.sql.call("explain_slot", arguments).await.unwrap();
        reasons.iter().map(|reason| reason["details"]["calendar"].clone()).collect::<Vec<_>>()
    };
    let (named, unnamed) = (json!("primary"), Value::Null);
    assert_eq!(told(&mentee).await, [named.clone(), unnamed.clone()]);
    assert_eq!(told(&mentor).await, [unnamed.clone(), named]);
    assert_eq!(told(&coordinator).await, [unnamed.clone(), unnamed.clone()]);

    let booking = world.book(&mentee, &free).await.unwrap();
    let no = world.reschedule(&booking, &mentor, &slot).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["calendar"]), ("CALENDAR_CONFLICT", &unnamed));
}

#[tokio::test]
async fn a_mentee_is_not_in_two_meetings_at_once() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let slot = world.slot(&world.mentor().await, days(3)).await;
    world.book(&mentee, &slot).await.unwrap();
    let overlapping = world.slot_at(&world.mentor().await, slot.start + minutes(29)).await;
    let touching = world.slot_at(&world.mentor().await, slot.start + minutes(30)).await;

    let no = refused(&world, &mentee, &overlapping).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("BOOKING_CONFLICT", "23P01"));
    world.book(&mentee, &touching).await.unwrap();
}

#[tokio::test]
async fn a_mentor_is_not_in_two_meetings_at_once() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let slot = world.slot(&mentor, days(3)).await;
    world.book(&world.mentee().await, &slot).await.unwrap();
    let overlapping = world.slot_at(&mentor, slot.start - minutes(29)).await;
    let touching = world.slot_at(&mentor, slot.start - minutes(30)).await;

    let no = refused(&world, &world.mentee().await, &overlapping).await;

    assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MENTOR_BOOKING_CONFLICT", "23P01"));
    world.book(&world.mentee().await, &touching).await.unwrap();
}

#[tokio::test]
async fn goals_addresses_and_keys_of_the_wrong_form_are_refused_by_name() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(3)).await);
    let long = |length| "x".repeat(length);
    let wrong = [
        ("meeting_goal", json!("too short")),
        ("meeting_goal", json!("         ")),
        ("meeting_goal", json!(" spaces  ")),
        ("meeting_goal", json!(long(2001))),
        ("materials_urls", json!(["ftp://example.org/"])),
        ("materials_urls", json!(["javascript:alert(1)"])),
        ("materials_urls", json!(["not an address"])),
        ("materials_urls", json!([""])),
        ("materials_urls", json!([null])),
        ("materials_urls", json!([format!("https://example.org/{}", long(2048))])),
        ("materials_urls", json!(vec!["https://example.org/"; 11])),
        ("idempotency_key", json!("")),
        ("idempotency_key", json!(long(256))),
        ("idempotency_key", json!("line\nbreak")),
        ("idempotency_key", json!("schlüssel")),
    ];
    let before = world.snapshot().await;
    for (field, value) in wrong {
        let mut arguments = booking_of(&mentee, &slot);
        arguments[format!("p_{field}")] = value.clone();

        let no = world.act("create_booking_atomic", arguments).await.unwrap_err();

        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("VALIDATION_ERROR", "22023"), "{field} {value}");
        assert!(no.details["field"].as_str().unwrap().starts_with(field), "{value}: {}", no.details);
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn of_many_refusals_the_first_in_the_stated_order_is_given() {
    let world = World::new().await;
    world.policy("calendars_required", true).await;
    world.policy("minimum_notice_minutes", 120).await;
    let mentee = world.with_tier(world.mentee().await, "bronze").await;
    let mentor = world.with_tier(world.mentor().await, "platinum").await;
    let slot = world.slot(&mentor, hours(1)).await;
    world.admin.execute("UPDATE convene.tier_policies SET weekly_limit = 0 WHERE org_id = $1", &[&world.org.id]).await;
    world.busy(&mentee, &slot).await;
    world.busy(&mentor, &slot).await;
    world.admin.run("UPDATE convene.calendar_connections SET status = 'disconnected'").await;
    world.admin.run("UPDATE convene.time_slots SET deleted_at = now()").await;
    world
        .admin
        .execute("UPDATE convene.users SET is_active = false, role = 'mentor' WHERE id = $1", &[&mentee.id])
        .await;
    // What is in the way, in order, and what takes each out of it.
    let order = [
        ("USER_INACTIVE", "UPDATE convene.users SET is_active = true WHERE NOT is_active"),
        ("NOT_A_MENTEE", "UPDATE convene.users SET role = 'mentee' WHERE reputation_tier = 'bronze'"),
        ("MINIMUM_NOTICE", "UPDATE convene.organizations SET minimum_notice_minutes = 0"),
        ("SLOT_WITHDRAWN", "UPDATE convene.time_slots SET deleted_at = NULL"),
        (
            "CALENDAR_NOT_CONNECTED",
            "UPDATE convene.calendar_connections c SET status = 'connected' FROM convene.users u
             WHERE u.id = c.user_id AND u.role = 'mentee'",
        ),
        ("MENTOR_CALENDAR_NOT_CONNECTED", "UPDATE convene.calendar_connections SET status = 'connected'"),
        ("TIER_RESTRICTION", "UPDATE convene.tier_policies SET highest_bookable_tier = 'platinum'"),
        ("BOOKING_LIMIT_EXCEEDED", "UPDATE convene.tier_policies SET weekly_limit = NULL"),
        (
            "CALENDAR_CONFLICT",
            "DELETE FROM convene.calendar_busy_windows w USING convene.users u WHERE u.id = w.user_id AND u.role = 'mentee'",
        ),
        ("MENTOR_CALENDAR_CONFLICT", "DELETE FROM convene.calendar_busy_windows"),
    ];
    let codes: Vec<&str> = order.iter().map(|(code, _)| *code).collect();
    for (nth, (code, remedy)) in order.into_iter().enumerate() {
        assert_eq!(world.book(&mentee, &slot).await.unwrap_err().code, code);
        // Tiers and limits are mentees'.
        let is_a_mentee = nth > 1;
        let others = |code: &&str| is_a_mentee || !matches!(*code, "TIER_RESTRICTION" | "BOOKING_LIMIT_EXCEEDED");
        let expected: Vec<&str> = codes[nth..].iter().copied().filter(others).collect();
        assert_eq!(world.reasons(&mentee, &slot).await, expected);
        world.admin.run(remedy).await;
    }
    world.book(&mentee, &slot).await.unwrap();
}

#[tokio::test]
async fn hand_typed_rows_cannot_overlap_either() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(3)).await;
    let other = world.booking(&world.mentee().await, &world.mentor().await, days(4)).await;
    let typed = "UPDATE convene.booking_participants p SET blocked = q.blocked, user_id = q.user_id
        FROM convene.booking_participants q
        WHERE q.booking_id = $1 AND p.booking_id = $2 AND p.role = q.role";

    let error = world.admin.client().execute(typed, &[&booking.id(), &other.id()]).await.unwrap_err();

    let error = error.as_db_error().unwrap();
    assert_eq!(error.code().code(), "23P01");
    assert_eq!(error.constraint(), Some("booking_participants_never_overlap"));
}

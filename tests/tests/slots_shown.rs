//! Shown means bookable, and what is not shown is explained.

use serde_json::{Value, json};
use support::{Dice, Slot, User, World, days, hours, minutes};
use uuid::Uuid;

const TIERS: [&str; 4] = ["bronze", "silver", "gold", "platinum"];

async fn shown_to(world: &World, actor: &User, mentor: &User) -> Vec<Uuid> {
    let slots =
        world.sql.call("list_slots", json!({ "p_actor_id": actor.id, "p_mentor_id": mentor.id })).await.unwrap();
    slots.iter().map(id_of).collect()
}

fn id_of(slot: &Value) -> Uuid {
    slot["id"].as_str().unwrap().parse().unwrap()
}

/// Slots of a mentor with all kinds of things in the way, next week and around now.
async fn random_slots(world: &World, dice: &mut Dice, mentee: &User, mentor: &User) -> Vec<Slot> {
    let mut slots = Vec::new();
    for _ in 0..12 {
        let from_now = dice.pick(&[hours(-2), minutes(20), hours(5), days(3), days(7), days(8), days(9)]);
        let slot = world.slot(mentor, from_now + minutes(10 * i64::try_from(dice.below(12)).unwrap())).await;
        match dice.below(8) {
            // Refusals leave the state as it was, which is as good.
            0 => drop(world.book(&world.mentee().await, &slot).await),
            1 => drop(world.book(mentee, &slot).await),
            2 => world.busy(mentee, &slot).await,
            3 => world.busy(mentor, &slot).await,
            4 => world.withdraw(&slot).await,
            5 => drop(world.book(mentee, &world.slot_at(&world.mentor().await, slot.start + minutes(15)).await).await),
            _ => {}
        };
        slots.push(slot);
    }
    slots
}

/// Whether booking would work now, and what it would refuse with; nothing stays of it.
async fn trial(world: &World, mentee: &User, slot: &Slot) -> Result<(), String> {
    world.sql.run("BEGIN").await;
    let outcome = world.book(mentee, slot).await;
    world.sql.run("ROLLBACK").await;
    outcome.map(drop).map_err(|no| no.code)
}

#[tokio::test]
async fn every_slot_shown_books_and_every_other_is_refused_with_its_first_reason() {
    let world = World::new().await;
    let mut outcomes = std::collections::BTreeMap::<String, usize>::new();
    for seed in 0..16 {
        let mut dice = Dice::new(seed);
        world.policy("minimum_notice_minutes", dice.pick(&[0, 180])).await;
        world.policy("calendars_required", dice.once_in(4)).await;
        let mentee = world.with_tier(world.mentee().await, dice.pick(&TIERS)).await;
        let mentor = world.with_tier(world.mentor().await, dice.pick(&TIERS)).await;
        if dice.once_in(2) {
            world.connect_calendar(&mentee).await;
            world.connect_calendar(&mentor).await;
        }
        let slots = random_slots(&world, &mut dice, &mentee, &mentor).await;

        let shown = shown_to(&world, &mentee, &mentor).await;

        assert!(shown.iter().all(|id| slots.iter().any(|slot| slot.id == *id)), "seed {seed}");
        for slot in &slots {
            let outcome = trial(&world, &mentee, slot).await;
            let reasons = world.reasons(&mentee, slot).await;
            assert_eq!(shown.contains(&slot.id), outcome.is_ok(), "seed {seed}, {slot:?}: {outcome:?}");
            assert_eq!(reasons.first(), outcome.as_ref().err(), "seed {seed}, {slot:?}");
            *outcomes.entry(outcome.err().unwrap_or_default()).or_default() += 1;
        }
    }
    assert!(outcomes.len() >= 10 && outcomes[""] >= 20, "the dice made too little of interest: {outcomes:?}");
}

#[tokio::test]
async fn everybody_but_mentees_sees_what_a_mentor_has_free() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.with_tier(world.mentor().await, "platinum").await);
    let (free, taken, past) =
        (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await, world.slot(&mentor, hours(-1)).await);
    world.book(&world.with_tier(world.mentee().await, "platinum").await, &taken).await.unwrap();
    let busy = world.slot(&mentor, days(4)).await;
    world.busy(&mentor, &busy).await;

    for role in ["mentor", "coordinator", "admin"] {
        assert_eq!(shown_to(&world, &world.user(role).await, &mentor).await, [free.id], "{role}");
    }
    assert_eq!(shown_to(&world, &mentor, &mentor).await, [free.id]);
    assert_eq!(shown_to(&world, &mentee, &mentor).await, [] as [Uuid; 0], "out of a silver mentee's reach");
    assert_eq!(world.reasons(&mentee, &past).await, ["SLOT_IN_PAST", "TIER_RESTRICTION"]);
}

#[tokio::test]
async fn pages_of_slots_follow_each_other_without_gap_or_repetition() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let first = world.slot(&mentor, days(1)).await;
    let mut all = vec![first.clone()];
    for nth in 1..130 {
        // Two at each time: their order is that of their ids.
        all.push(world.slot_at(&mentor, first.start + minutes(30 * (nth / 2))).await);
    }
    for nth in [3, 4, 60, 61, 62, 63, 64, 100] {
        world.busy(&mentor, &all[nth]).await;
    }
    let expected = shown_to(&world, &mentee, &mentor).await;
    for limit in [1, 7, 50, 200] {
        let mut seen: Vec<Uuid> = Vec::new();
        let mut arguments = json!({ "p_actor_id": mentee.id, "p_mentor_id": mentor.id, "p_limit": limit });
        loop {
            let page = world.sql.call("list_slots", arguments.clone()).await.unwrap();
            seen.extend(page.iter().map(id_of));
            assert!(page.len() <= limit);
            let Some(last) = page.last().filter(|_| page.len() == limit) else { break };
            arguments["p_after_start"] = last["start_time"].clone();
            arguments["p_after_id"] = last["id"].clone();
        }
        assert_eq!(seen[..50.min(seen.len())], expected[..], "pages of {limit}");
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        // Each busy slot shares its time with another.
        assert_eq!((unique.len(), seen.len()), (130 - 12, 130 - 12), "pages of {limit}");
    }
}

/// So many slots of five minutes, one after the other, in all but the last of which the mentor is busy.
async fn nearly_always_busy(world: &World, mentor: &User, slots: i32) {
    let sql = "WITH block AS (
            INSERT INTO convene.availability_blocks (
                org_id, id, mentor_id, recurrence, start_date, start_time, end_time, time_zone, slot_minutes, generated_until
            )
            VALUES ($1, convene.new_id($1), $2, 'weekly', current_date, '00:00', '24:00', 'UTC', 5, '2999-12-31')
            RETURNING org_id, id, mentor_id
        ), slots AS (
            INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
            SELECT org_id, convene.new_id(org_id), id, mentor_id, now() + n * interval '5 minutes',
                now() + (n + 1) * interval '5 minutes'
            FROM block, generate_series(1, $3) AS n
        ), connection AS (
            INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
            VALUES ($1, convene.new_id($1), $2, 'google', now())
            RETURNING org_id, id, user_id
        )
        INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
        SELECT org_id, convene.new_id(org_id), user_id, id, 'primary', tstzrange(now(), now() + $3 * interval '5 minutes')
        FROM connection";
    world.admin.execute(sql, &[&mentor.org_id, &mentor.id, &slots]).await;
}

#[tokio::test]
async fn a_page_looks_at_so_many_slots_and_says_where_it_stopped() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    nearly_always_busy(&world, &mentor, 4_500).await;
    for limit in [1, 200] {
        let mut arguments = json!({ "p_actor_id": mentee.id, "p_mentor_id": mentor.id, "p_limit": limit });
        let mut free = Vec::new();
        for call in 1..=3 {
            let page = world.sql.call("list_slots", arguments.clone()).await.unwrap();
            assert_eq!(page.len(), 1, "call {call}: {page:?}");
            free.push(page[0]["is_free"] == true);
            arguments["p_after_start"] = page[0]["start_time"].clone();
            arguments["p_after_id"] = page[0]["id"].clone();
        }
        assert_eq!(free, [false, false, true], "limit {limit}: 2,000, 2,000, and the last 500");
        assert_eq!(world.sql.call("list_slots", arguments).await.unwrap(), [] as [Value; 0]);
    }
}

#[tokio::test]
async fn what_stands_against_every_slot_alike_ends_the_search_at_once() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    nearly_always_busy(&world, &mentor, 4_500).await;
    let nothing = async |against: &str| {
        world.admin.run("BEGIN").await;
        world.admin.run(against).await;
        let arguments = json!({ "p_actor_id": mentee.id, "p_mentor_id": mentor.id });
        let shown = world.admin.call("list_slots", arguments).await.unwrap();
        world.admin.run("ROLLBACK").await;
        // Not even where to go on.
        assert_eq!(shown, [] as [Value; 0], "{against}");
    };
    nothing("UPDATE convene.users SET reputation_tier = 'platinum' WHERE role = 'mentor'").await;
    nothing("UPDATE convene.users SET is_active = false WHERE role = 'mentor'").await;
    nothing("UPDATE convene.organizations SET calendars_required = true").await;
    nothing("UPDATE convene.calendar_connections SET synced_at = now() - interval '2 hours'").await;
}

#[tokio::test]
async fn a_range_of_time_takes_its_start_and_leaves_its_end() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (first, second) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);
    let arguments = |from: &Slot, to: &Slot| json!({ "p_actor_id": mentee.id, "p_mentor_id": mentor.id, "p_from": from.start, "p_to": to.start });

    let shown = world.sql.call("list_slots", arguments(&first, &second)).await.unwrap();

    assert_eq!(shown.iter().map(id_of).collect::<Vec<_>>(), [first.id]);
    let no = world.sql.call("list_slots", arguments(&second, &first)).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("to")));
}

#[tokio::test]
async fn odd_questions_about_slots_are_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let nobody = Uuid::new_v4();
    let with = |change: Value| {
        let mut arguments = json!({ "p_actor_id": mentee.id, "p_mentor_id": mentor.id });
        arguments.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        arguments
    };
    for (change, code) in [
        (json!({ "p_limit": 0 }), "VALIDATION_ERROR"),
        (json!({ "p_limit": 201 }), "VALIDATION_ERROR"),
        (json!({ "p_limit": null }), "VALIDATION_ERROR"),
        (json!({ "p_after_id": nobody }), "VALIDATION_ERROR"),
        (json!({ "p_from": "infinity" }), "VALIDATION_ERROR"),
        (json!({ "p_mentor_id": nobody }), "MENTOR_NOT_FOUND"),
        (json!({ "p_mentor_id": mentee.id }), "MENTOR_NOT_FOUND"),
        (json!({ "p_actor_id": nobody }), "USER_NOT_FOUND"),
    ] {
        assert_eq!(world.sql.call("list_slots", with(change.clone())).await.unwrap_err().code, code, "{change}");
    }
}

#[tokio::test]
async fn reasons_are_told_to_the_mentee_the_slots_mentor_and_staff() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(2)).await;
    let abroad = world.other_organization("abroad").await;
    for (who, actor, refusal) in [
        ("the mentee", mentee.clone(), None),
        ("the mentor", mentor.clone(), None),
        ("a coordinator", world.coordinator().await, None),
        ("another mentee", world.mentee().await, Some("NOT_AUTHORIZED")),
        ("another mentor", world.mentor().await, Some("NOT_AUTHORIZED")),
        ("an admin abroad", world.user_in(&abroad, "admin").await, Some("USER_NOT_FOUND")),
    ] {
        let arguments = json!({ "p_time_slot_id": slot.id, "p_mentee_id": mentee.id, "p_actor_id": actor.id });
        let outcome = world.sql.call("explain_slot", arguments).await;
        assert_eq!(outcome.err().map(|no| no.code).as_deref(), refusal, "{who}");
    }
}

#[tokio::test]
async fn a_slot_that_was_taken_back_by_a_mentor_who_is_gone_has_both_reasons() {
    let world = World::new().await;
    let (mentee, mentor, admin) = (world.mentee().await, world.mentor().await, world.user("admin").await);
    let slot = world.slot(&mentor, days(2)).await;
    let switched_off = json!({ "p_actor_id": admin.id, "p_user_id": mentor.id, "p_changes": { "is_active": false, "suspension_reason": "On leave" } });

    world.withdraw(&slot).await;
    world.sql.call("change_user", switched_off).await.unwrap();

    assert_eq!(world.reasons(&mentee, &slot).await, ["SLOT_WITHDRAWN", "MENTOR_NOT_AVAILABLE"]);
}

#[tokio::test]
async fn a_slot_that_is_not_there_is_the_only_reason_against_it() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(2)).await;
    world.book(&mentee, &slot).await.unwrap();

    let nowhere = Slot { id: Uuid::new_v4(), ..slot };

    assert_eq!(world.reasons(&mentee, &nowhere).await, ["SLOT_NOT_FOUND"]);
}

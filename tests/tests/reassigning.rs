//! `reassign_booking`: a coordinator gives a booking to another mentor.

use serde_json::{Value, json};
use support::{Booking, User, World, days, minutes};

async fn told(world: &World) -> Vec<(String, String)> {
    world.sql.run("SELECT convene.dispatch_events()").await;
    let sql = "WITH read AS (DELETE FROM convene.notification_log)
        SELECT user_name, regexp_replace(message, '[A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ [0-9]+, [0-9:]+ \\(UTC\\)', 'then', 'g')
        FROM convene.notices ORDER BY user_name";
    world.admin.rows(sql, &[]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn named(world: &World, user: User, name: &str) -> User {
    world.named(user, name).await
}

async fn time_of(world: &World, booking: &Booking) -> Vec<(String, String)> {
    let sql = "SELECT u.name, p.role FROM convene.booking_participants p JOIN convene.users u ON u.id = p.user_id
        WHERE p.booking_id = $1 AND p.status = 'active' ORDER BY p.role";
    world.admin.rows(sql, &[&booking.id()]).await.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn the_booking_keeps_its_id_and_history_and_everybody_is_told() {
    let world = World::new().await;
    let (mentee, coordinator) =
        (named(&world, world.mentee().await, "Ada").await, named(&world, world.coordinator().await, "Coco").await);
    let (mia, max) =
        (named(&world, world.mentor().await, "Mia").await, named(&world, world.mentor().await, "Max").await);
    let booking = world.booking(&mentee, &mia, days(2)).await;
    let to = world.slot(&max, days(3)).await;
    told(&world).await;

    let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": coordinator.id, "p_time_slot_id": to.id,
        "p_reason": "Mia is ill." });
    let moved = world.act("reassign_booking", arguments).await.unwrap();

    assert_eq!((moved.id(), moved.status()), (booking.id(), "confirmed"));
    assert_eq!(
        (moved.uuid("mentor_id"), moved.uuid("mentee_id"), moved.uuid("time_slot_id")),
        (max.id, mentee.id, to.id)
    );
    assert_eq!((moved.time("start_time"), moved.time("end_time")), (to.start, to.start + minutes(30)));
    assert_eq!(time_of(&world, &moved).await, [("Ada".into(), "attendee".into()), ("Max".into(), "host".into())]);
    let event = world
        .admin
        .json("SELECT actor_id, hosts, words, facts FROM convene.booking_events WHERE event = 'reassigned'", &[])
        .await;
    assert_eq!(event["actor_id"], json!(coordinator.id));
    assert_eq!((&event["facts"]["from_hosts"], &event["hosts"]), (&json!([mia.id]), &json!([max.id])));
    assert_eq!(event["words"], "Mia is ill.");
    assert_eq!(
        told(&world).await,
        [
            ("Ada", "Coco gave your meeting with Mia on then to Max: you meet on then. They wrote: Mia is ill."),
            ("Max", "Coco gave you a meeting of Mia: you meet Ada on then. They wrote: Mia is ill."),
            ("Mia", "Coco gave your meeting with Ada on then to Max. They wrote: Mia is ill."),
        ]
        .map(|(name, message)| (name.to_owned(), message.to_owned()))
    );
    // What was taken is free, what was free is taken, and the booking is the new mentor's.
    let old = support::Slot { id: booking.uuid("time_slot_id"), ..world.slot(&mia, days(9)).await };
    world.book(&world.mentee().await, &old).await.unwrap();
    assert_eq!(world.book(&world.mentee().await, &to).await.unwrap_err().code, "SLOT_ALREADY_BOOKED");
    assert_eq!(world.cancel(&moved, &mia).await.unwrap_err().code, "BOOKING_NOT_FOUND");
    world.cancel(&moved, &max).await.unwrap();
}

#[tokio::test]
async fn the_new_mentor_is_asked_where_their_block_says_so() {
    let world = World::new().await;
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    let (mia, max) = (world.mentor().await, world.mentor().await);
    let booking = world.booking(&mentee, &mia, days(2)).await;
    let on_request = world.slot_on_request(&max, days(3)).await;

    let asked = world.reassign(&booking, &coordinator, &on_request).await.unwrap();

    assert_eq!((asked.status(), &asked.0["confirmed_at"]), ("pending", &Value::Null));
    assert!(asked.time("requested_at") > booking.time("created_at"));
    let confirm = |actor: &User| json!({ "p_booking_id": asked.id(), "p_actor_id": actor.id });
    assert_eq!(world.act("confirm_booking", confirm(&mia)).await.unwrap_err().code, "BOOKING_NOT_FOUND");
    assert_eq!(world.act("confirm_booking", confirm(&max)).await.unwrap().status(), "confirmed");
}

#[tokio::test]
async fn only_staff_of_the_organization_reassign() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let to = world.slot(&world.mentor().await, days(3)).await;
    let abroad = world.other_organization("abroad").await;
    let there = world.slot(&world.user_in(&abroad, "mentor").await, days(3)).await;
    let before = world.snapshot().await;
    for (actor, slot, code) in [
        (&mentee, &to, "NOT_AUTHORIZED"),
        (&mentor, &to, "NOT_AUTHORIZED"),
        (&world.user_in(&abroad, "admin").await, &to, "BOOKING_NOT_FOUND"),
        (&world.user("admin").await, &there, "SLOT_NOT_FOUND"),
    ] {
        let refused = world.reassign(&booking, actor, slot).await.unwrap_err();
        assert_eq!(refused.code, code);
    }
    let bookings = |tables: Vec<(String, String)>| {
        tables.into_iter().filter(|(name, _)| name.contains("booking")).collect::<Vec<_>>()
    };
    assert_eq!(bookings(world.snapshot().await), bookings(before));
}

#[tokio::test]
async fn every_check_of_booking_runs_again() {
    let world = World::new().await;
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    let (mia, max) = (world.mentor().await, world.mentor().await);
    let booking = world.booking(&mentee, &mia, days(2)).await;
    let taken = world.slot(&max, days(3)).await;
    world.book(&world.mentee().await, &taken).await.unwrap();
    let beside = world.slot_at(&max, taken.start + minutes(10)).await;
    let withdrawn = world.slot(&max, days(5)).await;
    world.withdraw(&withdrawn).await;
    let busy = world.slot(&max, days(6)).await;
    world.busy(&max, &busy).await;
    let own_meeting = world.booking(&mentee, &mia, days(7)).await;
    let meanwhile = world.slot_at(&max, own_meeting.time("start_time") + minutes(10)).await;
    let past = world.slot(&max, minutes(-10)).await;
    let star = world.slot(&world.with_tier(world.mentor().await, "platinum").await, days(8)).await;
    let own = support::Slot { id: booking.uuid("time_slot_id"), ..past.clone() };
    for (slot, code) in [
        (&taken, "SLOT_ALREADY_BOOKED"),
        (&beside, "MENTOR_BOOKING_CONFLICT"),
        (&withdrawn, "SLOT_WITHDRAWN"),
        (&busy, "MENTOR_CALENDAR_CONFLICT"),
        (&meanwhile, "BOOKING_CONFLICT"),
        (&past, "SLOT_IN_PAST"),
        (&star, "TIER_RESTRICTION"),
        (&own, "SAME_SLOT"),
    ] {
        assert_eq!(world.reassign(&booking, &coordinator, slot).await.unwrap_err().code, code);
    }
    let ended = world.cancel(&booking, &mia).await.unwrap();
    let free = world.slot(&max, days(9)).await;
    assert_eq!(world.reassign(&ended, &coordinator, &free).await.unwrap_err().code, "INVALID_TRANSITION");
    world.let_start(&own_meeting, minutes(-5)).await;
    assert_eq!(world.reassign(&own_meeting, &coordinator, &free).await.unwrap_err().code, "MEETING_STARTED");
}

#[tokio::test]
async fn a_mentor_beyond_the_tier_takes_an_override_which_is_used_up() {
    let world = World::new().await;
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    let booking = world.booking(&mentee, &world.mentor().await, days(2)).await;
    let star = world.with_tier(world.mentor().await, "platinum").await;
    let ask = json!({ "p_mentee_id": mentee.id, "p_mentor_id": star.id, "p_reason": "They built it before" });
    let request = world.sql.call_one("request_tier_override", ask).await.unwrap();
    let review = json!({ "p_request_id": request["id"], "p_reviewer_id": coordinator.id, "p_approve": true });
    world.sql.call_one("review_tier_override", review).await.unwrap();

    world.reassign(&booking, &coordinator, &world.slot(&star, days(3)).await).await.unwrap();

    let used = "SELECT used_at IS NOT NULL FROM convene.tier_override_requests";
    assert!(world.admin.value::<bool>(used, &[]).await);
}

#[tokio::test]
async fn the_moved_booking_does_not_count_against_the_weekly_limit() {
    let world = World::new().await;
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    world.admin.run("UPDATE convene.tier_policies SET weekly_limit = 1").await;
    let booking = world.booking(&mentee, &world.mentor().await, days(2)).await;
    let later = world.slot_at(&world.mentor().await, booking.time("start_time") + minutes(40)).await;
    world.reassign(&booking, &coordinator, &later).await.unwrap();
}

#[tokio::test]
async fn moves_that_nobody_was_told_of_yet_are_told_as_they_were() {
    let world = World::new().await;
    let (mentee, coordinator) =
        (named(&world, world.mentee().await, "Ada").await, named(&world, world.coordinator().await, "Coco").await);
    let (mia, max) =
        (named(&world, world.mentor().await, "Mia").await, named(&world, world.mentor().await, "Max").await);
    let zoe = named(&world, world.mentor().await, "Zoe").await;
    let booking = world.booking(&mentee, &mia, days(2)).await;
    world.reassign(&booking, &coordinator, &world.slot(&max, days(3)).await).await.unwrap();
    world.reassign(&booking, &coordinator, &world.slot(&zoe, days(4)).await).await.unwrap();

    let mut told = told(&world).await;

    told.sort();
    assert_eq!(
        told,
        [
            ("Ada", "Coco gave your meeting with Max on then to Zoe: you meet on then."),
            ("Ada", "Coco gave your meeting with Mia on then to Max: you meet on then."),
            ("Ada", "You meet Mia on then."),
            ("Max", "Coco gave you a meeting of Mia: you meet Ada on then."),
            ("Max", "Coco gave your meeting with Ada on then to Zoe."),
            ("Mia", "Coco gave your meeting with Ada on then to Max."),
            ("Mia", "You meet Ada on then."),
            ("Zoe", "Coco gave you a meeting of Max: you meet Ada on then."),
        ]
        .map(|(name, message)| (name.to_owned(), message.to_owned()))
    );
}

#[tokio::test]
async fn what_was_booked_is_told_with_the_time_it_had_then() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    world.reschedule(&booking, &mentor, &world.slot(&mentor, days(3)).await).await.unwrap();

    world.sql.run("SELECT convene.dispatch_events()").await;

    let sql = "SELECT count(*) FROM convene.notices
        WHERE kind = 'booking_created' AND strpos(message, $1) > 0";
    let then = booking.time("start_time").to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %B %Y, %H:%M").to_string();
    assert_eq!(world.admin.value::<i64>(sql, &[&then]).await, 2);
}

#[tokio::test]
async fn another_slot_of_the_same_mentor_is_told_as_a_move() {
    let world = World::new().await;
    let (mentee, coordinator) =
        (named(&world, world.mentee().await, "Ada").await, named(&world, world.coordinator().await, "Coco").await);
    let mia = named(&world, world.mentor().await, "Mia").await;
    let booking = world.booking(&mentee, &mia, days(2)).await;
    told(&world).await;

    let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": coordinator.id,
        "p_time_slot_id": world.slot(&mia, days(3)).await.id, "p_reason": "The room is taken." });
    world.act("reassign_booking", arguments).await.unwrap();

    assert_eq!(
        told(&world).await,
        [
            ("Ada", "Coco moved your meeting with Mia from then to then. They wrote: The room is taken."),
            ("Mia", "Coco moved your meeting with Ada from then to then. They wrote: The room is taken."),
        ]
        .map(|(name, message)| (name.to_owned(), message.to_owned()))
    );
}

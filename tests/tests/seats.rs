//! Holds, and meetings with several seats, through SQL.

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use support::event_types::at_a_quarter;
use support::world::{GOAL, SETTLE_LAPSES};
use support::{Dice, Refused, Slot, Sql, User, World, days, hours, minutes};
use uuid::Uuid;

/// A kind of meeting that somebody hosts, with a quarter of an hour of their time before each.
async fn event_type(world: &World, host: &User, capacity: i32) -> Uuid {
    let columns = json!({ "capacity": capacity, "buffer_before_minutes": 15, "slot_interval_minutes": 5 });
    world.event_type(host, columns).await
}

async fn meeting(
    world: &World,
    host: &User,
    attendee: &User,
    capacity: i32,
    start: Timestamp,
) -> Result<Value, Refused> {
    let event_type = event_type(world, host, capacity).await;
    world.admin.call_one("book_event_type", booked(event_type, attendee, start, None)).await
}

fn booked(event_type: Uuid, attendee: &User, start: Timestamp, hold_minutes: Option<i32>) -> Value {
    json!({
        "p_event_type_id": event_type, "p_attendee_id": attendee.id, "p_start": start,
        "p_hold_minutes": hold_minutes,
    })
}

fn code(outcome: Result<Value, Refused>) -> String {
    outcome.map_or_else(|refused| refused.code, |booking| booking["status"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn of_many_who_join_at_once_as_many_as_there_are_seats_get_one_each() {
    let world = World::new().await;
    let (host, first) = (world.mentor().await, world.mentee().await);
    let booking = meeting(&world, &host, &first, 4, at_a_quarter(days(2))).await.unwrap();
    let people = join_all((0..10).map(|_| world.mentee())).await;
    let connections = join_all((0..10).map(async |_| Sql::connect(&world.database.admin()).await)).await;

    let outcomes = join_all(connections.iter().zip(&people).map(async |(sql, user)| {
        sql.call_one("join_booking", json!({ "p_booking_id": booking["id"], "p_user_id": user.id })).await
    }))
    .await;

    let refused: Vec<String> = outcomes.into_iter().filter_map(Result::err).map(|refused| refused.code).collect();
    assert_eq!(refused, ["BOOKING_FULL"; 7]);
    let seats: Vec<i32> = world
        .admin
        .value("SELECT array_agg(seat ORDER BY seat) FROM convene.booking_participants WHERE role = 'attendee'", &[])
        .await;
    assert_eq!(seats, [1, 2, 3, 4]);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_seat_that_somebody_leaves_is_taken_by_a_guest_and_history_says_who_was_there_when() {
    let world = World::new().await;
    let (host, first, second) = (world.mentor().await, world.mentee().await, world.mentee().await);
    let booking = meeting(&world, &host, &first, 2, at_a_quarter(days(2))).await.unwrap();
    let join = |user: &User| json!({ "p_booking_id": booking["id"], "p_user_id": user.id });
    let leave = |user: &User| json!({ "p_booking_id": booking["id"], "p_actor_id": user.id });
    let guest = json!({
        "p_org_id": world.org.id, "p_booking_id": booking["id"], "p_key_id": "7", "p_contact": "\\xff",
        "p_email_index": format!("\\x{}", "5f".repeat(32)),
    });

    world.admin.call_one("join_booking", join(&second)).await.unwrap();
    assert_eq!(code(world.admin.call_one("join_booking", join(&second)).await), "ALREADY_TAKES_PART");
    assert_eq!(code(world.admin.call_one("join_booking_as_guest", guest.clone()).await), "BOOKING_FULL");
    assert_eq!(code(world.admin.call_one("leave_booking", leave(&world.mentee().await)).await), "BOOKING_NOT_FOUND");
    world.admin.call_one("leave_booking", leave(&first)).await.unwrap();
    let joined = world.admin.call_one("join_booking_as_guest", guest).await.unwrap();

    assert_eq!(joined["attendees"].as_array().unwrap().len(), 2);
    let told: Vec<String> = world
        .admin
        .value(
            "SELECT array_agg(event || ' ' || cardinality(attendees) || ' ' || cardinality(guests) ORDER BY seq)
            FROM convene.booking_events",
            &[],
        )
        .await;
    assert_eq!(told, ["created 1 0", "joined 2 0", "left 1 0", "joined 1 1"]);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_hosts_buffer_is_their_time_and_nobody_elses() {
    let world = World::new().await;
    let (host, first) = (world.mentor().await, world.mentee().await);
    let start = at_a_quarter(days(2));
    meeting(&world, &host, &first, 1, start).await.unwrap();

    // The quarter of an hour before it is taken of the host; the attendee may be elsewhere then.
    let before = meeting(&world, &host, &world.mentee().await, 2, start - minutes(40)).await;
    assert_eq!(code(before), "TIME_NOT_AVAILABLE");
    let elsewhere = meeting(&world, &world.mentor().await, &first, 1, start - minutes(30)).await;
    assert_eq!(code(elsewhere), "confirmed");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_hold_keeps_others_out_until_it_lapses_whether_or_not_the_clock_has_run() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let slot = world.slot(&mentor, hours(30)).await;
    let (holder, other) = (world.mentee().await, world.mentee().await);
    let hold = |user: &User| json!({ "p_time_slot_id": slot.id, "p_mentee_id": user.id, "p_minutes": 5 });
    let finalize = |id: &Value| json!({ "p_booking_id": id, "p_actor_id": holder.id, "p_meeting_goal": GOAL });

    let held = world.admin.call_one("hold_slot", hold(&holder)).await.unwrap();
    assert_eq!(held["status"], "held");
    assert_eq!(code(world.admin.call_one("hold_slot", hold(&other)).await), "SLOT_ALREADY_BOOKED");
    world.admin.run("UPDATE convene.bookings SET held_until = clock_timestamp() - interval '1 second'").await;
    world.settle_lapses().await;
    assert_eq!(code(world.admin.call_one("finalize_booking", finalize(&held["id"])).await), "HOLD_LAPSED");

    // Nobody has released it: whoever wants the slot does.
    let book = support::world::booking_of(&other, &slot);
    assert_eq!(code(world.sql.call_one("create_booking_atomic", book).await), "confirmed");
    let lapsed: String = world
        .admin
        .value("SELECT status FROM convene.bookings WHERE id = $1::text::uuid", &[&held["id"].as_str()])
        .await;
    assert_eq!(lapsed, "expired");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_hold_becomes_a_booking_with_what_its_holder_wants() {
    let world = World::new().await;
    let slot = world.slot_on_request(&world.mentor().await, hours(30)).await;
    let holder = world.mentee().await;
    let hold = json!({ "p_time_slot_id": slot.id, "p_mentee_id": holder.id });
    let held = world.admin.call_one("hold_slot", hold).await.unwrap();

    let finalize = json!({ "p_booking_id": held["id"], "p_actor_id": holder.id, "p_meeting_goal": GOAL });
    let booking = world.admin.call_one("finalize_booking", finalize).await.unwrap();

    assert_eq!(
        (&booking["status"], &booking["id"], &booking["meeting_goal"]),
        (&json!("pending"), &held["id"], &json!(GOAL))
    );
    assert_eq!(booking["held_until"], Value::Null);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn the_clock_releases_holds_that_lapsed() {
    let world = World::new().await;
    let slot = world.slot(&world.mentor().await, hours(30)).await;
    let hold = json!({ "p_time_slot_id": slot.id, "p_mentee_id": world.mentee().await.id });
    world.admin.call_one("hold_slot", hold).await.unwrap();
    world.admin.run("UPDATE convene.bookings SET held_until = clock_timestamp() - interval '1 second'").await;
    world.settle_lapses().await;

    world.admin.call("release_expired_holds", json!({})).await.unwrap();

    let left: (i64, i64) = {
        let row = world
            .admin
            .rows(
                "SELECT (SELECT count(*) FROM convene.bookings WHERE status = 'expired'),
                    (SELECT count(*) FROM convene.time_slots WHERE booking_id IS NOT NULL)",
                &[],
            )
            .await;
        (row[0].get(0), row[0].get(1))
    };
    assert_eq!(left, (1, 0));
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

/// Few people, slots and talks at the same times: everybody is in everybody's way.
struct Fair {
    people: Vec<User>,
    slots: Vec<Slot>,
    talks: Vec<Uuid>,
    times: Vec<Timestamp>,
}

async fn fair(world: &World) -> Fair {
    world.without_weekly_limits().await;
    let mut fair = Fair { people: Vec::new(), slots: Vec::new(), talks: Vec::new(), times: Vec::new() };
    for nth in 0..3 {
        let mentor = world.with_tier(world.mentor().await, "bronze").await;
        for later in 0..6 {
            fair.slots.push(world.slot(&mentor, days(2) + minutes(20 * later)).await);
        }
        fair.talks.push(event_type(world, &mentor, 2 + nth).await);
    }
    for _ in 0..6 {
        fair.people.push(world.mentee().await);
    }
    fair.times = (0..5).map(|nth| at_a_quarter(days(2) + minutes(25 * nth))).collect();
    fair
}

/// One thing that somebody does. Refusals are as good as anything; what Postgres ended is tried no further.
async fn act(sql: &Sql, fair: &Fair, dice: &mut Dice) -> bool {
    let user = &fair.people[dice.below(fair.people.len())];
    let slot = &fair.slots[dice.below(fair.slots.len())];
    let talk = fair.talks[dice.below(fair.talks.len())];
    let start = fair.times[dice.below(fair.times.len())];
    let booking: Option<Uuid> = sql
        .rows(
            "SELECT id FROM convene.bookings WHERE status IN ('held', 'confirmed') ORDER BY md5(id::text || $1::text) LIMIT 1",
            &[&dice.below(1000).to_string()],
        )
        .await
        .first()
        .map(|row| row.get(0));
    let of_booking = |name: &str| json!({ "p_booking_id": booking, name: user.id });
    let (function, arguments) = match dice.below(9) {
        0 => ("create_booking_atomic", support::world::booking_of(user, slot)),
        1 => ("hold_slot", json!({ "p_time_slot_id": slot.id, "p_mentee_id": user.id, "p_minutes": 1 })),
        2 => {
            let hold_minutes = dice.once_in(2).then_some(1);
            ("book_event_type", booked(talk, user, start, hold_minutes))
        }
        3 | 4 => ("join_booking", of_booking("p_user_id")),
        5 => {
            let contact = json!({
                "p_org_id": user.org_id, "p_booking_id": booking, "p_key_id": "7", "p_contact": "\\xff",
                "p_email_index": format!("\\x{}", "5f".repeat(32)),
            });
            ("join_booking_as_guest", contact)
        }
        6 => ("leave_booking", of_booking("p_actor_id")),
        7 => ("cancel_booking", of_booking("p_actor_id")),
        _ => {
            let mut finalize = of_booking("p_actor_id");
            finalize["p_meeting_goal"] = json!(GOAL);
            ("finalize_booking", finalize)
        }
    };
    sql.attempt(function, &arguments).await.is_ok()
}

#[tokio::test]
async fn after_a_storm_over_slots_seats_and_holds_history_tells_what_is() {
    let world = World::new().await;
    let fair = fair(&world).await;
    let connections = join_all((0..8).map(async |_| Sql::connect(&world.database.admin()).await)).await;
    let people = connections.iter().enumerate().map(async |(seed, sql)| {
        let mut dice = Dice::new(u64::try_from(seed).unwrap());
        let mut done = 0;
        for _ in 0..120 {
            done += usize::from(act(sql, &fair, &mut dice).await);
        }
        done
    });
    let clock = async {
        let lapse = "UPDATE convene.bookings SET held_until = clock_timestamp() - interval '1 second'
            WHERE status = 'held' AND random() < 0.5";
        let lapse = format!("{lapse};{SETTLE_LAPSES}");
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            // People and the clock may be after the same rows in another order: then it is this that gives way.
            let _ = world.admin.client().batch_execute(&lapse).await;
            let _ = world.admin.attempt("release_expired_holds", &json!({})).await;
        }
    };

    let done = tokio::select! {
        done = join_all(people) => done,
        () = clock => unreachable!("the clock never stops"),
    };

    let done: usize = done.into_iter().sum();
    assert!(done > 40, "only {done} things were done: hardly a storm");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
    let happened: Vec<String> =
        world.admin.value("SELECT array_agg(DISTINCT event ORDER BY event) FROM convene.booking_events", &[]).await;
    assert_eq!(happened, ["canceled", "created", "expired", "finalized", "held", "joined", "left"]);
}

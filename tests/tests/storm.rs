//! Many people do anything to anything at once; afterwards everything must still fit together.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::world::{SETTLE_LAPSES, booking_of};
use support::{Dice, Refused, Slot, Sql, User, World, days, minutes};

struct Office {
    mentors: Vec<User>,
    mentees: Vec<User>,
    slots: Vec<Slot>,
    coordinator: User,
}

/// Few people and many overlapping slots: everybody is in everybody's way.
async fn office(world: &World) -> Office {
    let coordinator = world.coordinator().await;
    let mut office = Office { mentors: Vec::new(), mentees: Vec::new(), slots: Vec::new(), coordinator };
    for _ in 0..3 {
        let mentor = world.with_tier(world.mentor().await, "bronze").await;
        for nth in 0..10 {
            let from_now = days(2) + minutes(20 * nth);
            let on_request = nth % 2 == 0;
            let slot = if on_request {
                world.slot_on_request(&mentor, from_now).await
            } else {
                world.slot(&mentor, from_now).await
            };
            office.slots.push(slot);
        }
        office.mentors.push(mentor);
    }
    for _ in 0..6 {
        office.mentees.push(world.mentee().await);
    }
    office
}

/// One thing that somebody does. Refusals are as good as anything; faults end the test.
async fn act(sql: &Sql, office: &Office, dice: &mut Dice) -> Result<(), Refused> {
    let mentee = &office.mentees[dice.below(office.mentees.len())];
    let slot = &office.slots[dice.below(office.slots.len())];
    if dice.once_in(3) {
        let mut arguments = booking_of(mentee, slot);
        if dice.once_in(2) {
            arguments["p_idempotency_key"] = json!(format!("key {}", dice.below(40)));
        }
        return sql.call("create_booking_atomic", arguments).await.map(drop);
    }
    let Some(booking) = somebodys_booking(sql, mentee, dice).await else { return Ok(()) };
    let (id, mentor) = (&booking["id"], &booking["mentor_id"]);
    let by = |actor: &Value| json!({ "p_booking_id": id, "p_actor_id": actor });
    let (function, arguments) = match dice.below(8) {
        0 => ("confirm_booking", by(mentor)),
        1 => ("decline_booking", by(mentor)),
        2 => ("cancel_booking", by(mentor)),
        3 => ("cancel_booking", by(&json!(mentee.id))),
        4 | 5 => {
            let mut arguments = by(&json!(office.coordinator.id));
            arguments["p_time_slot_id"] = json!(slot.id);
            ("reassign_booking", arguments)
        }
        _ => {
            let mut arguments = by(if dice.once_in(2) { mentor } else { &booking["mentee_id"] });
            arguments["p_time_slot_id"] = json!(slot.id);
            ("reschedule_booking", arguments)
        }
    };
    sql.call(function, arguments).await.map(drop)
}

async fn somebodys_booking(sql: &Sql, mentee: &User, dice: &mut Dice) -> Option<Value> {
    let status = dice.pick(&["pending", "confirmed"]);
    let arguments = json!({ "p_actor_id": mentee.id, "p_mine": true, "p_status": status });
    let bookings = sql.call("list_bookings", arguments).await.unwrap();
    (!bookings.is_empty()).then(|| bookings[dice.below(bookings.len())].clone())
}

#[tokio::test]
async fn after_a_storm_everything_fits_together() {
    let world = World::new().await;
    let office = office(&world).await;
    let connections = join_all((0..12).map(|_| world.connect())).await;
    let people = connections.iter().enumerate().map(async |(seed, sql)| {
        let mut dice = Dice::new(u64::try_from(seed).unwrap());
        let mut done = 0;
        for _ in 0..120 {
            done += usize::from(act(sql, &office, &mut dice).await.is_ok());
        }
        done
    });
    let clock = async {
        let age = "UPDATE convene.bookings SET created_at = now() - interval '8 days' WHERE status = 'pending'";
        let age = format!("{age};{SETTLE_LAPSES}");
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            // People and the clock may be after the same rows in another order: then it is this that gives way.
            let _ = world.admin.client().batch_execute(&age).await;
            world.admin.call("expire_pending_bookings", json!({})).await.unwrap();
        }
    };

    let done = tokio::select! {
        done = join_all(people) => done,
        () = clock => unreachable!("the clock never stops"),
    };

    let done: usize = done.into_iter().sum();
    assert!(done > 300, "only {done} things were done: hardly a storm");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
    let happened: Vec<String> =
        world.admin.value("SELECT array_agg(DISTINCT event ORDER BY event) FROM convene.booking_events", &[]).await;
    assert_eq!(happened, ["canceled", "confirmed", "created", "declined", "expired", "reassigned", "rescheduled"]);
}

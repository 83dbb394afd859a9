//! Many at once after what only some can have, through SQL.

use futures_util::future::join_all;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::json;
use support::world::booking_of;
use support::{Booking, Refused, Slot, Sql, User, World, days, hours, minutes};

/// So many connections of the service's role.
async fn connections(world: &World, count: usize) -> Vec<Sql> {
    join_all((0..count).map(|_| world.connect())).await
}

async fn book(sql: &Sql, mentee: &User, slot: &Slot) -> Result<Booking, Refused> {
    sql.call_one("create_booking_atomic", booking_of(mentee, slot)).await.map(Booking)
}

/// The codes of those that were refused.
fn refused(outcomes: &[Result<Booking, Refused>]) -> Vec<&str> {
    outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).map(|no| no.code.as_str()).collect()
}

#[tokio::test]
async fn of_64_after_one_slot_one_has_it() {
    let world = World::new().await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let connections = connections(&world, 64).await;
    let mut mentees = Vec::new();
    for _ in 0..64 {
        mentees.push(world.mentee().await);
    }

    let outcomes = join_all(connections.iter().zip(&mentees).map(|(sql, mentee)| book(sql, mentee, &slot))).await;

    assert_eq!(refused(&outcomes), ["SLOT_ALREADY_BOOKED"; 63]);
}

#[tokio::test]
async fn a_mentee_who_races_over_many_mentors_never_exceeds_the_weeks_limit() {
    let world = World::new().await;
    let next_week = jiff::Timestamp::now().to_zoned(TimeZone::UTC).nth_weekday(1, Weekday::Monday).unwrap().timestamp();
    let mut slots = Vec::new();
    for nth in 0..20 {
        let mentor = world.with_tier(world.mentor().await, "bronze").await;
        slots.push(world.slot_at(&mentor, next_week + hours(2 * nth)).await);
    }
    let connections = connections(&world, 20).await;
    for (tier, limit) in [("bronze", 2), ("silver", 5), ("gold", 10)] {
        let mentee = world.with_tier(world.mentee().await, tier).await;

        let outcomes = join_all(connections.iter().zip(&slots).map(|(sql, slot)| book(sql, &mentee, slot))).await;

        assert_eq!(refused(&outcomes), vec!["BOOKING_LIMIT_EXCEEDED"; 20 - limit], "{tier}");
        for booking in outcomes.into_iter().flatten() {
            world.cancel(&booking, &mentee).await.unwrap();
        }
    }
}

#[tokio::test]
async fn overlapping_blocks_of_a_mentor_never_yield_overlapping_bookings() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let connections = connections(&world, 32).await;
    let mut wanted = Vec::new();
    for pair in 0..16 {
        let slot = world.slot(&mentor, days(2) + hours(pair)).await;
        let overlapping = world.slot_at(&mentor, slot.start + minutes(15)).await;
        wanted.extend([(world.mentee().await, slot), (world.mentee().await, overlapping)]);
    }

    let outcomes = join_all(connections.iter().zip(&wanted).map(|(sql, (mentee, slot))| book(sql, mentee, slot))).await;

    assert_eq!(refused(&outcomes), ["MENTOR_BOOKING_CONFLICT"; 16]);
}

#[tokio::test]
async fn one_key_sent_over_32_connections_books_once() {
    let world = World::new().await;
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(2)).await);
    let connections = connections(&world, 32).await;
    let mut arguments = booking_of(&mentee, &slot);
    arguments["p_idempotency_key"] = json!("the key");

    let answers =
        join_all(connections.iter().map(|sql| sql.call_one("create_booking_atomic", arguments.clone()))).await;

    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| answer["id"] == answers[0]["id"]));
    assert_eq!(answers.iter().filter(|answer| answer["replayed"] == false).count(), 1);
}

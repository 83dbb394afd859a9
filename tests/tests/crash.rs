//! Postgres is stopped as by a power failure while people book.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::cluster::Cluster;
use support::world::booking_of;
use support::{Slot, Sql, TestDatabase, User, World, days, minutes};

/// Books the slots one after the other until the server is gone; what was answered comes back.
async fn book_until_the_end(sql: &Sql, mentee: &User, slots: &[Slot]) -> Vec<(Slot, Value)> {
    let mut answered = Vec::new();
    for slot in slots {
        match sql.attempt("create_booking_atomic", &under_its_key(mentee, slot)).await {
            Ok(rows) => answered.push((slot.clone(), rows[0]["id"].clone())),
            Err(error) if error.is_closed() || error.as_db_error().is_none() => break,
            // "the database system is shutting down", "terminating connection because of crash of another process"
            Err(error) if error.code().is_some_and(|code| code.code().starts_with("57P")) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    answered
}

fn under_its_key(mentee: &User, slot: &Slot) -> Value {
    let mut arguments = booking_of(mentee, slot);
    arguments["p_idempotency_key"] = json!(format!("key of {}", slot.id));
    arguments
}

#[tokio::test]
async fn what_was_answered_before_a_power_failure_is_there_and_retries_book_nothing_twice() {
    let cluster = Cluster::start_new().await;
    let world = World::in_database(TestDatabase::on(&cluster).await).await;
    let service = world.database.role("convene_service");
    world.without_weekly_limits().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let mut slots = Vec::new();
    for nth in 0..400 {
        slots.push(world.slot(&mentor, days(2) + minutes(30 * nth)).await);
    }

    let clients = join_all((0..8).map(|_| Sql::connect(&service))).await;
    let booking =
        join_all(clients.iter().zip(slots.chunks(50)).map(|(sql, slots)| book_until_the_end(sql, &mentee, slots)));
    let failing = async {
        let booked = "SELECT count(*) FROM convene.bookings";
        while world.admin.value::<i64>(booked, &[]).await < 60 {
            tokio::task::yield_now().await;
        }
        cluster.stop_immediately().await;
    };
    let (answered, ()) = tokio::join!(booking, failing);
    let answered: Vec<(Slot, Value)> = answered.into_iter().flatten().collect();
    assert!((1..400).contains(&answered.len()), "{} were answered: too late or too early", answered.len());

    cluster.start().await;
    let (sql, admin) = (Sql::connect(&service).await, Sql::connect(&world.database.admin()).await);
    for (slot, id) in &answered {
        let again = sql.call_one("create_booking_atomic", under_its_key(&mentee, slot)).await.unwrap();
        assert_eq!((&again["id"], &again["replayed"]), (id, &json!(true)));
    }
    for slot in &slots {
        sql.call_one("create_booking_atomic", under_its_key(&mentee, slot)).await.unwrap();
    }
    let rows = admin.rows("SELECT time_slot_id FROM convene.bookings", &[]).await;
    let distinct: HashSet<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!((rows.len(), distinct.len()), (400, 400));
    assert_eq!(admin.violations().await, [] as [String; 0]);
}

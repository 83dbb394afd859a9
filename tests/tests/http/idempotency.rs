//! Retries, races and crashes, over HTTP.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::{Reply, Service, Slot, World, days, minutes};

#[tokio::test]
async fn the_same_key_and_body_replay_the_stored_answer() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;

    let first = client.book(&slot, "key").await;
    let again = client.book(&slot, "key").await;
    let quoted = client.book(&slot, "\"key\"").await;
    let other = client.book(&world.slot(&mentor, days(3)).await, "key").await;

    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    for replay in [again, quoted] {
        assert_eq!((replay.status, &replay.body), (201, &first.body));
        assert_eq!(replay.header("idempotent-replayed"), Some("true"));
        assert_eq!(replay.header("location"), first.header("location"));
    }
    assert_eq!(other.outcome(), (409, "IDEMPOTENCY_KEY_REUSED"));
}

#[tokio::test]
async fn a_key_is_required_and_checked() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let body = json!({ "time_slot_id": slot.id, "meeting_goal": support::world::GOAL });
    let before = world.snapshot().await;

    let without = client.post("/v1/bookings", body.clone()).await;
    let long = client.book(&slot, &"k".repeat(256)).await;
    let empty = client.book(&slot, "").await;
    let twice = client
        .request(reqwest::Method::POST, "/v1/bookings")
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "b")
        .json(&body);

    assert_eq!(without.outcome(), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    assert_eq!(empty.outcome(), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    assert_eq!(long.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(Reply::of(twice).await.outcome(), (400, "VALIDATION_ERROR"));
    // Signing in moves the session's and the user's times, which are not the booking's business.
    let untouched = |snapshot: Vec<(String, String)>| -> Vec<(String, String)> {
        snapshot.into_iter().filter(|(table, _)| !table.ends_with("sessions") && !table.ends_with("users")).collect()
    };
    assert_eq!(untouched(world.snapshot().await), untouched(before));
}

#[tokio::test]
async fn of_64_clients_after_one_slot_one_gets_it_and_63_are_told() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let mut clients = Vec::new();
    for _ in 0..64 {
        clients.push(service.signed_in(&world, &world.mentee().await).await);
    }

    let replies = join_all(clients.iter().map(|client| client.book(&slot, "race"))).await;

    let mut outcomes: Vec<(u16, &str)> = replies.iter().map(Reply::outcome).collect();
    outcomes.sort_unstable();
    let mut expected = vec![(409, "SLOT_ALREADY_BOOKED"); 64];
    expected[0] = (201, "");
    assert_eq!(outcomes, expected);
}

#[tokio::test]
async fn one_key_sent_by_32_connections_at_once_books_once() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let slot = world.slot(&world.mentor().await, days(2)).await;

    let replies = join_all((0..32).map(|_| client.book(&slot, "the key"))).await;

    let first = &replies[0].body;
    assert!(replies.iter().all(|reply| reply.status == 201 && reply.body == *first), "{replies:?}");
    let fresh = replies.iter().filter(|reply| reply.header("idempotent-replayed").is_none()).count();
    assert_eq!(fresh, 1);
}

/// Slots for one mentee that do not get in each other's way.
async fn many_slots(world: &World, count: i64) -> Vec<Slot> {
    let mentor = world.mentor().await;
    let mut slots = Vec::new();
    for nth in 0..count {
        slots.push(world.slot(&mentor, days(2) + minutes(30 * nth)).await);
    }
    slots
}

#[tokio::test]
async fn what_was_answered_before_the_service_was_killed_is_there_and_retries_book_nothing_twice() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let mut service = Service::start(&world.database).await;
    let address = service.address.clone();
    let token = support::service::open_session(&world, &world.mentee().await).await;
    let client = service.with_token(Some(&token));
    let slots = many_slots(&world, 120).await;

    // Six clients book one after the other until the service dies under them.
    let book = async |slots: &[Slot]| {
        let mut answered: Vec<(Slot, Reply)> = Vec::new();
        for slot in slots {
            match client.try_to_book(slot, &format!("key of {}", slot.id)).await {
                Some(reply) => answered.push((slot.clone(), reply)),
                None => break,
            }
        }
        answered
    };
    let killing = async {
        // When some have their answers and the others are under way.
        loop {
            let booked: i64 = world.admin.value("SELECT count(*) FROM convene.bookings", &[]).await;
            if booked >= 20 {
                break;
            }
            tokio::task::yield_now().await;
        }
        service.kill().await;
    };
    let (answered, ()) = tokio::join!(join_all(slots.chunks(20).map(&book)), killing);
    let answered: Vec<(Slot, Reply)> = answered.into_iter().flatten().collect();
    assert!((1..120).contains(&answered.len()), "{} were answered: killed too late or too early", answered.len());

    let service = Service::start_at(&address, &world.database, &[]).await;
    let client = service.with_token(Some(&token));
    for (slot, reply) in &answered {
        assert_eq!(reply.status, 201);
        let again = client.book(slot, &format!("key of {}", slot.id)).await;
        assert_eq!((again.status, &again.body, again.header("idempotent-replayed")), (201, &reply.body, Some("true")));
    }
    for slot in &slots {
        assert_eq!(client.book(slot, &format!("key of {}", slot.id)).await.status, 201);
    }
    let booked: Vec<Value> = world
        .admin
        .rows("SELECT to_jsonb(time_slot_id) FROM convene.bookings", &[])
        .await
        .iter()
        .map(|row| row.get(0))
        .collect();
    let distinct: HashSet<String> = booked.iter().map(Value::to_string).collect();
    assert_eq!((booked.len(), distinct.len()), (120, 120));
}

//! Many at once after what only some can have, through SQL.

use futures_util::future::{join, join_all};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
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

/// A meeting that has begun, of which the mentor says that the mentee did not come.
async fn missed_booking(world: &World, mentee: &User, mentor: &User) -> Booking {
    let booking = world.booking(mentee, mentor, days(2)).await;
    world.let_start(&booking, hours(-2)).await;
    world.no_show(&booking, mentor, mentee).await.unwrap()
}

fn dispute_of(booking: &Booking, actor: &User) -> Value {
    json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id })
}

fn correction_of(booking: &Booking, actor: &User, user: &User, was_absent: bool) -> Value {
    json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id, "p_user_id": user.id, "p_was_absent": was_absent })
}

/// The codes of those that were refused, in their order.
fn codes<T>(outcomes: Vec<Result<T, Refused>>) -> Vec<String> {
    outcomes.into_iter().filter_map(Result::err).map(|no| no.code).collect()
}

#[tokio::test]
async fn an_absence_that_is_disputed_many_times_at_once_is_disputed_once() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = missed_booking(&world, &mentee, &mentor).await;
    let connections = connections(&world, 16).await;

    let outcomes =
        join_all(connections.iter().map(|sql| sql.call_one("dispute_no_show", dispute_of(&booking, &mentee)))).await;

    assert_eq!(codes(outcomes), ["NOTHING_TO_DISPUTE"; 15]);
    let disputes = "SELECT count(*) FROM convene.booking_events WHERE event = 'no_show_disputed'";
    assert_eq!(world.admin.value::<i64>(disputes, &[]).await, 1);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn staff_who_decide_while_an_absence_is_disputed_have_the_last_word() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let coordinator = world.coordinator().await;
    let other = world.connect().await;
    let mut disputes_before = 0;
    for was_absent in [true, false].repeat(8) {
        let (mentee, mentor) = (world.mentee().await, world.mentor().await);
        let booking = missed_booking(&world, &mentee, &mentor).await;

        let (disputed, corrected) = join(
            world.sql.call_one("dispute_no_show", dispute_of(&booking, &mentee)),
            other.call_one("correct_no_show", correction_of(&booking, &coordinator, &mentee, was_absent)),
        )
        .await;

        corrected.unwrap();
        // Either it came before, or it came too late.
        match disputed {
            Ok(_) => disputes_before += 1,
            Err(no) => assert_eq!(no.code, "NOTHING_TO_DISPUTE"),
        }
        let seen = json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id });
        let seen = world.sql.call_one("get_booking", seen).await.unwrap();
        let (status, attendee) = (&seen["status"], &seen["attendees"][0]);
        let claimant = if was_absent { json!(coordinator.id) } else { Value::Null };
        assert_eq!((&attendee["absence_claimed_by"], &attendee["absence_disputed_at"]), (&claimant, &Value::Null));
        assert_eq!(status, if was_absent { "no_show" } else { "completed" });
    }
    assert_eq!(world.admin.violations().await, [] as [String; 0], "{disputes_before} of 16 were disputed before");
}

#[tokio::test]
async fn of_contrary_corrections_at_once_the_last_holds_for_booking_and_participant() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = missed_booking(&world, &mentee, &mentor).await;
    let coordinators = [world.coordinator().await, world.coordinator().await];
    let connections = connections(&world, 16).await;

    let outcomes = join_all(connections.iter().enumerate().map(|(nth, sql)| {
        let arguments = correction_of(&booking, &coordinators[nth % 2], &mentee, nth % 2 == 0);
        sql.call_one("correct_no_show", arguments)
    }))
    .await;

    assert_eq!(codes(outcomes), [] as [String; 0]);
    let last = "SELECT jsonb_build_array(e.actor_id, e.facts -> 'was_absent', e.to_status, b.status, p.status, p.absence_claimed_by) AS last
        FROM convene.booking_events e
        JOIN convene.bookings b ON b.id = e.booking_id
        JOIN convene.booking_participants p ON p.booking_id = b.id AND p.role = 'attendee'
        ORDER BY e.seq DESC LIMIT 1";
    let last = world.admin.json(last, &[]).await["last"].clone();
    let absent = json!([coordinators[0].id, true, "no_show", "no_show", "absent", coordinators[0].id]);
    let present = json!([coordinators[1].id, false, "completed", "completed", "active", null]);
    assert!(last == absent || last == present, "{last}");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_subject_that_many_are_linked_to_at_once_signs_one_of_them_in() {
    let world = World::new().await;
    let (issuer, connections) = ("https://issuer.test", connections(&world, 16).await);
    world.admin.value::<i32>("SELECT convene.give_issuer($1, $2)", &[&world.org.slug, &issuer]).await;
    let admin = world.user("admin").await;
    let mut users = Vec::new();
    for _ in 0..16 {
        users.push(world.mentee().await);
    }

    // Half of them link themselves, the others are linked by an admin.
    let outcomes = join_all(connections.iter().zip(&users).enumerate().map(async |(nth, (sql, user))| {
        let subject = json!({ "p_issuer": issuer, "p_subject": "a subject", "p_actor_id": user.id });
        if nth % 2 == 0 {
            return sql.call_one("link_own_identity", subject).await;
        }
        let (mut arguments, whom) = (subject, json!(user.id));
        (arguments["p_actor_id"], arguments["p_user_id"]) = (json!(admin.id), whom);
        sql.call_one("link_identity", arguments).await
    }))
    .await;

    let winner = outcomes.iter().position(Result::is_ok).expect("one has it");
    assert_eq!(codes(outcomes), ["IDENTITY_TAKEN"; 15]);
    let comes_in = json!({ "p_issuer": issuer, "p_subject": "a subject" });
    let who = world.sql.call_one("authenticate_subject", comes_in).await.unwrap();
    assert_eq!(who["user_id"], json!(users[winner].id));
    let audited = "SELECT count(*) FROM convene.audit_log WHERE action = 'link_identity'";
    assert_eq!(world.admin.value::<i64>(audited, &[]).await, (winner % 2) as i64);
}

#[tokio::test]
async fn of_lists_of_addresses_that_are_set_at_once_one_is_kept_whole() {
    let world = World::new().await;
    let (mentor, connections) = (world.mentor().await, connections(&world, 16).await);
    // The nth list has as many addresses as its number, each with its number.
    let list = |length: usize| -> Vec<Value> {
        let one =
            |place| json!({ "label": format!("{length}"), "url": format!("https://example.org/{length}/{place}") });
        (1..=length).map(one).collect()
    };

    let outcomes = join_all(connections.iter().enumerate().map(|(nth, sql)| {
        let urls = json!(list(1 + nth % 8)).to_string();
        sql.call("set_user_urls", json!({ "p_user_id": mentor.id, "p_urls": urls }))
    }))
    .await;

    assert_eq!(codes(outcomes), [] as [String; 0]);
    let me = json!({ "p_user_id": mentor.id, "p_actor_id": mentor.id });
    let kept = world.sql.call("list_user_urls", me).await.unwrap();
    let shown: Vec<Value> = kept.iter().map(|one| json!({ "label": one["label"], "url": one["url"] })).collect();
    assert_eq!(shown, list(kept.len()));
}

#[tokio::test]
async fn of_values_for_one_field_at_once_one_is_kept_and_no_other_field_is_touched() {
    let world = World::new().await;
    let (mentor, connections) = (world.mentor().await, connections(&world, 16).await);
    let fields = ["title", "company", "bio", "name"];

    let answers = join_all(connections.iter().enumerate().map(|(nth, sql)| {
        let mut changes = json!({});
        changes[fields[nth % 4]] = json!(format!("{} {}", fields[nth % 4], nth / 4));
        sql.call_one("update_profile", json!({ "p_user_id": mentor.id, "p_changes": changes }))
    }))
    .await;

    let answers: Vec<Value> = answers.into_iter().map(Result::unwrap).collect();
    for (nth, answer) in answers.iter().enumerate() {
        assert_eq!(
            answer[fields[nth % 4]],
            format!("{} {}", fields[nth % 4], nth / 4),
            "each is answered with its own"
        );
    }
    let me = json!({ "p_user_id": mentor.id, "p_actor_id": mentor.id });
    let seen = world.sql.call_one("get_user", me).await.unwrap();
    for field in fields {
        let kept = seen[field].as_str().expect("it was set");
        assert!((0..4).any(|round| kept == format!("{field} {round}")), "{field}: {kept}");
    }
}

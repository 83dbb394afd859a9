//! Confirming, declining, canceling, completing, no-shows: who may, when, and what it writes.

use serde_json::{Value, json};
use support::{Booking, Refused, User, World, days, hours, minutes};

/// What is done to a booking.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Confirm,
    Decline,
    Cancel,
    Complete,
    NoShow,
    Rate,
}

/// One of everybody who could want something of a booking.
struct Cast {
    mentee: User,
    mentor: User,
    others: Vec<(&'static str, User)>,
}

impl Cast {
    async fn new(world: &World) -> Self {
        world.without_weekly_limits().await;
        let abroad = world.other_organization("abroad").await;
        let mut others = Vec::new();
        for role in ["mentee", "mentor", "coordinator", "admin"] {
            others.push((role, world.user(role).await));
        }
        others.push(("coordinator abroad", world.user_in(&abroad, "coordinator").await));
        Self { mentee: world.mentee().await, mentor: world.mentor().await, others }
    }

    /// Who they are in the booking, with who they are.
    fn everybody(&self) -> Vec<(&'static str, &User)> {
        let participants = [("its mentee", &self.mentee), ("its mentor", &self.mentor)];
        participants.into_iter().chain(self.others.iter().map(|(who, user)| (*who, user))).collect()
    }
}

async fn perform(world: &World, act: Act, booking: &Booking, actor: &User, cast: &Cast) -> Result<Value, Refused> {
    match act {
        Act::Confirm => world.confirm(booking, actor).await.map(|booking| booking.0),
        Act::Decline => world.decline(booking, actor).await.map(|booking| booking.0),
        Act::Cancel => world.cancel(booking, actor).await.map(|booking| booking.0),
        Act::Complete => world.complete(booking, actor).await.map(|booking| booking.0),
        Act::NoShow => world.no_show(booking, actor, &cast.mentee).await.map(|booking| booking.0),
        Act::Rate => world.rate(booking, actor, 4).await,
    }
}

/// A booking to which the act can be done.
async fn ready_for(world: &World, act: Act, cast: &Cast) -> Booking {
    match act {
        Act::Confirm | Act::Decline => world.request(&cast.mentee, &cast.mentor, days(2)).await,
        Act::Cancel => world.booking(&cast.mentee, &cast.mentor, days(2)).await,
        Act::Complete | Act::NoShow => {
            let booking = world.booking(&cast.mentee, &cast.mentor, days(2)).await;
            world.let_start(&booking, hours(-1)).await;
            booking
        }
        Act::Rate => world.completed_booking(&cast.mentee, &cast.mentor).await,
    }
}

/// Takes a booking out of the way of the next one.
async fn forget(world: &World, booking: &Booking) {
    let sql = "UPDATE convene.booking_participants SET active = false WHERE booking_id = $1";
    world.admin.execute(sql, &[&booking.id()]).await;
}

#[tokio::test]
async fn each_act_is_open_to_exactly_those_who_have_a_right_to_it() {
    let world = World::new().await;
    let cast = Cast::new(&world).await;
    let rights: [(Act, &[&str]); 6] = [
        (Act::Confirm, &["its mentor", "coordinator", "admin"]),
        (Act::Decline, &["its mentor", "coordinator", "admin"]),
        (Act::Cancel, &["its mentee", "its mentor", "coordinator", "admin"]),
        (Act::Complete, &["its mentor", "coordinator", "admin"]),
        (Act::NoShow, &["its mentee", "its mentor", "coordinator", "admin"]),
        (Act::Rate, &["its mentee", "its mentor"]),
    ];
    for (act, open_to) in rights {
        for (who, actor) in cast.everybody() {
            let booking = ready_for(&world, act, &cast).await;
            let before = world.snapshot().await;

            let outcome = perform(&world, act, &booking, actor, &cast).await;

            match outcome {
                Ok(_) => assert!(open_to.contains(&who), "{act:?} by {who} was allowed"),
                Err(no) => {
                    // Who may not even see it is not told that it is there.
                    let sees = matches!(who, "its mentee" | "its mentor" | "coordinator" | "admin");
                    let expected = if sees { "NOT_AUTHORIZED" } else { "BOOKING_NOT_FOUND" };
                    assert_eq!(no.code, expected, "{act:?} by {who}");
                    assert!(!open_to.contains(&who), "{act:?} by {who} was refused");
                    assert_eq!(world.snapshot().await, before, "{act:?} by {who}");
                }
            }
            forget(&world, &booking).await;
        }
    }
}

#[tokio::test]
async fn unknown_and_inactive_actors_and_unknown_bookings_are_refused() {
    let world = World::new().await;
    let cast = Cast::new(&world).await;
    let gone = world.user("admin").await;
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&gone.id]).await;
    let nobody = User { id: uuid::Uuid::new_v4(), ..gone.clone() };
    let nothing = Booking(json!({ "id": uuid::Uuid::new_v4() }));
    for act in [Act::Confirm, Act::Decline, Act::Cancel, Act::Complete, Act::NoShow, Act::Rate] {
        let booking = ready_for(&world, act, &cast).await;
        let code =
            async |booking: &Booking, actor: &User| perform(&world, act, booking, actor, &cast).await.unwrap_err().code;

        assert_eq!(code(&booking, &gone).await, "USER_INACTIVE", "{act:?}");
        assert_eq!(code(&booking, &nobody).await, "USER_NOT_FOUND", "{act:?}");
        assert_eq!(code(&nothing, &cast.mentor).await, "BOOKING_NOT_FOUND", "{act:?}");
        forget(&world, &booking).await;
    }
}

#[tokio::test]
async fn bookings_that_have_ended_never_change_again() {
    let world = World::new().await;
    let cast = Cast::new(&world).await;
    let request = |from_now| world.request(&cast.mentee, &cast.mentor, from_now);
    let booked = |from_now| world.booking(&cast.mentee, &cast.mentor, from_now);
    let missed = booked(days(1)).await;
    world.let_start(&missed, hours(-3)).await;
    let expired = request(days(2)).await;
    world
        .admin
        .run("UPDATE convene.bookings SET created_at = now() - interval '8 days' WHERE status = 'pending'")
        .await;
    world.settle_lapses().await;
    world.admin.run("SELECT convene.expire_pending_bookings()").await;
    let ended = [
        ("completed", world.completed_booking(&cast.mentee, &cast.mentor).await),
        ("no_show", world.no_show(&missed, &cast.mentor, &cast.mentee).await.unwrap()),
        ("canceled", world.cancel(&booked(days(3)).await, &cast.mentee).await.unwrap()),
        ("declined", world.decline(&request(days(4)).await, &cast.mentor).await.unwrap()),
        ("expired", expired),
    ];
    let slot = world.slot(&cast.mentor, days(5)).await;
    let before = world.snapshot().await;
    for (status, booking) in ended {
        for act in [Act::Confirm, Act::Decline, Act::Cancel, Act::Complete, Act::NoShow] {
            let no = perform(&world, act, &booking, &cast.mentor, &cast).await.unwrap_err();
            assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("INVALID_TRANSITION", "P0001"), "{act:?} {status}");
            assert_eq!(no.details["status"], status, "{act:?}");
        }
        let no = world.reschedule(&booking, &cast.mentor, &slot).await.unwrap_err();
        assert_eq!(no.code, "INVALID_TRANSITION", "rescheduling {status}");
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn what_waits_is_answered_and_what_is_agreed_is_held() {
    let world = World::new().await;
    let cast = Cast::new(&world).await;
    let pending = world.request(&cast.mentee, &cast.mentor, days(2)).await;
    let confirmed = world.booking(&cast.mentee, &cast.mentor, days(3)).await;
    for (booking, act) in
        [(&pending, Act::Complete), (&pending, Act::NoShow), (&confirmed, Act::Confirm), (&confirmed, Act::Decline)]
    {
        let no = perform(&world, act, booking, &cast.mentor, &cast).await.unwrap_err();
        assert_eq!(no.code, "INVALID_TRANSITION", "{act:?}");
    }
}

#[tokio::test]
async fn confirming_a_request_answers_it() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let request = world.request(&mentee, &mentor, days(2)).await;

    let confirmed = world.confirm(&request, &mentor).await.unwrap();

    assert_eq!(confirmed.status(), "confirmed");
    assert_eq!(confirmed.id(), request.id());
    assert_eq!(confirmed.time("confirmed_at"), confirmed.time("responded_at"));
    assert_eq!(confirmed.time("updated_at"), confirmed.time("responded_at"));
    assert!(confirmed.time("responded_at") > request.time("requested_at"));
    assert_eq!(
        last_event(&world).await,
        json!({ "event": "confirmed", "from_status": "pending",
        "to_status": "confirmed", "actor_id": mentor.id, "facts": {} })
    );
}

#[tokio::test]
async fn declining_a_request_frees_its_slot_for_everybody() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot_on_request(&mentor, days(2)).await;
    let request = world.book(&mentee, &slot).await.unwrap();

    let arguments = json!({ "p_booking_id": request.id(), "p_actor_id": mentor.id, "p_reason": "On holiday" });
    let declined = world.act("decline_booking", arguments).await.unwrap();

    assert_eq!(declined.status(), "declined");
    assert_eq!(declined.text("cancellation_reason"), "On holiday");
    assert_eq!(last_event(&world).await["event"], "declined");
    world.book(&world.mentee().await, &slot).await.unwrap();
}

#[tokio::test]
async fn a_canceled_slot_is_free_at_once_also_for_the_same_mentee() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let slot = world.slot(&mentor, days(2)).await;
    let booking = world.book(&mentee, &slot).await.unwrap();

    let arguments =
        json!({ "p_booking_id": booking.id(), "p_actor_id": mentee.id, "p_reason": "emergency", "p_notes": "Fire" });
    let canceled = world.act("cancel_booking", arguments).await.unwrap();

    assert_eq!(canceled.status(), "canceled");
    assert_eq!(canceled.uuid("canceled_by"), mentee.id);
    assert_eq!((canceled.text("cancellation_reason"), canceled.text("cancellation_notes")), ("emergency", "Fire"));
    assert_eq!(canceled.time("canceled_at"), canceled.time("updated_at"));
    assert_eq!(
        last_event(&world).await,
        json!({ "event": "canceled", "from_status": "confirmed", "to_status": "canceled", "actor_id": mentee.id,
            "facts": { "late": false, "reason": "emergency" } })
    );
    let again = world.book(&mentee, &slot).await.unwrap();
    assert_ne!(again.id(), booking.id());
}

#[tokio::test]
async fn reasons_and_notes_of_the_wrong_form_are_refused() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let request = world.request(&mentee, &mentor, days(3)).await;
    for (function, id, argument, value) in [
        ("cancel_booking", booking.id(), "reason", "because".to_owned()),
        ("cancel_booking", booking.id(), "reason", String::new()),
        ("cancel_booking", booking.id(), "notes", "x".repeat(2001)),
        ("decline_booking", request.id(), "reason", "x".repeat(2001)),
    ] {
        let mut arguments = json!({ "p_booking_id": id, "p_actor_id": mentor.id });
        arguments[format!("p_{argument}")] = value.into();
        let no = world.act(function, arguments).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(argument)), "{function}");
    }
}

#[tokio::test]
async fn canceling_within_two_hours_of_the_start_costs_whoever_canceled() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let (late, early) = (world.mentee().await, world.mentee().await);
    let in_time = world.booking(&early, &mentor, minutes(122)).await;
    let too_late = world.booking(&late, &mentor, minutes(60)).await;

    world.cancel(&in_time, &early).await.unwrap();
    world.cancel(&too_late, &late).await.unwrap();

    let penalties = world
        .admin
        .json(
            "SELECT user_id, booking_id, kind, amount, expires_at - created_at = interval '2160 hours' AS for_90_days
             FROM convene.reputation_penalties",
            &[],
        )
        .await;
    assert_eq!(
        penalties,
        json!({ "user_id": late.id, "booking_id": too_late.id(), "kind": "late_cancellation", "amount": 0.25,
            "for_90_days": true })
    );
    assert_eq!(last_event(&world).await["facts"]["late"], true);
    let penalized = world.sql.call_one("calculate_reputation", json!({ "p_user_id": late.id })).await.unwrap();
    assert_eq!(penalized["penalties"], 0.25);
}

#[tokio::test]
async fn staff_who_cancel_late_are_not_penalized() {
    let world = World::new().await;
    let booking = world.booking(&world.mentee().await, &world.mentor().await, minutes(60)).await;

    world.cancel(&booking, &world.coordinator().await).await.unwrap();

    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.reputation_penalties", &[]).await, 0);
}

#[tokio::test]
async fn a_meeting_that_has_started_is_neither_canceled_nor_confirmed_nor_moved() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (booking, request) =
        (world.booking(&mentee, &mentor, days(2)).await, world.request(&mentee, &mentor, days(3)).await);
    world.let_start(&booking, minutes(-5)).await;
    world.let_start(&request, minutes(-45)).await;
    let slot = world.slot(&mentor, days(4)).await;

    for no in [
        world.cancel(&booking, &mentee).await,
        world.reschedule(&booking, &mentee, &slot).await,
        world.cancel(&request, &mentee).await,
        world.confirm(&request, &mentor).await,
        world.decline(&request, &mentor).await,
    ] {
        let no = no.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MEETING_STARTED", "P0001"));
    }
}

#[tokio::test]
async fn a_meeting_is_closed_only_after_its_start_unless_the_organization_closes_early() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (first, second) =
        (world.booking(&mentee, &mentor, days(2)).await, world.booking(&mentee, &mentor, days(3)).await);

    for no in [world.complete(&first, &mentor).await, world.no_show(&second, &mentor, &mentee).await] {
        let no = no.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("MEETING_NOT_STARTED", "P0001"));
    }
    world.policy("closes_early", true).await;
    assert_eq!(world.complete(&first, &mentor).await.unwrap().status(), "completed");
    assert_eq!(world.no_show(&second, &mentor, &mentee).await.unwrap().status(), "no_show");
}

#[tokio::test]
async fn a_no_show_names_who_did_not_come() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    world.let_start(&booking, minutes(-20)).await;

    let no = world.no_show(&booking, &mentor, &world.mentee().await).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("absent_user_id")));

    let missed = world.no_show(&booking, &mentee, &mentor).await.unwrap();
    assert_eq!(missed.status(), "no_show");
    assert_eq!(missed.uuid("no_show_user_id"), mentor.id);
    assert_eq!(last_event(&world).await["facts"], json!({ "absent_user_id": mentor.id }));
}

#[tokio::test]
async fn meetings_that_took_place_or_were_missed_keep_their_time() {
    let world = World::new().await;
    world.policy("closes_early", true).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (held, missed) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);
    world.complete(&world.book(&mentee, &held).await.unwrap(), &mentor).await.unwrap();
    world.no_show(&world.book(&mentee, &missed).await.unwrap(), &mentor, &mentee).await.unwrap();

    for slot in [&held, &missed] {
        assert_eq!(world.book(&world.mentee().await, slot).await.unwrap_err().code, "SLOT_ALREADY_BOOKED");
    }
}

async fn last_event(world: &World) -> Value {
    let sql =
        "SELECT event, from_status, to_status, actor_id, facts FROM convene.booking_events ORDER BY seq DESC LIMIT 1";
    world.admin.json(sql, &[]).await
}

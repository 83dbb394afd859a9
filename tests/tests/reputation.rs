//! Ratings and reputation: what moves a score, and that it moves in the same transaction.

use serde_json::{Value, json};
use support::{User, World, days, hours, minutes};

async fn stored(world: &World, user: &User) -> (f64, String) {
    let sql = "SELECT reputation_score, reputation_tier FROM convene.users WHERE id = $1";
    let row = &world.admin.rows(sql, &[&user.id]).await[0];
    (row.get(0), row.get(1))
}

async fn calculated(world: &World, user: &User) -> Value {
    world.sql.call_one("calculate_reputation", json!({ "p_user_id": user.id })).await.unwrap()
}

#[tokio::test]
async fn a_new_users_reputation_is_made_of_the_defaults() {
    let world = World::new().await;
    let mentor = world.user_in(&world.org, "mentor").await;

    let reputation = calculated(&world, &mentor).await;

    assert_eq!(
        reputation,
        json!({
            "score": 4.2, "tier": "gold", "average_rating": 3.5, "ratings_count": 0, "completion_rate": 1,
            "completed_count": 0, "ended_count": 0, "response_hours": 12, "responsiveness_factor": 1.2,
            "months_active": 0, "tenure_bonus": 0, "penalties": 0, "raw_score": 4.2, "is_probationary": false,
        })
    );
    assert_eq!(stored(&world, &mentor).await, (4.2, "gold".to_owned()));
}

#[tokio::test]
async fn each_participant_rates_the_other_once() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.completed_booking(&mentee, &mentor).await;

    let rating = world.rate(&booking, &mentee, 5).await.unwrap();
    assert_eq!((&rating["rater_id"], &rating["ratee_id"]), (&json!(mentee.id), &json!(mentor.id)));
    assert_eq!((&rating["rating"], &rating["booking_id"]), (&json!(5), &json!(booking.id())));
    assert_eq!(world.rate(&booking, &mentor, 2).await.unwrap()["ratee_id"], json!(mentee.id));

    for rater in [&mentee, &mentor] {
        let no = world.rate(&booking, rater, 3).await.unwrap_err();
        assert_eq!((no.code.as_str(), no.sqlstate.as_str()), ("ALREADY_RATED", "23505"));
    }
    let event =
        "SELECT from_status, to_status, facts FROM convene.booking_events WHERE event = 'rated' AND actor_id = $1";
    assert_eq!(
        world.admin.json(event, &[&mentee.id]).await,
        json!({ "from_status": "completed", "to_status": "completed",
            "facts": { "rating": 5, "rater_id": mentee.id, "ratee_id": mentor.id } })
    );
}

#[tokio::test]
async fn only_completed_meetings_are_rated_and_only_from_1_to_5() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    let no = world.rate(&booking, &mentee, 5).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details), ("BOOKING_NOT_COMPLETED", &json!({ "status": "confirmed" })));

    let booking = world.completed_booking(&mentee, &mentor).await;
    for rating in [0, 6, -1, i32::MAX] {
        let no = world.rate(&booking, &mentee, rating).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("rating")), "{rating}");
    }
    let long =
        json!({ "p_booking_id": booking.id(), "p_rater_id": mentee.id, "p_rating": 3, "p_comment": "x".repeat(2001) });
    assert_eq!(world.sql.call_one("rate_booking", long).await.unwrap_err().details["field"], "comment");
}

#[tokio::test]
async fn ratings_move_score_and_tier_at_once() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let mut seen = Vec::new();
    for rating in [5, 1, 1, 1] {
        let booking = world.completed_booking(&mentee, &mentor).await;
        world.rate(&booking, &mentee, rating).await.unwrap();
        world.admin.run("UPDATE convene.booking_participants SET active = false").await;
        seen.push(stored(&world, &mentor).await);
    }
    // 5 × 1.2 is more than there is; 6/2 × 1.2 is enough; from the third rating on, probation protects no more.
    let expected = [(5.0, "platinum"), (3.6, "silver"), (2.8, "bronze"), (2.4, "bronze")];
    assert_eq!(seen, expected.map(|(score, tier)| (score, tier.to_owned())));
}

#[tokio::test]
async fn probation_lifts_a_poor_score_until_there_are_three_ratings() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.completed_booking(&mentee, &mentor).await;

    world.rate(&booking, &mentee, 1).await.unwrap();

    let reputation = calculated(&world, &mentor).await;
    assert_eq!((&reputation["raw_score"], &reputation["score"]), (&json!(1.2), &json!(3.5)));
    assert_eq!(reputation["is_probationary"], true);
    assert_eq!(stored(&world, &mentor).await, (3.5, "silver".to_owned()));
}

#[tokio::test]
async fn whoever_misses_a_meeting_or_gives_it_up_completes_less() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let completed = world.completed_booking(&mentee, &mentor).await;
    world
        .admin
        .execute("UPDATE convene.booking_participants SET active = false WHERE booking_id = $1", &[&completed.id()])
        .await;
    let missed = world.booking(&mentee, &mentor, days(2)).await;
    world.let_start(&missed, hours(-2)).await;

    world.no_show(&missed, &mentor, &mentee).await.unwrap();

    let rates = async || {
        (
            calculated(&world, &mentee).await["completion_rate"].clone(),
            calculated(&world, &mentor).await["completion_rate"].clone(),
        )
    };
    assert_eq!(rates().await, (json!(0.5), json!(1)));
    assert_eq!(stored(&world, &mentee).await.0, 3.5, "2.1, on probation");
    let given_up = world.booking(&mentee, &mentor, days(3)).await;
    world.cancel(&given_up, &mentor).await.unwrap();
    assert_eq!(rates().await, (json!(0.5), json!(0.5)));
    let never_agreed = world.request(&mentee, &mentor, days(4)).await;
    world.cancel(&never_agreed, &mentee).await.unwrap();
    assert_eq!(rates().await, (json!(0.5), json!(0.5)), "a request that was not confirmed yet");
}

#[tokio::test]
async fn mentors_who_answer_fast_gain_and_those_who_answer_late_lose() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let mentee = world.mentee().await;
    for (waited, factor, score) in [(hours(23), 1.2, 4.2), (hours(30), 1.0, 3.5), (hours(49), 0.8, 3.5)] {
        let mentor = world.mentor().await;
        let request = world.request(&mentee, &mentor, days(10)).await;
        let asked = request.time("requested_at") - waited;
        world
            .admin
            .execute("UPDATE convene.bookings SET requested_at = $1 WHERE id = $2", &[&asked, &request.id()])
            .await;

        world.decline(&request, &mentor).await.unwrap();

        let reputation = calculated(&world, &mentor).await;
        assert_eq!(reputation["responsiveness_factor"].as_f64(), Some(factor), "{waited}");
        assert_eq!(stored(&world, &mentor).await.0, score, "{waited}");
    }
}

#[tokio::test]
async fn tenure_adds_up_to_one_point_and_penalties_lapse() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let booking = world.booking(&world.mentee().await, &mentor, minutes(60)).await;
    world.cancel(&booking, &mentor).await.unwrap();
    let refreshed = async |change: &str| {
        world.admin.run(change).await;
        world.admin.call_one("refresh_reputation", json!({ "p_user_id": mentor.id })).await.unwrap()["score"].clone()
    };
    // The only meeting that ended was given up: nothing was completed, and only tenure is left.
    let joined = |months: u32| format!("UPDATE convene.users SET joined_at = now() - interval '{months} months 1 day'");
    world.policy("probation_ratings", 0).await;

    assert_eq!(refreshed(&joined(4)).await, json!(0.15), "0.4 of tenure less 0.25 for canceling late");
    assert_eq!(refreshed(&joined(11)).await, json!(0.75), "at most 1.0 of tenure");
    assert_eq!(refreshed("UPDATE convene.reputation_penalties SET expires_at = now()").await, json!(1));
}

#[tokio::test]
async fn canceling_changes_the_cancelers_score_in_the_same_transaction() {
    let world = World::new().await;
    let (mentee, mentor) = (world.user_in(&world.org, "mentee").await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, minutes(90)).await;
    assert_eq!(stored(&world, &mentee).await, (4.2, "gold".to_owned()));

    world.cancel(&booking, &mentee).await.unwrap();

    assert_eq!(stored(&world, &mentee).await, (3.5, "silver".to_owned()), "nothing completed, 0.25 less, on probation");
}

#[tokio::test]
async fn who_moves_a_meeting_shortly_before_it_and_cancels_then_pays_what_canceling_costs() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let ends = async |late: bool, moves: bool, on_request: bool| {
        let (mentee, mentor) = (world.mentee().await, world.mentor().await);
        let booking = world.booking(&mentee, &mentor, if late { minutes(90) } else { hours(30) }).await;
        if moves {
            let later = if on_request {
                world.slot_on_request(&mentor, days(9)).await
            } else {
                world.slot(&mentor, days(9)).await
            };
            world.reschedule(&booking, &mentee, &later).await.unwrap();
        }
        world.cancel(&booking, &mentee).await.unwrap();
        let reputation = calculated(&world, &mentee).await;
        (reputation["penalties"].as_f64().unwrap(), reputation["completion_rate"].as_f64().unwrap())
    };
    let (costs, no_penalty) = ((0.25, 0.0), (0.0, 0.0));
    assert_eq!(ends(true, false, false).await, costs);
    assert_eq!(ends(true, true, false).await, costs);
    assert_eq!(ends(true, true, true).await, costs, "also to a time that the mentor has yet to confirm");
    assert_eq!(ends(false, false, false).await, no_penalty);
    assert_eq!(ends(false, true, false).await, no_penalty);

    // What somebody else moved is not the canceler's.
    for (mover, canceler) in [("mentor", "mentee"), ("coordinator", "mentee")] {
        let (mentee, mentor, coordinator) = (world.mentee().await, world.mentor().await, world.coordinator().await);
        let user = |role| match role {
            "mentor" => &mentor,
            "mentee" => &mentee,
            _ => &coordinator,
        };
        let booking = world.booking(&mentee, &mentor, minutes(90)).await;
        world.reschedule(&booking, user(mover), &world.slot(&mentor, days(9)).await).await.unwrap();
        world.cancel(&booking, user(canceler)).await.unwrap();
        assert_eq!(calculated(&world, user(canceler)).await["penalties"], json!(0), "moved by the {mover}");
    }
}

#[tokio::test]
async fn another_users_reputation_is_for_staff() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let abroad = world.other_organization("abroad").await;
    let ask = async |actor: User| {
        let arguments = json!({ "p_user_id": mentor.id, "p_actor_id": actor.id });
        world.sql.call_one("calculate_reputation", arguments).await.err().map(|no| no.code)
    };

    assert_eq!(ask(mentor.clone()).await, None);
    assert_eq!(ask(world.coordinator().await).await, None);
    assert_eq!(ask(world.mentee().await).await.as_deref(), Some("NOT_AUTHORIZED"));
    assert_eq!(ask(world.user_in(&abroad, "admin").await).await.as_deref(), Some("USER_NOT_FOUND"));
}

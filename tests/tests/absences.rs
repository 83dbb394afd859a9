//! Who did not come: said by one participant, disputed by the other, decided by staff.

use serde_json::{Value, json};
use support::{Booking, Refused, User, World, days, hours};

/// A meeting that has begun, of which the mentor says that the mentee did not come.
struct Missed {
    world: World,
    mentee: User,
    mentor: User,
    coordinator: User,
    booking: Booking,
}

impl Missed {
    async fn new() -> Self {
        let world = World::new().await;
        let (mentee, mentor, coordinator) = (world.mentee().await, world.mentor().await, world.coordinator().await);
        let booking = world.booking(&mentee, &mentor, days(2)).await;
        world.let_start(&booking, hours(-2)).await;
        world.no_show(&booking, &mentor, &mentee).await.unwrap();
        Self { world, mentee, mentor, coordinator, booking }
    }

    async fn dispute(&self, actor: &User) -> Result<Booking, Refused> {
        let arguments = json!({ "p_booking_id": self.booking.id(), "p_actor_id": actor.id, "p_notes": "I was there" });
        self.world.act("dispute_no_show", arguments).await
    }

    async fn correct(&self, actor: &User, user: &User, was_absent: bool) -> Result<Booking, Refused> {
        let arguments = json!({ "p_booking_id": self.booking.id(), "p_actor_id": actor.id, "p_user_id": user.id,
            "p_was_absent": was_absent, "p_notes": "The log of the call says so" });
        self.world.act("correct_no_show", arguments).await
    }

    async fn completion_rate(&self, user: &User) -> f64 {
        let arguments = json!({ "p_user_id": user.id });
        self.world.admin.call_one("calculate_reputation", arguments).await.unwrap()["completion_rate"].as_f64().unwrap()
    }

    /// Status, who claims it, and whether it is disputed, of the mentee in the booking as it is read.
    async fn seen(&self) -> Value {
        let arguments = json!({ "p_booking_id": self.booking.id(), "p_actor_id": self.mentee.id });
        let booking = self.world.sql.call_one("get_booking", arguments).await.unwrap();
        let mentee = &booking["attendees"][0];
        json!([
            booking["status"],
            mentee["status"],
            mentee["absence_claimed_by"],
            mentee["absence_disputed_at"].is_string()
        ])
    }

    /// The last event: what, by whom and as what, with which facts and words.
    async fn last_event(&self) -> Value {
        let sql =
            "SELECT jsonb_build_array(event, actor_id, acted_as, facts, words) AS event FROM convene.booking_events
            ORDER BY seq DESC LIMIT 1";
        self.world.admin.json(sql, &[]).await["event"].clone()
    }
}

fn code(outcome: Result<Booking, Refused>) -> String {
    outcome.map(|booking| booking.status().to_owned()).unwrap_or_else(|no| no.code)
}

#[tokio::test]
async fn a_no_show_says_who_claims_it() {
    let missed = Missed::new().await;
    assert_eq!(missed.seen().await, json!(["no_show", "absent", missed.mentor.id, false]));
    assert_eq!(missed.completion_rate(&missed.mentee).await, 0.0);
}

#[tokio::test]
async fn a_disputed_absence_does_not_count_until_staff_decide() {
    let missed = Missed::new().await;
    let (mentee, mentor) = (&missed.mentee, &missed.mentor);

    let disputed = missed.dispute(mentee).await.unwrap();

    assert_eq!(disputed.status(), "no_show");
    assert_eq!(missed.seen().await, json!(["no_show", "absent", mentor.id, true]));
    assert_eq!(missed.completion_rate(mentee).await, 1.0);
    let facts = json!({ "user_id": mentee.id });
    assert_eq!(missed.last_event().await, json!(["no_show_disputed", mentee.id, "attendee", facts, "I was there"]));
    assert_eq!(code(missed.dispute(mentee).await), "NOTHING_TO_DISPUTE", "once is enough");
    assert_eq!(code(missed.dispute(mentor).await), "NOTHING_TO_DISPUTE", "nobody says that the mentor was absent");
    assert_eq!(code(missed.dispute(&missed.coordinator).await), "NOT_AUTHORIZED");

    let upheld = missed.correct(&missed.coordinator, mentee, true).await.unwrap();
    assert_eq!(upheld.status(), "no_show");
    assert_eq!(missed.seen().await, json!(["no_show", "absent", missed.coordinator.id, false]));
    assert_eq!(missed.completion_rate(mentee).await, 0.0);
    assert_eq!(code(missed.dispute(mentee).await), "NOTHING_TO_DISPUTE", "staff decided");
    assert_eq!(missed.world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn staff_correct_a_no_show_and_history_keeps_it() {
    let missed = Missed::new().await;
    let (mentee, mentor, coordinator) = (&missed.mentee, &missed.mentor, &missed.coordinator);

    let corrected = missed.correct(coordinator, mentee, false).await.unwrap();

    assert_eq!(corrected.status(), "completed");
    assert_eq!(missed.seen().await, json!(["completed", "active", null, false]));
    assert_eq!((missed.completion_rate(mentee).await, missed.completion_rate(mentor).await), (1.0, 1.0));
    let facts = json!({ "user_id": mentee.id, "was_absent": false });
    let words = "The log of the call says so";
    assert_eq!(missed.last_event().await, json!(["no_show_corrected", coordinator.id, "staff", facts, words]));
    missed.world.rate(&missed.booking, mentee, 5).await.unwrap();

    // It was the mentor who did not come.
    assert_eq!(missed.correct(coordinator, mentor, true).await.unwrap().status(), "no_show");
    assert_eq!((missed.completion_rate(mentee).await, missed.completion_rate(mentor).await), (1.0, 0.0));
    assert_eq!(missed.world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn only_staff_who_do_not_take_part_correct_and_only_what_is_over() {
    let missed = Missed::new().await;
    let (world, mentee) = (&missed.world, &missed.mentee);
    for actor in [mentee, &missed.mentor] {
        assert_eq!(code(missed.correct(actor, mentee, false).await), "NOT_AUTHORIZED");
    }
    let stranger = world.mentor().await;
    assert_eq!(code(missed.correct(&missed.coordinator, &stranger, true).await), "VALIDATION_ERROR");
    world.admin.execute("UPDATE convene.users SET role = 'coordinator' WHERE id = $1", &[&mentee.id]).await;
    assert_eq!(code(missed.correct(mentee, mentee, false).await), "NOT_AUTHORIZED", "nor about their own meeting");

    let ahead = world.booking(&world.mentee().await, &stranger, days(3)).await;
    let arguments = json!({ "p_booking_id": ahead.id(), "p_actor_id": missed.coordinator.id, "p_user_id": stranger.id,
        "p_was_absent": true });
    assert_eq!(code(world.act("correct_no_show", arguments).await), "INVALID_TRANSITION");
}

#[tokio::test]
async fn the_others_and_the_coordinators_are_told() {
    let missed = Missed::new().await;
    missed.dispute(&missed.mentee).await.unwrap();
    missed.correct(&missed.coordinator, &missed.mentee, false).await.unwrap();
    missed.world.admin.run("SELECT convene.dispatch_events()").await;
    let told = async |user: &User| {
        let sql =
            "SELECT coalesce(jsonb_agg(n.message ORDER BY n.created_at, n.kind), '[]') AS told FROM convene.notices n
            WHERE n.user_id = $1 AND n.kind IN ('booking_no_show_disputed', 'booking_no_show_corrected')";
        missed.world.admin.json(sql, &[&user.id]).await["told"].clone()
    };
    let to_mentor = told(&missed.mentor).await.to_string();
    assert!(
        to_mentor.contains("says that they did not miss your meeting") && to_mentor.contains("I was there"),
        "{to_mentor}"
    );
    assert!(to_mentor.contains("corrected who missed your meeting"), "{to_mentor}");
    assert_eq!(told(&missed.mentee).await.as_array().unwrap().len(), 2);
    let to_coordinator = told(&missed.coordinator).await;
    assert_eq!(to_coordinator.as_array().unwrap().len(), 1);
    assert!(to_coordinator.to_string().contains("Please decide."), "{to_coordinator}");
}

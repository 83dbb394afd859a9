//! What people are told of their bookings: to whom, in whose time, and once.

use serde_json::{Value, json};
use support::{Sql, User, World, days, hours};

/// Two people with names, in two zones, and what they are told.
struct Pair {
    world: World,
    mentee: User,
    mentor: User,
}

impl Pair {
    async fn new() -> Self {
        let world = World::new().await;
        let (mentee, mentor) = (world.mentee().await, world.mentor().await);
        for (user, name, zone) in [(&mentee, "Mina", "America/New_York"), (&mentor, "Theo", "Asia/Kolkata")] {
            let sql = "UPDATE convene.users SET name = $2, time_zone = $3::text WHERE id = $1";
            world.admin.execute(sql, &[&user.id, &name, &zone]).await;
        }
        Self { world, mentee, mentor }
    }

    /// Fans out, and reads what is new: to the mentee, then to the mentor, as `title: message`.
    async fn told(&self) -> Vec<String> {
        self.world.sql.run("SELECT convene.dispatch_events()").await;
        let sql = "WITH read AS (DELETE FROM convene.notification_log)
            SELECT user_name || ' < ' || title || ': ' || message FROM convene.notices ORDER BY 1";
        self.world.admin.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect()
    }

    /// A booking's start as a zone's clocks show it.
    async fn shown(&self, start: jiff::Timestamp, zone: &str) -> String {
        let zoned = start.to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        format!("{} ({zone})", zoned.strftime("%A, %-d %B %Y, %H:%M"))
    }

    async fn at(&self, start: jiff::Timestamp) -> (String, String) {
        (self.shown(start, "America/New_York").await, self.shown(start, "Asia/Kolkata").await)
    }
}

#[tokio::test]
async fn both_are_told_of_everything_that_happens_each_in_their_own_time() {
    let pair = Pair::new().await;
    let world = &pair.world;
    let request = world.request(&pair.mentee, &pair.mentor, days(3)).await;
    let (here, there) = pair.at(request.time("start_time")).await;
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting requested: You asked to meet Theo on {here}. They will confirm or decline."),
            format!("Theo < Meeting requested: Mina asks to meet you on {there}. Please confirm or decline."),
        ]
    );

    world.confirm(&request, &pair.mentor).await.unwrap();
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting confirmed: You meet Theo on {here}."),
            format!("Theo < Meeting confirmed: You meet Mina on {there}."),
        ]
    );

    let slot = world.slot(&pair.mentor, days(4)).await;
    world.reschedule(&request, &pair.mentor, &slot).await.unwrap();
    let (here_next, there_next) = pair.at(slot.start).await;
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting moved: Theo moved your meeting from {here} to {here_next}."),
            format!("Theo < Meeting moved: You moved your meeting with Mina from {there} to {there_next}."),
        ]
    );

    world.let_start(&request, hours(-1)).await;
    let moved = world.complete(&request, &pair.mentor).await.unwrap();
    let (here, there) = pair.at(moved.time("start_time")).await;
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting completed: Your meeting with Theo on {here} is completed. You can rate it now."),
            format!("Theo < Meeting completed: Your meeting with Mina on {there} is completed. You can rate it now."),
        ]
    );

    world.rate(&request, &pair.mentee, 5).await.unwrap();
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting rated: You rated your meeting with Theo of {here}."),
            format!("Theo < Meeting rated: Mina rated your meeting of {there}."),
        ]
    );
    assert_eq!(pair.told().await, [] as [String; 0], "everything is told once");
}

#[tokio::test]
async fn the_other_is_told_why_a_meeting_does_not_take_place() {
    let pair = Pair::new().await;
    let world = &pair.world;
    let request = world.request(&pair.mentee, &pair.mentor, days(3)).await;
    pair.told().await;
    let (here, there) = pair.at(request.time("start_time")).await;
    let why = json!({ "p_booking_id": request.id(), "p_actor_id": pair.mentor.id, "p_reason": "I am at sea" });
    world.act("decline_booking", why).await.unwrap();
    assert_eq!(
        pair.told().await,
        [
            format!(
                "Mina < Meeting request declined: Theo declined the request for your meeting on {here}. They wrote: I am at sea"
            ),
            format!("Theo < Meeting request declined: You declined the request for your meeting with Mina on {there}."),
        ]
    );

    let booking = world.booking(&pair.mentee, &pair.mentor, days(3)).await;
    pair.told().await;
    let (here, there) = pair.at(booking.time("start_time")).await;
    let why = json!({
        "p_booking_id": booking.id(), "p_actor_id": pair.mentee.id, "p_reason": "emergency", "p_notes": "The server room burns",
    });
    world.act("cancel_booking", why).await.unwrap();
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting canceled: You canceled your meeting with Theo on {here}."),
            format!(
                "Theo < Meeting canceled: Mina canceled your meeting on {there}. They wrote: The server room burns"
            ),
        ]
    );

    let booking = world.booking(&pair.mentee, &pair.mentor, days(3)).await;
    world.let_start(&booking, hours(-1)).await;
    pair.told().await;
    let missed = world.no_show(&booking, &pair.mentor, &pair.mentee).await.unwrap();
    let (here, there) = pair.at(missed.time("start_time")).await;
    assert_eq!(
        pair.told().await,
        [
            format!("Mina < Meeting missed: Your meeting with Theo on {here} did not take place. Mina did not come."),
            format!("Theo < Meeting missed: Your meeting with Mina on {there} did not take place. Mina did not come."),
        ]
    );
}

#[tokio::test]
async fn coordinators_are_told_of_late_cancellations_and_of_no_others() {
    let pair = Pair::new().await;
    let world = &pair.world;
    let coordinator = world.coordinator().await;
    let former = world.coordinator().await;
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&former.id]).await;
    world.user_in(&world.other_organization("elsewhere").await, "coordinator").await;
    let told = "SELECT user_id, kind, message FROM convene.notices WHERE kind = 'booking_canceled_late'";

    let early = world.booking(&pair.mentee, &pair.mentor, hours(3)).await;
    world.cancel(&early, &pair.mentee).await.unwrap();
    let by_staff = world.booking(&pair.mentee, &pair.mentor, hours(1)).await;
    world.cancel(&by_staff, &coordinator).await.unwrap();
    world.sql.run("SELECT convene.dispatch_events()").await;
    assert_eq!(world.admin.rows(told, &[]).await.len(), 0);

    let late = world.booking(&pair.mentee, &pair.mentor, hours(1)).await;
    world.cancel(&late, &pair.mentee).await.unwrap();
    world.sql.run("SELECT convene.dispatch_events()").await;
    let start = pair.shown(late.time("start_time"), "UTC").await;
    assert_eq!(
        world.admin.json(told, &[]).await,
        json!({
            "user_id": coordinator.id, "kind": "booking_canceled_late",
            "message": format!("Mina canceled their meeting with Theo on {start} shortly before it."),
        })
    );
}

async fn count(world: &World, of: &str) -> i64 {
    world.admin.value(&format!("SELECT count(*) FROM convene.{of}"), &[]).await
}

#[tokio::test]
async fn many_who_fan_out_at_once_tell_everybody_once() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    for day in 2..42 {
        world.booking(&mentee, &mentor, days(day)).await;
    }
    let others = [world.connect().await, world.connect().await, world.connect().await];
    let fan_out = async |sql: &Sql| {
        let mut taken = 0;
        loop {
            let some = sql.call_one("dispatch_events", json!({ "p_limit": 7 })).await.unwrap().as_i64().unwrap();
            taken += some;
            // Another may hold what is left.
            if some == 0 {
                return taken;
            }
        }
    };

    let (one, two, three) = tokio::join!(fan_out(&others[0]), fan_out(&others[1]), fan_out(&others[2]));

    assert_eq!(one + two + three, 40);
    assert_eq!(
        (count(&world, "notification_log").await, count(&world, "booking_events WHERE dispatched_at IS NULL").await),
        (80, 0)
    );
    let twice = "(SELECT FROM convene.notification_log GROUP BY user_id, kind, event_seq HAVING count(*) > 1) AS twice";
    assert_eq!(world.admin.value::<i64>(&format!("SELECT count(*) FROM {twice}"), &[]).await, 0);
}

#[tokio::test]
async fn fanning_out_that_was_interrupted_is_done_again_and_not_twice() {
    let world = World::new().await;
    world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    let crashing = world.connect().await;
    crashing.run("BEGIN").await;
    assert_eq!(crashing.call_one("dispatch_events", json!({})).await.unwrap(), json!(1));
    // While it is held, nobody else takes it, and nobody waits for it.
    assert_eq!(world.sql.call_one("dispatch_events", json!({})).await.unwrap(), json!(0));
    let pid: i32 = crashing.value("SELECT pg_backend_pid()", &[]).await;
    // Waits until the session is gone.
    assert!(world.admin.value::<bool>("SELECT pg_terminate_backend($1, 10000)", &[&pid]).await);

    assert_eq!(world.sql.call_one("dispatch_events", json!({})).await.unwrap(), json!(1));
    assert_eq!(world.sql.call_one("dispatch_events", json!({})).await.unwrap(), json!(0));
    assert_eq!(count(&world, "notification_log").await, 2);
}

#[tokio::test]
async fn the_oldest_are_told_first_and_limits_are_checked() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    for day in 2..5 {
        world.booking(&mentee, &mentor, days(day)).await;
    }
    assert_eq!(world.sql.call_one("dispatch_events", json!({ "p_limit": 2 })).await.unwrap(), json!(2));
    let left = "SELECT array_agg(seq = (SELECT max(seq) FROM convene.booking_events)) FROM convene.booking_events WHERE dispatched_at IS NULL";
    assert_eq!(world.admin.value::<Vec<bool>>(left, &[]).await, [true]);
    for limit in [json!(0), json!(-1), json!(10_001), Value::Null] {
        let no = world.sql.call("dispatch_events", json!({ "p_limit": limit })).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("limit")), "{limit}");
    }
}

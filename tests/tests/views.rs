//! What operators look at.

use serde_json::{Value, json};
use support::{World, days, hours, minutes};

async fn rows(world: &World, sql: &str) -> Vec<Value> {
    let sql = format!("SELECT to_jsonb(answer) FROM ({sql}) AS answer");
    world.admin.rows(&sql, &[]).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn todays_bookings_are_those_of_the_organizations_day() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let soon = world.booking(&mentee, &mentor, hours(1)).await;
    world.booking(&mentee, &mentor, days(2)).await;
    // Zones at both ends of the world: their days differ, and each has its own view of what is today.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
        world.policy("time_zone", zone).await;
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        let start = soon.time("start_time").to_zoned(now.time_zone().clone());

        let today =
            rows(&world, "SELECT booking_id, local_start, status, organization FROM convene.todays_bookings").await;

        let expected = json!({
            "booking_id": soon.id(), "local_start": start.strftime("%FT%T").to_string(), "status": "confirmed",
            "organization": "test",
        });
        assert_eq!(today, if start.date() == now.date() { vec![expected] } else { vec![] }, "{zone}");
    }
}

#[tokio::test]
async fn pending_requests_say_when_they_lapse() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let near = world.request(&mentee, &mentor, days(2)).await;
    let far = world.request(&mentee, &mentor, days(20)).await;
    world.booking(&mentee, &mentor, days(3)).await;

    let waiting = rows(
        &world,
        "SELECT booking_id, expires_at = start_time AS with_the_start, expires_at = created_at + interval '7 days' AS after_a_week,
             age >= interval '0' AS has_age, mentor_email, mentee_email
         FROM convene.pending_requests ORDER BY start_time",
    )
    .await;

    let row = |id, with_the_start: bool| {
        json!({
            "booking_id": id, "with_the_start": with_the_start, "after_a_week": !with_the_start, "has_age": true,
            "mentor_email": mentor.email, "mentee_email": mentee.email,
        })
    };
    assert_eq!(waiting, [row(near.id(), true), row(far.id(), false)]);
}

#[tokio::test]
async fn utilisation_counts_offered_and_booked_slots_of_thirty_days_each_way() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, mentor, idle) = (world.mentee().await, world.mentor().await, world.mentor().await);
    let past = world.booking(&mentee, &mentor, days(5)).await;
    world.let_start(&past, days(-5)).await;
    world.complete(&past, &mentor).await.unwrap();
    for from_now in [days(-29), minutes(-40), days(-31), days(31), days(29)] {
        world.slot(&mentor, from_now).await;
    }
    world.booking(&mentee, &mentor, days(1)).await;
    let canceled = world.booking(&mentee, &mentor, days(2)).await;
    world.cancel(&canceled, &mentee).await.unwrap();
    world.withdraw(&world.slot(&mentor, days(3)).await).await;

    let used = rows(
        &world,
        "SELECT mentor_id, offered_past, booked_past, round(utilisation_past::numeric, 3)::text AS past, offered_ahead,
             booked_ahead, round(utilisation_ahead::numeric, 3)::text AS ahead
         FROM convene.mentor_utilisation ORDER BY offered_past DESC",
    )
    .await;

    assert_eq!(
        used,
        [
            json!({
                "mentor_id": mentor.id, "offered_past": 3, "booked_past": 1, "past": "0.333", "offered_ahead": 3,
                "booked_ahead": 1, "ahead": "0.333",
            }),
            json!({
                "mentor_id": idle.id, "offered_past": 0, "booked_past": 0, "past": null, "offered_ahead": 0,
                "booked_ahead": 0, "ahead": null,
            }),
        ]
    );
}

#[tokio::test]
async fn tiers_are_distributed_within_each_role_of_each_organization() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    for tier in ["bronze", "bronze", "bronze", "platinum"] {
        world.with_tier(world.mentee().await, tier).await;
    }
    world.with_tier(world.mentor().await, "gold").await;
    world.with_tier(world.user_in(&elsewhere, "mentee").await, "bronze").await;
    world.coordinator().await;
    let asleep = world.with_tier(world.mentee().await, "platinum").await;
    world.admin.execute("UPDATE convene.users SET dormant_since = now() WHERE id = $1", &[&asleep.id]).await;
    let former = world.mentee().await;
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&former.id]).await;

    let distribution = rows(
        &world,
        "SELECT organization, role, tier, users, round(share, 2)::text AS share, dormant FROM convene.tier_distribution
         ORDER BY organization, role, tier",
    )
    .await;

    let row = |organization, role, tier, users, share, dormant| json!({ "organization": organization, "role": role, "tier": tier, "users": users, "share": share, "dormant": dormant });
    assert_eq!(
        distribution,
        [
            row("elsewhere", "mentee", "bronze", 1, "1.00", 0),
            row("test", "mentee", "bronze", 3, "0.60", 0),
            row("test", "mentee", "platinum", 2, "0.40", 1),
            row("test", "mentor", "gold", 1, "1.00", 0),
        ]
    );
}

#[tokio::test]
async fn overrides_wait_until_somebody_decides() {
    let world = World::new().await;
    let mentee = world.with_tier(world.mentee().await, "bronze").await;
    let mentor = world.with_tier(world.mentor().await, "gold").await;
    let asked = json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id, "p_reason": "They wrote the book on it" });
    let request = world.sql.call_one("request_tier_override", asked).await.unwrap();
    let waiting = "SELECT request_id, mentee_email, mentee_tier, mentor_tier, reason, expires_at - created_at > interval '6 days' AS for_days
        FROM convene.overrides_waiting";

    assert_eq!(
        rows(&world, waiting).await,
        [json!({
            "request_id": request["id"], "mentee_email": mentee.email, "mentee_tier": "bronze", "mentor_tier": "gold",
            "reason": "They wrote the book on it", "for_days": true,
        })]
    );

    let coordinator = world.coordinator().await;
    let no = json!({ "p_request_id": request["id"], "p_reviewer_id": coordinator.id, "p_approve": false });
    world.sql.call_one("review_tier_override", no).await.unwrap();
    assert_eq!(rows(&world, waiting).await, [] as [Value; 0]);
}

#[tokio::test]
async fn every_query_file_for_psql_runs() {
    use support::program::postgres_program;
    use support::surroundings::{root, url_of};
    let world = World::new().await;
    let url = url_of(&world.database.admin());
    let mut count = 0;
    for file in std::fs::read_dir(root().join("sql/queries")).unwrap() {
        let path = file.unwrap().path();
        let path = path.to_string_lossy();
        postgres_program("psql", &["-X", "-v", "ON_ERROR_STOP=1", "-d", &url, "-f", &path]).await.succeeded();
        count += 1;
    }
    assert!(count >= 7, "only {count}");
}

/// What is more to it is tested with the rules.
#[tokio::test]
async fn the_last_time_a_schedule_fell_due_is_found() {
    let world = World::new().await;
    for (schedule, at, due) in [
        (Some("*/15 * * * *"), Some("2026-03-04 05:14:59Z"), Some("2026-03-04 05:00")),
        (Some("nonsense"), Some("2026-03-04 00:00:00Z"), None),
        (Some("* * * * *"), Some("infinity"), None),
        (Some("* * * * *"), None, None),
        (None, Some("2026-03-04 00:00:00Z"), None),
    ] {
        let sql =
            "SELECT to_char(convene.last_due($1, ($2::text)::timestamptz) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')";
        assert_eq!(
            world.admin.value::<Option<String>>(sql, &[&schedule, &at]).await.as_deref(),
            due,
            "{schedule:?} at {at:?}"
        );
    }
}

//! Event types: what is shown free is what can be booked, and what is not says why.

use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde_json::{Value, json};
use support::event_types::at_a_quarter;
use support::{Dice, Refused, World, days, hours, minutes};
use uuid::Uuid;

/// The next Monday but one, at midnight in UTC.
fn a_monday() -> Timestamp {
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let ahead = 14 - i64::from(today.weekday().to_monday_zero_offset());
    today.saturating_add(ahead.days()).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn code(outcome: Result<Value, Refused>) -> String {
    outcome.map_or_else(|refused| refused.code, |booking| booking["status"].as_str().unwrap().to_owned())
}

fn in_utc(times: &[Timestamp]) -> Vec<String> {
    times.iter().map(|time| time.to_zoned(TimeZone::UTC).strftime("%a %H:%M").to_string()).collect()
}

#[tokio::test]
async fn times_follow_one_another_within_the_hosts_hours_and_windows_that_touch_are_one() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.make_event_type(json!({ "host_id": host.id }), json!({ "durations": [45, 30] })).await;
    world
        .schedule(
            &host,
            "UTC",
            &json!([[1, "09:00", "10:00"], [1, "10:00", "11:10"], [1, "23:00", "24:00"], [2, "00:00", "00:45"]]),
        )
        .await;

    let monday = a_monday();
    let free = world.free_times(kind, monday, monday + hours(48)).await;

    // 23:45 runs on into Tuesday's window.
    assert_eq!(in_utc(&free), ["Mon 09:00", "Mon 09:45", "Mon 23:00", "Mon 23:45", "Tue 00:00"]);
    let half_hours = json!({ "p_event_type_id": kind, "p_from": monday, "p_to": monday + hours(20), "p_duration": 30 });
    assert_eq!(world.admin.call("available_slots", half_hours).await.unwrap().len(), 4);
    let other = json!({ "p_event_type_id": kind, "p_from": monday, "p_to": monday + hours(20), "p_duration": 20 });
    let refused = world.admin.call("available_slots", other).await.unwrap_err();
    assert_eq!(refused.code, "VALIDATION_ERROR");
}

#[tokio::test]
async fn whatever_is_shown_is_accepted_and_whatever_is_not_is_refused_with_the_first_reason_explained() {
    let world = World::new().await;
    let (host, attendee) = (world.mentor().await, world.mentee().await);
    let columns = json!({
        "durations": [30], "slot_interval_minutes": 15, "buffer_before_minutes": 10, "buffer_after_minutes": 5,
        "minimum_notice_minutes": 90, "horizon_days": 3, "limit_per_day": 3,
    });
    let kind = world.event_type(&host, columns).await;
    let taken = at_a_quarter(hours(30));
    assert_eq!(code(world.book_time(kind, &attendee, taken).await), "confirmed");
    world.slot(&host, hours(40)).await;

    let start = at_a_quarter(hours(0)) - hours(1);
    let end = start + days(4);
    let shown = world.free_times(kind, start, end).await;
    assert!(shown.len() > 100, "{}", shown.len());

    let mut dice = Dice::new(7);
    let mut times: Vec<Timestamp> =
        (0..60).map(|_| start + minutes(5 * i64::try_from(dice.below(1_100)).unwrap())).collect();
    times.extend([taken, taken + minutes(30), taken - minutes(30), taken + minutes(45)]);
    for time in times {
        world.admin.run("BEGIN").await;
        let arguments = json!({ "p_event_type_id": kind, "p_attendee_id": attendee.id, "p_start": time });
        let outcome = world.admin.attempt("book_event_type", &arguments).await;
        world.admin.run("ROLLBACK").await;
        let reasons = world.explain_time(kind, time).await;
        // The attendee's own meeting is nothing that the page knows of.
        let is_own = time < taken + minutes(30) && time + minutes(30) > taken;
        assert_eq!(outcome.is_ok(), shown.contains(&time) && !is_own, "{time}: {reasons:?}");
        assert_eq!(reasons.is_empty(), shown.contains(&time), "{time}: {reasons:?}");
    }
}

#[tokio::test]
async fn limits_end_a_day_a_week_and_a_month_and_say_when_there_is_room_again() {
    let world = World::new().await;
    let host = world.mentor().await;
    let columns = json!({ "durations": [30, 60], "limit_per_day": 2, "minutes_per_week": 120 });
    let kind = world.event_type(&host, columns).await;
    world
        .schedule(&host, "Europe/Berlin", &json!([[1, "00:00", "24:00"], [2, "00:00", "24:00"], [3, "00:00", "24:00"]]))
        .await;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let date = a_monday().to_zoned(zone.clone()).date();
    let at = |day: i64, hour: i8| {
        date.saturating_add(day.days()).to_datetime(time(hour, 0, 0, 0)).to_zoned(zone.clone()).unwrap().timestamp()
    };
    let book = async |start| world.book_time(kind, &world.mentee().await, start).await;

    assert_eq!(code(book(at(0, 0)).await), "confirmed");
    assert_eq!(code(book(at(0, 23)).await), "confirmed");
    let full = book(at(0, 12)).await.unwrap_err();
    assert_eq!((full.code.as_str(), full.details["period"].as_str()), ("EVENT_TYPE_LIMIT_REACHED", Some("day")));
    assert_eq!(full.details["again_from"], json!(date.saturating_add(1.days())));
    let long = json!({ "p_event_type_id": kind, "p_attendee_id": world.mentee().await.id, "p_start": at(1, 1), "p_duration": 60 });
    assert_eq!(code(world.admin.call_one("book_event_type", long.clone()).await), "confirmed");
    let full = book(at(2, 12)).await.unwrap_err();
    assert_eq!((full.details["period"].as_str(), full.details["unit"].as_str()), (Some("week"), Some("minutes")));
    assert_eq!(full.details["again_from"], json!(date.saturating_add(7.days())));
    let shown = world.free_times(kind, at(0, 0), at(6, 0)).await;
    assert_eq!(shown, [] as [Timestamp; 0]);
    assert!(!world.free_times(kind, at(7, 0), at(8, 0)).await.is_empty());
}

#[tokio::test]
async fn dates_beyond_the_horizon_say_when_they_open() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({ "horizon_days": 7 })).await;
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let at_noon =
        |day: i64| today.saturating_add(day.days()).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();

    let refused = world.book_time(kind, &world.mentee().await, at_noon(9)).await.unwrap_err();

    assert_eq!(refused.code, "OUTSIDE_HORIZON");
    assert_eq!(refused.details["bookable_until"], json!(today.saturating_add(6.days())));
    assert_eq!(refused.details["opens_on"], json!(today.saturating_add(3.days())));
    let shown = world.free_times(kind, at_noon(0), at_noon(300)).await;
    assert!(shown.last().unwrap() < &at_noon(7), "{:?}", shown.last());
    assert_eq!(world.explain_time(kind, at_noon(9)).await, ["OUTSIDE_HORIZON"]);
}

#[tokio::test]
async fn dated_hours_days_off_and_travels_change_single_dates() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.make_event_type(json!({ "host_id": host.id }), json!({ "durations": [60] })).await;
    let every_day: Vec<Value> = (1..=7).map(|day| json!([day, "09:00", "11:00"])).collect();
    let schedule = world.schedule(&host, "UTC", &Value::Array(every_day)).await;
    let monday = a_monday();
    let date = |days: i64| monday.to_zoned(TimeZone::UTC).date().saturating_add(days.days());
    let overrides =
        "INSERT INTO convene.availability_overrides (org_id, schedule_id, day, start_time, end_time, is_off)
        VALUES ($1, $2, $3::text::date, '14:00', '15:00', false), ($1, $2, $4::text::date, '00:00', '24:00', true)";
    let dates = [date(1).to_string(), date(2).to_string(), date(3).to_string()];
    world.admin.execute(overrides, &[&world.org.id, &schedule, &dates[0], &dates[1]]).await;
    let day_off = "INSERT INTO convene.blackout_dates (org_id, id, mentor_id, day) VALUES ($1, convene.new_id($1), $2, $3::text::date)";
    world.admin.execute(day_off, &[&world.org.id, &host.id, &dates[2]]).await;
    let travel = "INSERT INTO convene.travel_dates (org_id, user_id, first_day, last_day, time_zone)
        VALUES ($1, $2, $3::text::date, $3::text::date, 'Asia/Tokyo')";
    world.admin.execute(travel, &[&world.org.id, &host.id, &date(4).to_string()]).await;

    let free = world.free_times(kind, monday, monday + days(5)).await;

    assert_eq!(in_utc(&free), ["Mon 09:00", "Mon 10:00", "Tue 14:00", "Fri 00:00", "Fri 01:00"]);
}

#[tokio::test]
async fn office_hours_calendars_and_event_types_take_the_same_time() {
    let world = World::new().await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let kind = world.event_type(&mentor, json!({ "slot_interval_minutes": 5 })).await;
    let start = at_a_quarter(hours(50));
    let slot = world.slot_at(&mentor, start).await;
    world.book(&mentee, &slot).await.unwrap();

    assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "TIME_NOT_AVAILABLE");
    assert_eq!(world.explain_time(kind, start).await, ["MENTOR_BOOKING_CONFLICT"]);
    assert!(!world.free_times(kind, start, start + minutes(5)).await.contains(&start));

    // And the other way round.
    let later = at_a_quarter(hours(60));
    let beside = world.slot_at(&mentor, later).await;
    assert_eq!(code(world.book_time(kind, &world.mentee().await, later).await), "confirmed");
    assert_eq!(world.book(&mentee, &beside).await.unwrap_err().code, "MENTOR_BOOKING_CONFLICT");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn one_of_many_guests_gets_a_time_and_the_others_learn_only_that_it_is_gone() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({})).await;
    let start = at_a_quarter(hours(40));
    let start = Timestamp::from_second(start.as_second() - start.as_second() % 1800).unwrap();
    let connections =
        futures_util::future::join_all((0..12).map(async |_| support::Sql::connect(&world.database.admin()).await))
            .await;
    let outcomes = futures_util::future::join_all(
        connections
            .iter()
            .enumerate()
            .map(async |(nth, sql)| sql.call_one("book_event_type_as_guest", guest(kind, start, nth)).await),
    )
    .await;

    let mut codes: Vec<String> = outcomes.into_iter().map(code).collect();
    codes.sort();
    assert_eq!(codes.iter().filter(|code| *code == "confirmed").count(), 1);
    assert_eq!(codes.iter().filter(|code| *code == "TIME_NOT_AVAILABLE").count(), 11);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

fn guest(kind: Uuid, start: Timestamp, nth: usize) -> Value {
    json!({
        "p_event_type_id": kind, "p_start": start, "p_key_id": "7", "p_contact": "\\xff",
        "p_email_index": format!("\\x{}", format!("{nth:02x}").repeat(32)),
    })
}

#[tokio::test]
async fn the_same_key_of_a_page_books_once() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({})).await;
    let start = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(45))).await[0];
    let mut asked = guest(kind, start, 1);
    asked["p_idempotency_key"] = json!("form-1");

    let first = world.admin.call_one("book_event_type_as_guest", asked.clone()).await.unwrap();
    let again = world.admin.call_one("book_event_type_as_guest", asked.clone()).await.unwrap();
    assert_eq!(
        (&first["id"], first["replayed"].as_bool(), again["replayed"].as_bool()),
        (&again["id"], Some(false), Some(true))
    );
    asked["p_start"] = json!(start + minutes(30));
    let other = world.admin.call_one("book_event_type_as_guest", asked).await.unwrap_err();
    assert_eq!(other.code, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_private_event_type_needs_a_link_that_works_and_each_booking_uses_it() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({ "is_private": true })).await;
    let times = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(45))).await;
    let link = "INSERT INTO convene.event_type_links (org_id, id, event_type_id, token_hash, uses_most)
        VALUES ($1, convene.new_id($1), $2, sha256('secret'), 1)";
    world.admin.execute(link, &[&world.org.id, &kind]).await;
    let hash: Vec<u8> = world.admin.value("SELECT sha256('secret')", &[]).await;
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let with_link = |start, link: &str| {
        let mut asked = guest(kind, start, 1);
        asked["p_link_token_hash"] = json!(format!("\\x{link}"));
        asked
    };
    let book = async |asked| code(world.admin.call_one("book_event_type_as_guest", asked).await);

    assert_eq!(book(guest(kind, times[0], 1)).await, "PRIVATE_LINK_INVALID");
    assert_eq!(book(with_link(times[0], &"00".repeat(32))).await, "PRIVATE_LINK_INVALID");
    assert_eq!(book(with_link(times[0], &hash)).await, "confirmed");
    assert_eq!(book(with_link(times[1], &hash)).await, "PRIVATE_LINK_INVALID");
}

#[tokio::test]
async fn a_round_robin_takes_turns_among_those_who_are_free_and_history_says_why() {
    let world = World::new().await;
    let hosts = [world.mentor().await, world.mentor().await, world.mentor().await];
    let kind = world.team_event_type(&[&hosts[0], &hosts[1], &hosts[2]], "round_robin", json!({})).await;
    let start = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(60))).await[0];

    // The same time thrice: each of them once; then nobody is left.
    for _ in 0..3 {
        assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "confirmed");
    }
    assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "TIME_NOT_AVAILABLE");
    assert_eq!(world.explain_time(kind, start).await, ["MENTOR_BOOKING_CONFLICT"; 3]);
    for _ in 0..6 {
        let next = world.free_times(kind, start + minutes(30), at_a_quarter(hours(100))).await[0];
        assert_eq!(code(world.book_time(kind, &world.mentee().await, next).await), "confirmed");
    }
    let shares: Vec<i64> = world
        .admin
        .value(
            "SELECT array_agg(many ORDER BY many) FROM (SELECT count(*) AS many FROM convene.booking_participants
             WHERE role = 'host' GROUP BY user_id) shares",
            &[],
        )
        .await;
    assert_eq!(shares, [3, 3, 3]);
    let told: i64 = world
        .admin
        .value("SELECT count(*) FROM convene.booking_events WHERE facts -> 'rotation' ->> 'reason' IS NOT NULL", &[])
        .await;
    assert_eq!(told, 9);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_collective_meets_when_all_required_members_are_free_and_others_come_if_they_can() {
    let world = World::new().await;
    let (ada, ben, cat) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let kind = world.team_event_type(&[&ada, &ben, &cat], "collective", json!({ "durations": [60] })).await;
    world
        .admin
        .execute("UPDATE convene.team_event_type_members SET is_required = false WHERE user_id = $1", &[&cat.id])
        .await;
    world.schedule(&ada, "UTC", &json!([[1, "09:00", "12:00"]])).await;
    world.schedule(&ben, "UTC", &json!([[1, "10:15", "13:00"]])).await;
    world.schedule(&cat, "UTC", &json!([[2, "09:00", "12:00"]])).await;
    let monday = a_monday();

    let free = world.free_times(kind, monday, monday + days(2)).await;
    assert_eq!(in_utc(&free), ["Mon 10:15"]);
    let booking = world.book_time(kind, &world.mentee().await, free[0]).await.unwrap();

    let names: Vec<&str> =
        booking["hosts"].as_array().unwrap().iter().map(|host| host["user_id"].as_str().unwrap()).collect();
    let mut expected = [ada.id.to_string(), ben.id.to_string()];
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(world.free_times(kind, monday, monday + days(2)).await, [] as [Timestamp; 0]);
}

#[tokio::test]
async fn who_comes_second_to_a_meeting_of_several_seats_joins_it() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({ "capacity": 2 })).await;
    let start = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(45))).await[0];

    let first = world.book_time(kind, &world.mentee().await, start).await.unwrap();
    assert!(world.free_times(kind, start, start + minutes(1)).await.contains(&start));
    let second = world.admin.call_one("book_event_type_as_guest", guest(kind, start, 1)).await.unwrap();

    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["attendees"].as_array().unwrap().len(), 2);
    assert_eq!(world.free_times(kind, start, start + minutes(1)).await, [] as [Timestamp; 0]);
    assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "BOOKING_FULL");
}

#[tokio::test]
async fn a_held_time_is_nobody_elses_until_it_lapses() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({})).await;
    let start = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(45))).await[0];

    let held =
        world.admin.call_one("hold_event_type", json!({ "p_event_type_id": kind, "p_start": start })).await.unwrap();
    assert_eq!((held["status"].as_str(), held["attendees"].as_array().unwrap().len()), (Some("held"), 0));
    assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "TIME_NOT_AVAILABLE");
    world.admin.run("UPDATE convene.bookings SET held_until = now() - interval '1 second'").await;
    world.settle_lapses().await;

    assert!(world.free_times(kind, start, start + minutes(1)).await.contains(&start));
    assert_eq!(code(world.book_time(kind, &world.mentee().await, start).await), "confirmed");
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

fn series(kind: Uuid, attendee: Uuid, start: Timestamp, every: &str, count: i32) -> Value {
    json!({ "p_event_type_id": kind, "p_attendee_id": attendee, "p_start": start, "p_every": every, "p_count": count })
}

#[tokio::test]
async fn a_series_is_booked_whole_or_not_at_all_unless_what_does_not_fit_is_to_be_left_out() {
    let world = World::new().await;
    let (host, attendee) = (world.mentor().await, world.mentee().await);
    let kind = world.event_type(&host, json!({ "horizon_days": 300 })).await;
    let start = a_monday() + hours(10);
    world.book_time(kind, &world.mentee().await, start + days(7)).await.unwrap();
    let mut asked = series(kind, attendee.id, start, "week", 4);

    let refused = world.admin.call("book_series", asked.clone()).await.unwrap_err();
    assert_eq!(refused.code, "SERIES_NOT_AVAILABLE");
    let missing = json!([{ "start_time": start + days(7), "code": "TIME_NOT_AVAILABLE" }]);
    assert_eq!(refused.details, json!({ "count": 4, "missing": missing }));
    asked["p_leave_out"] = json!(true);
    asked["p_idempotency_key"] = json!("series-1");
    let booked = world.admin.call("book_series", asked.clone()).await.unwrap();
    let again = world.admin.call("book_series", asked).await.unwrap();

    let starts = |rows: &[Value]| rows.iter().map(|row| row["start_time"].clone()).collect::<Vec<_>>();
    assert_eq!(
        starts(&booked),
        [start, start + days(14), start + days(21)].map(|time| json!(time)).map(|time| in_rfc(&time))
    );
    assert_eq!(starts(&again), starts(&booked));
    let places: Vec<i32> = world
        .admin
        .value(
            "SELECT array_agg(series_position ORDER BY start_time) FROM convene.bookings WHERE series_id IS NOT NULL",
            &[],
        )
        .await;
    assert_eq!(places, [1, 3, 4]);
    assert_eq!(world.admin.violations().await, [] as [String; 0]);
}

/// As Postgres writes it.
fn in_rfc(time: &Value) -> Value {
    json!(time.as_str().unwrap().replace('Z', "+00:00"))
}

#[tokio::test]
async fn a_series_keeps_its_time_by_the_clocks_of_its_host() {
    let world = World::new().await;
    let host = world.mentor().await;
    let kind = world.event_type(&host, json!({ "horizon_days": 730 })).await;
    let every_day: Vec<Value> = (1..=7).map(|day| json!([day, "00:00", "24:00"])).collect();
    world.schedule(&host, "Europe/Berlin", &Value::Array(every_day)).await;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let date = a_monday().to_zoned(zone.clone()).date();
    let start = date.to_datetime(time(9, 0, 0, 0)).to_zoned(zone.clone()).unwrap().timestamp();

    let booked =
        world.admin.call("book_series", series(kind, world.mentee().await.id, start, "two_weeks", 26)).await.unwrap();

    assert_eq!(booked.len(), 26);
    for booking in booked {
        let start: Timestamp = booking["start_time"].as_str().unwrap().parse().unwrap();
        assert_eq!(start.to_zoned(zone.clone()).time(), time(9, 0, 0, 0));
    }
}

#[tokio::test]
async fn one_member_of_a_round_robin_hosts_a_whole_series() {
    let world = World::new().await;
    let hosts = [world.mentor().await, world.mentor().await];
    let kind = world.team_event_type(&[&hosts[0], &hosts[1]], "round_robin", json!({})).await;
    let start = world.free_times(kind, at_a_quarter(hours(40)), at_a_quarter(hours(60))).await[0];

    let booked = world.admin.call("book_series", series(kind, world.mentee().await.id, start, "day", 5)).await.unwrap();

    let host = &booked[0]["hosts"][0]["user_id"];
    assert!(booked.iter().all(|booking| &booking["hosts"][0]["user_id"] == host));
    let turns: Vec<f64> =
        world.admin.value("SELECT array_agg(turns ORDER BY turns) FROM convene.team_event_type_members", &[]).await;
    assert_eq!(turns, [0.0, 5.0]);
}

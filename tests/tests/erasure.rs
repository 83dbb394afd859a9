//! What is stored about a person, as they get it, and its end.

use serde_json::{Value, json};
use support::availability::in_days;
use support::{Refused, Service, User, World, days, hours};

/// In everything that the person is called or writes.
const MARK: &str = "Quixotl";

async fn erase(world: &World, actor: &User, user: &User) -> Result<Value, Refused> {
    world.sql.call_one("erase_user", json!({ "p_actor_id": actor.id, "p_user_id": user.id })).await
}

async fn export(world: &World, actor: &User, user: &User) -> Result<Value, Refused> {
    world.sql.call_one("export_user", json!({ "p_actor_id": actor.id, "p_user_id": user.id })).await
}

/// The tables in which a string is found, whatever its case, with how many rows have it.
async fn found(world: &World, string: &str) -> Vec<String> {
    let tables =
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'convene'::regnamespace AND relkind = 'r'";
    let mut found = Vec::new();
    for table in world.admin.rows(tables, &[]).await {
        let table: String = table.get(0);
        let sql = format!("SELECT count(*) FROM {table} t WHERE strpos(lower(t::text), lower($1)) > 0");
        let rows: i64 = world.admin.value(&sql, &[&string]).await;
        if rows > 0 {
            found.push(format!("{table}: {rows}"));
        }
    }
    found.sort();
    found
}

/// Somebody whom everything that only they have is marked with: names then and now, address, profile, addresses, keys,
/// calendars.
async fn marked(world: &World, user: User) -> User {
    let email = format!("{MARK}@home.test");
    world
        .admin
        .execute(
            "UPDATE convene.users SET name = $2, email = ($3::text)::convene.citext WHERE id = $1",
            &[&user.id, &format!("{MARK} the First"), &email],
        )
        .await;
    let changes =
        json!({ "title": format!("{MARK} title"), "company": format!("{MARK} & Co"), "bio": format!("I, {MARK}") });
    world.sql.call_one("update_profile", json!({ "p_user_id": user.id, "p_changes": changes })).await.unwrap();
    let urls = json!([{ "label": MARK, "url": format!("https://{MARK}.test") }]).to_string();
    world.sql.call("set_user_urls", json!({ "p_user_id": user.id, "p_urls": urls })).await.unwrap();
    let key = "SELECT FROM convene.create_api_key($1, $2, '{users:read}', 'cvk_12345678', sha256('key'))";
    world.admin.rows(key, &[&user.id, &format!("{MARK}'s script")]).await;
    let identity = "INSERT INTO convene.user_identities (org_id, id, user_id, issuer, subject)
        VALUES ($1, convene.new_id($1), $2, 'https://issuer.test', $3)";
    world.admin.execute(identity, &[&user.org_id, &user.id, &MARK]).await;
    let phone = "INSERT INTO convene.user_phones (org_id, id, user_id, record_id, key_id, phone)
        VALUES ($1, convene.new_id($1), $2, $3, '7', '\\xff')";
    world.admin.execute(phone, &[&user.org_id, &user.id, &MARK]).await;
    let calendar = "WITH connection AS (
            INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at) VALUES ($1, convene.new_id($1), $2, 'google', now())
            RETURNING org_id, id, user_id
        )
        INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
        SELECT org_id, convene.new_id(org_id), user_id, id, $3, tstzrange(now() - interval '1 day', now() - interval '23 hours') FROM connection";
    world.admin.execute(calendar, &[&user.org_id, &user.id, &email]).await;
    User { email, ..user }
}

async fn book(world: &World, mentee: &User, slot: &support::Slot, key: &str) -> support::Booking {
    let arguments = json!({
        "p_time_slot_id": slot.id, "p_mentee_id": mentee.id, "p_meeting_goal": format!("What {MARK} wants to know"),
        "p_materials_urls": [format!("https://{MARK}.test/deck")], "p_idempotency_key": key,
    });
    world.act("create_booking_atomic", arguments).await.unwrap()
}

async fn rate(world: &World, booking: &support::Booking, rater: &User, comment: &str) {
    let arguments =
        json!({ "p_booking_id": booking.id(), "p_rater_id": rater.id, "p_rating": 4, "p_comment": comment });
    world.sql.call_one("rate_booking", arguments).await.unwrap();
}

async fn cancel_with_notes(world: &World, booking: &support::Booking, actor: &User) {
    let notes = format!("{MARK} has to leave");
    let arguments = json!({ "p_booking_id": booking.id(), "p_actor_id": actor.id, "p_notes": notes });
    world.act("cancel_booking", arguments).await.unwrap();
}

async fn tell(world: &World) {
    world.sql.run("SELECT convene.dispatch_events()").await;
}

/// Renames somebody to what they are called from then on.
async fn rename(world: &World, user: &User) {
    let changes = json!({ "name": format!("{MARK} the Second") });
    world.sql.call_one("update_profile", json!({ "p_user_id": user.id, "p_changes": changes })).await.unwrap();
}

async fn status(world: &World, booking: &support::Booking) -> String {
    world.admin.value("SELECT status FROM convene.bookings WHERE id = $1", &[&booking.id()]).await
}

#[tokio::test]
async fn of_an_erased_mentee_no_table_keeps_a_word() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentor, mentee) = (world.mentor().await, marked(&world, world.mentee().await).await);
    world.coordinator().await;
    let token = support::service::open_session(&world, &mentee).await;
    let ahead = book(&world, &mentee, &world.slot(&mentor, days(3)).await, "1").await;
    let asked = book(&world, &mentee, &world.slot_on_request(&mentor, days(4)).await, "2").await;
    let late = book(&world, &mentee, &world.slot(&mentor, hours(1)).await, "3").await;
    cancel_with_notes(&world, &late, &mentee).await;
    let past = book(&world, &mentee, &world.slot(&mentor, hours(2)).await, "4").await;
    world.let_start(&past, hours(-1)).await;
    world.complete(&past, &mentor).await.unwrap();
    rate(&world, &past, &mentee, &format!("{MARK} liked it")).await;
    rate(&world, &past, &mentor, "Well prepared").await;
    let moved = json!({ "p_booking_id": ahead.id(), "p_actor_id": mentor.id, "p_idempotency_key": "5",
        "p_time_slot_id": world.slot(&mentor, days(5)).await.id });
    world.act("reschedule_booking", moved).await.unwrap();
    tell(&world).await;
    rename(&world, &mentee).await;
    let star = world.with_tier(world.mentor().await, "platinum").await;
    let request = json!({ "p_mentee_id": world.with_tier(mentee.clone(), "bronze").await.id, "p_mentor_id": star.id,
        "p_reason": format!("{MARK} needs it") });
    world.sql.call_one("request_tier_override", request).await.unwrap();
    let tables = [
        "convene.api_keys: 1",
        "convene.booking_events: 1",
        "convene.booking_participants: 4",
        "convene.bookings: 1",
        "convene.calendar_busy_windows: 1",
        "convene.idempotency_requests: 5",
        "convene.ratings: 1",
        "convene.tier_override_requests: 1",
        "convene.user_identities: 1",
        "convene.user_phones: 1",
        "convene.user_urls: 1",
        "convene.users: 1",
    ];
    assert_eq!(found(&world, MARK).await, tables);

    let erased = erase(&world, &mentee, &mentee).await.unwrap();

    assert_eq!(erased, json!({ "bookings_canceled": 2, "slots_removed": 0, "is_complete": true }));
    assert_eq!(found(&world, MARK).await, [] as [String; 0]);
    tell(&world).await;
    assert_eq!(found(&world, MARK).await, [] as [String; 0], "told later");
    // Facts stay, and what others wrote.
    assert_eq!((status(&world, &ahead).await, status(&world, &asked).await), ("canceled".into(), "canceled".into()));
    assert_eq!((status(&world, &late).await, status(&world, &past).await), ("canceled".into(), "completed".into()));
    let kept = "SELECT count(*) || ' ' || sum(rating) || ' ' || string_agg(comment, ',') FROM convene.ratings";
    assert_eq!(world.admin.value::<String>(kept, &[]).await, "2 8 Well prepared");
    // Only the late cancellation of before costs anything.
    assert_eq!(world.admin.value::<i64>("SELECT count(*) FROM convene.reputation_penalties", &[]).await, 1);
    // The others know that the meetings are off.
    let told = "SELECT count(*) FROM convene.notices WHERE user_id = $1 AND kind = 'booking_canceled'
        AND message LIKE 'Erased user canceled your meeting on %'";
    // Also what they were told before names nobody now.
    assert_eq!(world.admin.value::<i64>(told, &[&mentor.id]).await, 3);
    let to_mentee = "SELECT count(*) FROM convene.notification_log WHERE user_id = $1";
    assert_eq!(world.admin.value::<i64>(to_mentee, &[&mentee.id]).await, 0);
    // The slots are free.
    let other = world.with_tier(world.mentee().await, "platinum").await;
    let slot = support::Slot { id: asked.uuid("time_slot_id"), ..world.slot(&mentor, days(9)).await };
    world.book(&other, &slot).await.unwrap();
    // A stored answer is still an answer.
    let stored =
        "SELECT response ->> 'meeting_goal' FROM convene.idempotency_requests WHERE scope = 'user:' || $1::uuid";
    assert_eq!(world.admin.value::<String>(stored, &[&mentor.id]).await, "(erased)");

    let hash = "SELECT count(*) FROM convene.authenticate_session(sha256(convert_to($1, 'UTF8')))";
    assert_eq!(world.admin.value::<i64>(hash, &[&token]).await, 0);
    let jwt = "SELECT count(*) FROM convene.authenticate_subject('https://issuer.test', $1)";
    assert_eq!(world.admin.value::<i64>(jwt, &[&MARK]).await, 0);
    let again = json!({ "p_email": mentee.email, "p_token_hash": format!("\\x{}", "00".repeat(32)) });
    assert_eq!(world.admin.call("open_session", again).await.unwrap_err().code, "VALIDATION_ERROR");
}

#[tokio::test]
async fn of_an_erased_mentor_no_table_keeps_a_word_and_nothing_can_be_booked() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let (mentee, admin) = (world.mentee().await, world.user("admin").await);
    let mentor = marked(&world, world.mentor().await).await;
    let place = json!({ "meeting_type": "in_person_custom", "location_custom": format!("At {MARK}'s") });
    let block = world.block(&mentor, place).await;
    let slots = world.free_slots(&block).await;
    let day_off = json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_day": in_days(20), "p_reason": MARK });
    world.sql.call_one("add_blackout_date", day_off).await.unwrap();
    let booked = world.book(&mentee, &slots[0]).await.unwrap();
    let request = world.request(&mentee, &mentor, days(3)).await;
    let decline =
        json!({ "p_booking_id": request.id(), "p_actor_id": mentor.id, "p_reason": format!("{MARK} is away") });
    world.act("decline_booking", decline).await.unwrap();
    tell(&world).await;
    rename(&world, &mentor).await;
    let tables = [
        "convene.api_keys: 1",
        "convene.availability_blocks: 1",
        "convene.blackout_dates: 1",
        "convene.booking_events: 2",
        "convene.bookings: 2",
        "convene.calendar_busy_windows: 1",
        "convene.user_identities: 1",
        "convene.user_phones: 1",
        "convene.user_urls: 1",
        "convene.users: 1",
    ];
    assert_eq!(found(&world, MARK).await, tables);

    let erased = erase(&world, &admin, &mentor).await.unwrap();

    // The slots of the bookings stay with them, and are offered no more.
    assert_eq!(erased, json!({ "bookings_canceled": 1, "slots_removed": 5, "is_complete": true }));
    assert_eq!(found(&world, MARK).await, [] as [String; 0]);
    assert_eq!(status(&world, &booked).await, "canceled");
    assert_eq!(world.free_slots(&block).await.len(), 0);
    assert_eq!(world.reasons(&mentee, &slots[0]).await[0], "SLOT_WITHDRAWN");
    world.admin.run("CALL convene.run_job('generate_time_slots')").await;
    assert_eq!(world.free_slots(&block).await.len(), 0);
    let listed = world.sql.call("list_mentors", json!({ "p_actor_id": mentee.id })).await.unwrap();
    assert_eq!(listed, [] as [Value; 0]);
}

#[tokio::test]
async fn of_an_erased_coordinator_no_table_keeps_a_word() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let star = world.with_tier(world.mentor().await, "platinum").await;
    let coordinator = marked(&world, world.coordinator().await).await;
    cancel_with_notes(&world, &world.booking(&mentee, &mentor, days(2)).await, &coordinator).await;
    let given = json!({ "p_booking_id": world.booking(&mentee, &mentor, days(3)).await.id(),
        "p_actor_id": coordinator.id, "p_reason": format!("{MARK} thinks it fits better"),
        "p_time_slot_id": world.slot(&world.mentor().await, days(4)).await.id });
    world.act("reassign_booking", given).await.unwrap();
    let ask = json!({ "p_mentee_id": mentee.id, "p_mentor_id": star.id, "p_reason": "They built it before" });
    let request = world.sql.call_one("request_tier_override", ask).await.unwrap();
    let review = json!({ "p_request_id": request["id"], "p_reviewer_id": coordinator.id, "p_approve": true,
        "p_notes": format!("{MARK} agrees") });
    world.sql.call_one("review_tier_override", review).await.unwrap();
    tell(&world).await;
    assert!(found(&world, MARK).await.contains(&"convene.booking_events: 2".to_owned()));

    erase(&world, &coordinator, &coordinator).await.unwrap();

    assert_eq!(found(&world, MARK).await, [] as [String; 0]);
    let reason = "SELECT reason || ': ' || status FROM convene.tier_override_requests";
    assert_eq!(world.admin.value::<String>(reason, &[]).await, "They built it before: approved");
}

#[tokio::test]
async fn erasing_twice_is_erasing_once() {
    let world = World::new().await;
    let (mentee, admin) = (world.mentee().await, world.user("admin").await);
    world.booking(&mentee, &world.mentor().await, days(2)).await;
    erase(&world, &admin, &mentee).await.unwrap();
    let without_times = async || {
        let sql = "SELECT jsonb_agg(to_jsonb(u) - 'updated_at' ORDER BY id) FROM convene.users u";
        world.admin.value::<Value>(sql, &[]).await
    };
    let (before, users) = (world.snapshot().await, without_times().await);

    let again = erase(&world, &admin, &mentee).await.unwrap();

    assert_eq!(again, json!({ "bookings_canceled": 0, "slots_removed": 0, "is_complete": true }));
    let changed: Vec<String> = before
        .iter()
        .zip(world.snapshot().await)
        .filter(|(one, other)| **one != *other)
        .map(|(one, _)| one.0.clone())
        .collect();
    assert!(changed.is_empty() || changed == ["convene.users"], "{changed:?}");
    assert_eq!(without_times().await, users);
    assert_eq!(erase(&world, &mentee, &mentee).await.unwrap_err().code, "USER_INACTIVE");
    // The address is free for somebody new.
    let anew = json!({ "p_org_slug": world.org.slug, "p_email": mentee.email, "p_name": "New", "p_role": "mentee" });
    world.admin.call_one("create_user", anew).await.unwrap();
}

#[tokio::test]
async fn only_the_person_and_admins_export_and_erase() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.booking(&mentee, &mentor, days(2)).await;
    let abroad = world.user_in(&world.other_organization("abroad").await, "admin").await;
    let before = world.snapshot().await;
    for (actor, code) in
        [(&mentor, "NOT_AUTHORIZED"), (&world.coordinator().await, "NOT_AUTHORIZED"), (&abroad, "USER_NOT_FOUND")]
    {
        assert_eq!(erase(&world, actor, &mentee).await.unwrap_err().code, code);
        assert_eq!(export(&world, actor, &mentee).await.unwrap_err().code, code);
    }
    let unchanged = |table: &str| before.iter().find(|row| row.0 == table).unwrap().clone();
    assert!(world.snapshot().await.contains(&unchanged("convene.bookings")));
    let admin = world.user("admin").await;
    assert_eq!(export(&world, &admin, &mentee).await.unwrap()["profile"]["id"], json!(mentee.id));
    erase(&world, &admin, &mentee).await.unwrap();
    assert_eq!(export(&world, &admin, &mentee).await.unwrap_err().code, "USER_NOT_FOUND");
}

#[tokio::test]
async fn an_export_has_everything_that_is_stored_and_no_secret() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let mentor = world.mentor().await;
    let mentee = marked(&world, world.mentee().await).await;
    let tag = world.tag_in(&world.org, "industry", "Food").await;
    world.tag_from_airtable(&mentee, &tag).await;
    support::service::open_session(&world, &mentee).await;
    let past = book(&world, &mentee, &world.slot(&mentor, hours(2)).await, "1").await;
    world.let_start(&past, hours(-1)).await;
    world.complete(&past, &mentor).await.unwrap();
    rate(&world, &past, &mentee, "Good").await;
    rate(&world, &past, &mentor, "Well prepared").await;
    let late = book(&world, &mentee, &world.slot(&mentor, hours(1)).await, "2").await;
    cancel_with_notes(&world, &late, &mentee).await;
    tell(&world).await;

    let export = export(&world, &mentee, &mentee).await.unwrap();

    let counts: Vec<String> = export
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(name, list)| Some(format!("{name}: {}", list.as_array()?.len())))
        .collect();
    assert_eq!(
        counts,
        [
            "api_keys: 1",
            "audit_log: 0",
            "availability_blocks: 0",
            "blackout_dates: 0",
            "bookings: 2",
            "busy_windows: 1",
            "calendar_events: 0",
            "calendars: 1",
            "event_type_links: 0",
            "event_types: 0",
            "identities: 1",
            "notifications: 6",
            "penalties: 1",
            "phones: 1",
            "ratings_given: 1",
            "ratings_received: 1",
            "schedules: 0",
            "sessions: 1",
            "sign_ins: 1",
            "tags: 1",
            "teams: 0",
            "tier_overrides: 0",
            "travel_dates: 0",
            "urls: 1",
        ]
    );
    assert_eq!((&export["profile"]["email"], &export["profile"]["bio"]), (&json!(mentee.email), &json!("I, Quixotl")));
    let history: Vec<&str> = export["bookings"][0]["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(history, ["created", "completed", "rated", "rated"]);
    assert!(!export.to_string().contains("hash") && !export.to_string().contains("org_id"));
}

#[tokio::test]
async fn a_former_mentors_export_has_what_happened_while_the_booking_was_theirs() {
    let world = World::new().await;
    let (mentee, coordinator) = (world.mentee().await, world.coordinator().await);
    let (first, second, third) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let booking = world.request(&mentee, &first, days(2)).await;
    world.confirm(&booking, &first).await.unwrap();
    for (mentor, day, reason) in [(&second, 3, "First is ill"), (&third, 4, "Second has left")] {
        let slot = world.slot(mentor, days(day)).await;
        let given = json!({ "p_booking_id": booking.id(), "p_actor_id": coordinator.id, "p_time_slot_id": slot.id,
            "p_reason": reason });
        world.act("reassign_booking", given).await.unwrap();
    }
    world.cancel(&booking, &mentee).await.unwrap();
    let events = async |mentor: &User, part: &str| -> Vec<String> {
        let export = export(&world, mentor, mentor).await.unwrap();
        let [one] = export["bookings"].as_array().unwrap().as_slice() else { panic!("{export}") };
        assert_eq!((&one["id"], &one["participations"][0]["status"]), (&json!(booking.id()), &json!(part)));
        let history = one["history"].as_array().unwrap().iter();
        history.map(|event| format!("{} {}", event["event"], event["words"]).replace('"', "")).collect()
    };

    let (away, again) = ("reassigned First is ill", "reassigned Second has left");
    assert_eq!(events(&first, "left").await, ["created null", "confirmed null", away]);
    assert_eq!(events(&second, "left").await, [away, again]);
    assert_eq!(events(&third, "active").await, ["created null", "confirmed null", away, again, "canceled null"]);
}

/// Meetings that two people had, where and what about in the words of one of them.
async fn past_meetings(world: &World, mentor: &User, mentee: &User, count: i32) {
    let sql = "WITH kind AS (
            INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
            VALUES ($1, convene.new_id($1), $2, 'chat', 'Chat') RETURNING id
        ),
        meeting AS (
            INSERT INTO convene.bookings (org_id, id, status, event_type_id, start_time, end_time, meeting_type, location)
            SELECT $1, convene.new_id($1), 'completed', kind.id, at, at + interval '30 minutes', 'in_person_custom', $4
            FROM kind, generate_series(1, $5::integer) AS nth, LATERAL (SELECT now() - nth * interval '1 hour' AS at) AS calendar
            RETURNING id, start_time, end_time
        ),
        history AS (
            INSERT INTO convene.booking_events (
                org_id, booking_id, actor_id, acted_as, event, to_status, start_time, end_time, meeting_type, location, hosts,
                attendees, words, dispatched_at
            )
            SELECT $1, id, $2, 'host', 'completed', 'completed', start_time, end_time, 'in_person_custom', $4, ARRAY[$2::uuid],
                ARRAY[$3::uuid], $4, now()
            FROM meeting
        )
        INSERT INTO convene.booking_participants (org_id, booking_id, position, role, user_id, seat, meeting_goal, start_time, blocked)
        SELECT $1, id, 1, 'host', $2, NULL, NULL, start_time, tstzrange(start_time, end_time) FROM meeting
        UNION ALL
        SELECT $1, id, 2, 'attendee', $3, 1, 'To learn', start_time, tstzrange(start_time, end_time) FROM meeting";
    let place = format!("At {MARK}'s");
    world.admin.execute(sql, &[&world.org.id, &mentor.id, &mentee.id, &place, &count]).await;
}

#[tokio::test]
async fn who_had_many_meetings_is_gone_at_once_and_their_words_step_by_step() {
    let world = World::new().await;
    let (mentor, mentee, admin) = (world.mentor().await, world.mentee().await, world.user("admin").await);
    past_meetings(&world, &mentor, &mentee, 450).await;
    let service = Service::start_with(&world.database, &[("CONVENE_WORKERS", "false")]).await;
    let client = service.signed_in(&world, &admin).await;
    let path = format!("/v1/users/{}", mentor.id);

    let begun = client.send(reqwest::Method::DELETE, &path, None).await;

    assert_eq!((begun.status, &begun.body["is_complete"]), (202, &json!(false)));
    let marked = "SELECT count(*) FROM convene.bookings WHERE location <> '(erased)'";
    assert_eq!(world.admin.value::<i64>(marked, &[]).await, 250);
    let name = "SELECT name FROM convene.users WHERE id = $1";
    assert_eq!(world.admin.value::<String>(name, &[&mentor.id]).await, "Erased user");
    let progress = "SELECT bookings_done FROM convene.erasures WHERE finished_at IS NULL";
    assert_eq!(world.admin.value::<i64>(progress, &[]).await, 200);

    let workers = Service::start(&world.database).await;
    let finished = "SELECT count(*) FROM convene.erasures WHERE finished_at IS NOT NULL AND bookings_done = 450";
    for _ in 0..100 {
        if world.admin.value::<i64>(finished, &[]).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(found(&world, MARK).await, [] as [String; 0], "{}", workers.log());
    let left = "SELECT count(*) FROM convene.work_items WHERE queue = 'erasures'";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 0);
    let again = client.send(reqwest::Method::DELETE, &path, None).await;
    assert_eq!((again.status, &again.body["is_complete"]), (200, &json!(true)));
}

#[tokio::test]
async fn hundreds_of_meetings_ahead_are_canceled_step_by_step() {
    let world = World::new().await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    past_meetings(&world, &mentor, &mentee, 250).await;
    world
        .admin
        .run("UPDATE convene.bookings SET status = 'confirmed', start_time = start_time + interval '30 days', end_time = end_time + interval '30 days';
            UPDATE convene.booking_participants SET start_time = start_time + interval '30 days',
                blocked = tstzrange(lower(blocked) + interval '30 days', upper(blocked) + interval '30 days')")
        .await;
    let canceled = "SELECT count(*) FROM convene.bookings WHERE status = 'canceled'";

    let begun = erase(&world, &mentor, &mentor).await.unwrap();

    assert_eq!((&begun["bookings_canceled"], &begun["is_complete"]), (&json!(200), &json!(false)));
    let step = json!({ "p_org_id": world.org.id, "p_user_id": mentor.id });
    for is_complete in [true, true] {
        assert_eq!(world.sql.call_one("continue_erasure", step.clone()).await.unwrap(), json!(is_complete));
        assert_eq!(world.admin.value::<i64>(canceled, &[]).await, 250);
    }
    assert_eq!(found(&world, MARK).await, [] as [String; 0]);
}

/// Who adds a table that points at users decides what of it is exported and what is erased.
#[tokio::test]
async fn every_table_that_points_at_users_is_exported_and_erased() {
    let world = World::new().await;
    let sql = "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c
        WHERE c.contype = 'f' AND c.confrelid = 'convene.users'::regclass ORDER BY 1";
    let body = async |function: &str| -> String {
        world.admin.value("SELECT prosrc FROM pg_proc WHERE oid = ($1::text)::regproc", &[&function]).await
    };
    let exporting = body("convene.export_user").await;
    let forgetting = body("convene.forget_person").await + &body("convene.forget_meetings").await;
    // Nothing personal: times, roles and numbers, which stay.
    let facts = [
        "convene.audit_log",
        "convene.booking_participants",
        "convene.erasures",
        "convene.reputation_penalties",
        "convene.time_slots",
    ];
    // For minutes or a day, and no more than what is exported already.
    let passing = [
        "convene.calendar_connect_states",
        "convene.email_deliveries",
        "convene.idempotency_requests",
        "convene.magic_links",
        // The profile has the short name.
        "convene.public_slugs",
    ];
    // Go with their connection, and the short name with its user.
    let with_another = ["convene.booking_external_events", "convene.calendar_busy_windows", "convene.public_slugs"];
    let names = |sql: &str, table: &str| sql.contains(&format!("{table} "));
    for table in world.admin.rows(sql, &[]).await {
        let table: &str = &table.get::<_, String>(0);
        let (is_fact, is_passing) = (facts.contains(&table), passing.contains(&table));
        let exported = names(&exporting, table);
        assert!(exported || is_passing || is_fact, "{table} is not exported");
        let erased = names(&forgetting, table);
        assert!(erased || is_fact || with_another.contains(&table), "{table} is not erased");
    }
}

#[tokio::test]
async fn who_is_told_of_somebody_at_the_same_moment_does_not_keep_their_name() {
    let world = World::new().await;
    let (mentor, mentee) = (world.mentor().await, marked(&world, world.mentee().await).await);
    book(&world, &mentee, &world.slot(&mentor, days(2)).await, "1").await;
    let (telling, erasing) = (world.connect().await, world.connect().await);
    telling.run("BEGIN; SELECT convene.dispatch_events()").await;

    let erased = erasing.call_one("erase_user", json!({ "p_actor_id": mentee.id, "p_user_id": mentee.id }));
    let told = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        telling.run("COMMIT").await;
    };
    tokio::join!(erased, told).0.unwrap();

    assert_eq!(found(&world, MARK).await, [] as [String; 0]);
}

#[tokio::test]
async fn who_is_erased_while_they_book_has_no_booking_ahead() {
    let world = World::new().await;
    for _ in 0..10 {
        let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(2)).await);
        let (booking, erasing) = (world.connect().await, world.connect().await);

        let (booked, erased) = tokio::join!(
            booking.call_one("create_booking_atomic", support::world::booking_of(&mentee, &slot)),
            erasing.call_one("erase_user", json!({ "p_actor_id": mentee.id, "p_user_id": mentee.id })),
        );

        let canceled = erased.unwrap()["bookings_canceled"] == 1;
        assert_eq!(booked.map_err(|no| no.code).err(), (!canceled).then(|| "USER_INACTIVE".to_owned()));
        let left =
            "SELECT count(*) FROM convene.office_hours_bookings b JOIN convene.time_slots s ON s.id = b.time_slot_id
            WHERE b.mentee_id = $1 AND (b.status <> 'canceled' OR s.booking_id IS NOT NULL)";
        assert_eq!(world.admin.value::<i64>(left, &[&mentee.id]).await, 0);
    }
}

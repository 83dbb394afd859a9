//! Meetings of a team that are assigned in turn: who gets which, when turns are given back, and what happens to the meetings of
//! those who leave.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use support::event_types::at_a_quarter;
use support::{Refused, Team, User, World, days, hours, minutes};
use uuid::Uuid;

/// The same hour on days that follow one another.
fn on_day(day: i64) -> Timestamp {
    at_a_quarter(days(2)) + days(day)
}

async fn hosts(world: &World, count: usize) -> Vec<User> {
    let mut hosts = Vec::new();
    for _ in 0..count {
        hosts.push(world.mentor().await);
    }
    hosts.sort_by_key(|host| host.id);
    hosts
}

async fn book(world: &World, team: Team, start: Timestamp) -> Value {
    let attendee = world.mentee().await;
    world.book_time(team.event_type, &attendee, start).await.unwrap()
}

fn id(booking: &Value) -> Uuid {
    booking["id"].as_str().unwrap().parse().unwrap()
}

async fn reassign(world: &World, booking: &Value, actor: &User, to: Option<&User>) -> Result<Value, Refused> {
    let to = to.map(|to| to.id);
    let arguments = json!({ "p_booking_id": id(booking), "p_actor_id": actor.id, "p_to_user_id": to });
    world.sql.call_one("reassign_host", arguments).await
}

/// As if time had passed: the meeting starts that long from now.
async fn let_start(world: &World, booking: &Value, from_now: SignedDuration) {
    let sql = "WITH moved AS (
            SELECT org_id, id, $2::timestamptz - start_time AS later FROM convene.bookings WHERE id = $1
        ), people AS (
            UPDATE convene.booking_participants p
            SET start_time = p.start_time + m.later, blocked = tstzrange(lower(p.blocked) + m.later, upper(p.blocked) + m.later)
            FROM moved m WHERE p.org_id = m.org_id AND p.booking_id = m.id
        )
        UPDATE convene.bookings b SET start_time = b.start_time + m.later, end_time = b.end_time + m.later
        FROM moved m WHERE b.org_id = m.org_id AND b.id = m.id";
    world.admin.execute(sql, &[&id(booking), &at_a_quarter(from_now)]).await;
}

async fn dispatch(world: &World) {
    world.admin.run("SELECT convene.dispatch_events()").await;
}

#[tokio::test]
async fn meetings_go_around_and_history_says_why_each_went_where() {
    let world = World::new().await;
    let hosts = hosts(&world, 3).await;
    let owner = world.mentor().await;
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1], &hosts[2]], json!({})).await;
    let mut assigned = Vec::new();
    let mut last = Value::Null;
    for day in 0..6 {
        last = book(&world, team, on_day(day)).await;
        assigned.push(World::host_of(&last));
    }
    let ids: Vec<Uuid> = hosts.iter().map(|host| host.id).collect();
    assert_eq!(assigned, [ids.clone(), ids].concat());

    let sql = "SELECT reason, (rotation ->> 'turns')::float8 AS turns, (rotation ->> 'free')::int AS free, status, booking_status
        FROM convene.team_booking_assignments WHERE booking_id = $1";
    assert_eq!(
        world.admin.json(sql, &[&id(&last)]).await,
        json!({ "reason": "fewest_turns", "turns": 1, "free": 3, "status": "active", "booking_status": "confirmed" })
    );
}

#[tokio::test]
async fn weights_and_priorities_share_the_meetings_out() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 3).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1], &hosts[2]], json!({})).await;
    let members = json!([
        { "user_id": hosts[0].id, "weight": 100 },
        { "user_id": hosts[1].id, "weight": 300 },
        { "user_id": hosts[2].id, "priority": 1, "limit_per_week": 2 },
    ]);
    world.share_out(&owner, team.event_type, "round_robin", members).await.unwrap();
    let mut counts: BTreeMap<Uuid, usize> = BTreeMap::new();
    // All in one ISO week: the one of the highest priority takes two, and the others share by weight.
    let monday: Timestamp = world
        .admin
        .value(
            "SELECT date_trunc('week', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '8 days 9 hours'",
            &[],
        )
        .await;
    for nth in 0..10 {
        let booking = book(&world, team, monday + hours(nth)).await;
        *counts.entry(World::host_of(&booking)).or_default() += 1;
    }
    assert_eq!(hosts.iter().map(|host| counts[&host.id]).collect::<Vec<_>>(), [2, 6, 2]);
}

#[tokio::test]
async fn whose_turn_it_is_does_not_depend_on_whose_calendars_are_fresh() {
    let world = World::new().await;
    let (hosts, owner, attendee) = (hosts(&world, 2).await, world.mentor().await, world.mentee().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    for host in &hosts {
        world.connect_calendar(host).await;
    }
    // Those of whoever has the turn were read a while ago.
    let read = "UPDATE convene.calendar_connections
        SET key_id = '7', tokens = '\\xff', synced_at = now() - CASE WHEN user_id = $1 THEN interval '10 minutes' ELSE '0' END";
    world.admin.execute(read, &[&hosts[0].id]).await;
    let start = on_day(0);
    let book = async |accept_stale: bool| {
        let arguments = json!({
            "p_event_type_id": team.event_type, "p_attendee_id": attendee.id, "p_start": start,
            "p_accept_stale": accept_stale,
        });
        world.admin.call_one("book_event_type", arguments).await
    };
    let no = book(false).await.unwrap_err();
    assert_eq!((no.code.as_str(), no.details["connections"].as_array().unwrap().len()), ("CALENDARS_STALE", 1));
    assert_eq!(World::host_of(&book(true).await.unwrap()), hosts[0].id);
}

#[tokio::test]
async fn a_newcomer_begins_where_the_others_are() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 3).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    for day in 0..6 {
        book(&world, team, on_day(day)).await;
    }
    world.open_always(&hosts[2]).await;
    world.add_member(&owner, team.id, &hosts[2]).await.unwrap();
    let members: Vec<Value> = hosts.iter().map(|host| json!({ "user_id": host.id })).collect();
    world.share_out(&owner, team.event_type, "round_robin", json!(members)).await.unwrap();
    assert_eq!(world.turns(team.event_type, &hosts[2]).await.0, 3.0);
    let mut got = 0;
    for day in 6..12 {
        got += usize::from(World::host_of(&book(&world, team, on_day(day)).await) == hosts[2].id);
    }
    assert_eq!(got, 2);
}

#[tokio::test]
async fn a_meeting_that_is_called_off_gives_its_turn_back_and_one_that_took_place_does_not() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 1).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0]], json!({})).await;
    let first = book(&world, team, on_day(0)).await;
    let (_, first_assigned) = world.turns(team.event_type, &hosts[0]).await;
    let second = book(&world, team, on_day(1)).await;
    assert_eq!(world.turns(team.event_type, &hosts[0]).await.0, 2.0);

    let cancel = json!({ "p_booking_id": id(&second), "p_actor_id": hosts[0].id });
    world.sql.call_one("cancel_booking", cancel).await.unwrap();
    dispatch(&world).await;
    assert_eq!(world.turns(team.event_type, &hosts[0]).await, (1.0, first_assigned), "waited since the one before");

    let_start(&world, &first, hours(-1)).await;
    let complete = json!({ "p_booking_id": id(&first), "p_actor_id": hosts[0].id });
    world.sql.call_one("complete_booking", complete).await.unwrap();
    dispatch(&world).await;
    assert_eq!(world.turns(team.event_type, &hosts[0]).await, (1.0, first_assigned));
}

#[tokio::test]
async fn a_declined_and_an_expired_request_give_their_turn_back() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 1).await, world.mentor().await);
    let asks = json!({ "requires_confirmation": true });
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0]], asks).await;
    let declined = book(&world, team, on_day(0)).await;
    let expired = book(&world, team, on_day(1)).await;
    assert_eq!((declined["status"].as_str(), world.turns(team.event_type, &hosts[0]).await.0), (Some("pending"), 2.0));
    let decline = json!({ "p_booking_id": id(&declined), "p_actor_id": hosts[0].id });
    world.sql.call_one("decline_booking", decline).await.unwrap();
    let old = "UPDATE convene.bookings SET created_at = now() - interval '8 days' WHERE id = $1";
    world.admin.execute(old, &[&id(&expired)]).await;
    world.settle_lapses().await;
    world.admin.run("SELECT convene.expire_pending_bookings()").await;
    dispatch(&world).await;
    assert_eq!(world.turns(team.event_type, &hosts[0]).await.0, 0.0);
}

#[tokio::test]
async fn a_turn_comes_back_when_the_attendee_missed_the_meeting_and_not_when_the_host_did() {
    let world = World::new().await;
    let (hosts, owner, coordinator) = (hosts(&world, 2).await, world.mentor().await, world.coordinator().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    let mut meetings = Vec::new();
    for (nth, ago) in [(0, -1), (1, -2)] {
        let attendee = world.mentee().await;
        let booking = world.book_time(team.event_type, &attendee, on_day(nth)).await.unwrap();
        let_start(&world, &booking, hours(ago)).await;
        meetings.push((booking, attendee));
    }
    let turns = async || {
        dispatch(&world).await;
        [world.turns(team.event_type, &hosts[0]).await.0, world.turns(team.event_type, &hosts[1]).await.0]
    };
    let missed = async |(booking, attendee): &(Value, User), host: &User, absent: Uuid| {
        let by = if absent == attendee.id { host.id } else { attendee.id };
        let arguments = json!({ "p_booking_id": id(booking), "p_actor_id": by, "p_absent_user_id": absent });
        world.sql.call_one("mark_no_show", arguments).await.unwrap();
    };
    missed(&meetings[0], &hosts[0], meetings[0].1.id).await;
    missed(&meetings[1], &hosts[1], hosts[1].id).await;
    assert_eq!(turns().await, [0.0, 1.0]);

    let correct = async |(booking, _): &(Value, User), user: Uuid, was_absent: bool| {
        let arguments = json!({
            "p_booking_id": id(booking), "p_actor_id": coordinator.id, "p_user_id": user, "p_was_absent": was_absent,
        });
        world.sql.call_one("correct_no_show", arguments).await.unwrap();
    };
    // The attendee came after all; then it turns out that they did not, and the host neither.
    correct(&meetings[0], meetings[0].1.id, false).await;
    assert_eq!(turns().await, [1.0, 1.0]);
    correct(&meetings[0], meetings[0].1.id, true).await;
    assert_eq!(turns().await, [0.0, 1.0]);
    correct(&meetings[0], hosts[0].id, true).await;
    assert_eq!(turns().await, [1.0, 1.0]);
    // The host was there, and so was nobody else.
    correct(&meetings[1], meetings[1].1.id, true).await;
    correct(&meetings[1], hosts[1].id, false).await;
    assert_eq!(turns().await, [1.0, 0.0]);
}

#[tokio::test]
async fn turns_are_given_back_once_however_events_are_cut_into_batches() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 2).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    for day in 0..8 {
        let booking = book(&world, team, on_day(day)).await;
        if day % 4 != 3 {
            let host = World::host_of(&booking);
            let cancel = json!({ "p_booking_id": id(&booking), "p_actor_id": host });
            world.sql.call_one("cancel_booking", cancel).await.unwrap();
        }
    }
    let others = [world.connect().await, world.connect().await, world.connect().await];
    while others[0].value::<i32>("SELECT convene.dispatch_events(1)", &[]).await > 0 {
        let three = "SELECT convene.dispatch_events(3)";
        tokio::join!(others[1].run(three), others[2].run(three));
    }
    let turns = world.turns(team.event_type, &hosts[0]).await.0 + world.turns(team.event_type, &hosts[1]).await.0;
    assert_eq!(turns, 2.0);
}

#[tokio::test]
async fn a_meeting_goes_to_another_member_with_its_turn() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 3).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1], &hosts[2]], json!({})).await;
    let first = book(&world, team, on_day(0)).await;
    assert_eq!(World::host_of(&first), hosts[0].id);

    let by_rotation = reassign(&world, &first, &owner, None).await.unwrap();
    assert_eq!((World::host_of(&by_rotation), &by_rotation["id"]), (hosts[1].id, &first["id"]));
    let named = reassign(&world, &first, &hosts[1], Some(&hosts[2])).await.unwrap();
    assert_eq!(World::host_of(&named), hosts[2].id);

    let mut turns = Vec::new();
    for host in &hosts {
        turns.push(world.turns(team.event_type, host).await.0);
    }
    assert_eq!(turns, [0.0, 0.0, 1.0]);
    let sql =
        "SELECT string_agg(status || ' ' || reason, ', ' ORDER BY assigned_at) FROM convene.team_booking_assignments";
    let story: String = world.admin.value(sql, &[]).await;
    assert_eq!(story, "left lowest_id, left lowest_id, active by_hand");
    dispatch(&world).await;
    let told = "SELECT count(*) FROM convene.notification_log WHERE kind = 'booking_reassigned' AND user_id = $1";
    assert_eq!(world.admin.value::<i64>(told, &[&hosts[0].id]).await, 1);
    let who = "SELECT string_agg(acted_as, ' ' ORDER BY seq) FROM convene.booking_events WHERE event = 'reassigned'";
    assert_eq!(world.admin.value::<String>(who, &[]).await, "staff host");

    // The last host has the turn, and gives it back.
    let cancel = json!({ "p_booking_id": id(&first), "p_actor_id": hosts[2].id });
    world.sql.call_one("cancel_booking", cancel).await.unwrap();
    dispatch(&world).await;
    assert_eq!(world.turns(team.event_type, &hosts[2]).await, (0.0, None));
}

#[tokio::test]
async fn a_meeting_goes_only_to_a_member_who_is_free_and_by_those_who_may() {
    let world = World::new().await;
    let (hosts, owner, stranger) = (hosts(&world, 2).await, world.mentor().await, world.mentor().await);
    let attendee = world.mentee().await;
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    let booking = world.book_time(team.event_type, &attendee, on_day(0)).await.unwrap();
    let other = book(&world, team, on_day(0)).await;
    assert_ne!(World::host_of(&booking), World::host_of(&other));
    let before = world.snapshot().await;

    let code = |outcome: Result<Value, Refused>| outcome.map_err(|no| no.code).unwrap_err();
    assert_eq!(code(reassign(&world, &booking, &owner, None).await), "TIME_NOT_AVAILABLE");
    assert_eq!(code(reassign(&world, &booking, &owner, Some(&hosts[1])).await), "TIME_NOT_AVAILABLE");
    assert_eq!(code(reassign(&world, &booking, &owner, Some(&hosts[0])).await), "VALIDATION_ERROR");
    assert_eq!(code(reassign(&world, &booking, &owner, Some(&stranger)).await), "TEAM_MEMBER_NOT_FOUND");
    assert_eq!(code(reassign(&world, &booking, &stranger, None).await), "BOOKING_NOT_FOUND");
    assert_eq!(world.snapshot().await, before);
    let cancel = json!({ "p_booking_id": id(&other), "p_actor_id": hosts[1].id });
    world.sql.call_one("cancel_booking", cancel).await.unwrap();
    assert_eq!(code(reassign(&world, &booking, &attendee, None).await), "NOT_AUTHORIZED");
    // Notice was for whoever booked; it does not keep a team from standing in for one another.
    let notice = "UPDATE convene.event_types SET minimum_notice_minutes = 20000, is_active = false";
    world.admin.run(notice).await;
    assert_eq!(World::host_of(&reassign(&world, &booking, &owner, None).await.unwrap()), hosts[1].id);
}

#[tokio::test]
async fn who_leaves_a_team_hands_their_meetings_over_and_those_nobody_can_take_stay() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 2).await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    let mut own = Vec::new();
    for day in 0..4 {
        let booking = book(&world, team, on_day(day)).await;
        if World::host_of(&booking) == hosts[0].id {
            own.push(booking);
        }
    }
    // The other host has something else during the second of them.
    let taken = own[1]["start_time"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let private = world.event_type(&hosts[1], json!({ "slot_interval_minutes": 15 })).await;
    world.book_time(private, &world.mentee().await, taken).await.unwrap();

    let arguments = json!({
        "p_actor_id": hosts[0].id, "p_team_id": team.id, "p_user_id": hosts[0].id, "p_reassign": true,
    });
    let left = world.sql.call("remove_team_member", arguments).await.unwrap();

    assert_eq!(left.len(), 2);
    assert_eq!((&left[0]["to_user_id"], &left[0]["refusal"]), (&json!(hosts[1].id), &Value::Null));
    assert_eq!((&left[1]["to_user_id"], &left[1]["refusal"]), (&Value::Null, &json!("TIME_NOT_AVAILABLE")));
    let still = "SELECT count(*) FROM convene.team_booking_assignments WHERE host_id = $1 AND status = 'active'";
    assert_eq!(world.admin.value::<i64>(still, &[&hosts[0].id]).await, 1);
    assert_eq!(world.admin.value::<i64>(still, &[&hosts[1].id]).await, 3);
    // Who owns the team can still give the last one to somebody, once there is somebody.
    let help = world.mentor().await;
    world.open_always(&help).await;
    world.add_member(&owner, team.id, &help).await.unwrap();
    let members = json!([{ "user_id": hosts[1].id }, { "user_id": help.id }]);
    world.share_out(&owner, team.event_type, "round_robin", members).await.unwrap();
    let arguments = json!({ "p_actor_id": owner.id, "p_team_id": team.id, "p_user_id": hosts[0].id });
    let handed = world.sql.call("reassign_team_meetings", arguments).await.unwrap();
    assert_eq!((handed.len(), &handed[0]["to_user_id"]), (1, &json!(help.id)));
}

/// A client for each start; all must get a meeting.
async fn book_at_once(world: &World, team: Team, starts: impl Iterator<Item = Timestamp>) {
    let mut clients = Vec::new();
    for start in starts {
        let (sql, attendee) = (support::Sql::connect(&world.database.admin()).await, world.mentee().await);
        clients.push(async move {
            let arguments =
                json!({ "p_event_type_id": team.event_type, "p_attendee_id": attendee.id, "p_start": start });
            for _ in 0..50 {
                match sql.attempt("book_event_type", &arguments).await {
                    Ok(_) => return true,
                    // As the service does.
                    Err(error) if Refused::read(error.as_db_error().unwrap()).is_none() => {
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    Err(error) => panic!("{error:?}"),
                }
            }
            false
        });
    }
    assert!(futures_util::future::join_all(clients).await.into_iter().all(|is_booked| is_booked));
}

#[tokio::test]
async fn thirty_two_clients_who_book_at_once_share_the_hosts_fairly_and_nobody_twice() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 4).await, world.mentor().await);
    let all: Vec<&User> = hosts.iter().collect();
    let turns = async |team: Team| {
        let mut turns = Vec::new();
        for host in &hosts {
            turns.push(world.turns(team.event_type, host).await.0);
        }
        turns
    };
    // Eight times, each wanted by four: there is a host for everybody, and only if nobody is taken twice.
    let crowded = world.sharing_team(&owner, "round_robin", &all, json!({})).await;
    book_at_once(&world, crowded, (0..32).map(|nth| on_day(nth % 8))).await;
    assert_eq!(turns(crowded).await, [8.0; 4]);
    // Each at another time: only the rotation shares them out.
    let wide = world.sharing_team(&owner, "round_robin", &all, json!({})).await;
    book_at_once(&world, wide, (0..32).map(|nth| on_day(10) + hours(nth))).await;
    assert_eq!(turns(wide).await, [8.0; 4]);

    let sql = "SELECT host_id, count(*), count(DISTINCT start_time) FROM convene.team_booking_assignments GROUP BY 1";
    let counts = world.admin.rows(sql, &[]).await;
    assert_eq!(counts.len(), 4);
    for row in counts {
        assert_eq!((row.get::<_, i64>(1), row.get::<_, i64>(2)), (16, 16));
    }
}

#[tokio::test]
async fn collective_meetings_count_no_turns() {
    let world = World::new().await;
    let (hosts, owner) = (hosts(&world, 2).await, world.mentor().await);
    let team = world.sharing_team(&owner, "collective", &[&hosts[0], &hosts[1]], json!({})).await;
    let booking = book(&world, team, on_day(0)).await;
    assert_eq!(booking["hosts"].as_array().unwrap().len(), 2);
    let no = reassign(&world, &booking, &owner, None).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("booking_id")));
    let cancel = json!({ "p_booking_id": id(&booking), "p_actor_id": hosts[0].id });
    world.sql.call_one("cancel_booking", cancel).await.unwrap();
    dispatch(&world).await;
    assert_eq!(world.turns(team.event_type, &hosts[0]).await, (0.0, None));
    let reasons = "SELECT count(*) FROM convene.team_booking_assignments WHERE reason IS NULL";
    assert_eq!(world.admin.value::<i64>(reasons, &[]).await, 2);
}

#[tokio::test]
async fn bookings_are_listed_by_team_and_event_type_for_its_members() {
    let world = World::new().await;
    let (hosts, owner, stranger) = (hosts(&world, 2).await, world.mentor().await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&hosts[0], &hosts[1]], json!({})).await;
    let other = world.sharing_team(&owner, "round_robin", &[&hosts[0]], json!({})).await;
    for nth in 0..3 {
        book(&world, team, on_day(nth)).await;
    }
    book(&world, other, on_day(5)).await;
    let list = async |actor: &User, filters: Value| {
        let mut arguments = json!({ "p_actor_id": actor.id, "p_mine": false });
        arguments.as_object_mut().unwrap().extend(filters.as_object().unwrap().clone());
        world.sql.call("list_bookings", arguments).await.map(|rows| rows.len()).map_err(|no| no.code)
    };
    assert_eq!(list(&hosts[1], json!({ "p_team_id": team.id })).await, Ok(3));
    assert_eq!(list(&owner, json!({ "p_team_id": other.id, "p_event_type_id": other.event_type })).await, Ok(1));
    assert_eq!(list(&owner, json!({ "p_team_id": team.id, "p_event_type_id": other.event_type })).await, Ok(0));
    let mine = json!({ "p_team_id": team.id, "p_mine": true });
    assert_eq!(list(&hosts[1], mine).await, Ok(1));
    assert_eq!(list(&stranger, json!({ "p_team_id": team.id })).await, Err("TEAM_NOT_FOUND".to_owned()));
    assert_eq!(list(&hosts[1], json!({ "p_event_type_id": team.event_type })).await, Err("NOT_AUTHORIZED".to_owned()));
    let coordinator = world.coordinator().await;
    assert_eq!(list(&coordinator, json!({ "p_event_type_id": team.event_type })).await, Ok(3));
    assert_eq!(
        list(&coordinator, json!({ "p_event_type_id": Uuid::new_v4() })).await,
        Err("EVENT_TYPE_NOT_FOUND".to_owned())
    );
    let soon = (Timestamp::now() + minutes(1)).to_string();
    assert_eq!(list(&coordinator, json!({ "p_team_id": team.id, "p_to": soon })).await, Ok(0));
}

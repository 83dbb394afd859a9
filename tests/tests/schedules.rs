//! When hosts can be booked for event types: schedules, their windows, stays elsewhere, and days off.

use serde_json::{Value, json};
use support::availability::in_days;
use support::event_types::at_a_quarter;
use support::{Refused, User, World, days};
use uuid::Uuid;

fn id(row: &Value) -> Uuid {
    row["id"].as_str().expect("it has an id").parse().expect("a UUID")
}

async fn create(world: &World, actor: &User, host: &User, schedule: Value) -> Result<Value, Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_host_id": host.id, "p_schedule": schedule });
    world.sql.call_one("create_schedule", arguments).await
}

async fn change(world: &World, actor: &User, schedule: Uuid, changes: Value) -> Result<Value, Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_schedule_id": schedule, "p_changes": changes });
    world.sql.call_one("change_schedule", arguments).await
}

async fn delete(world: &World, actor: &User, schedule: Uuid) -> Result<(), Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_schedule_id": schedule });
    world.sql.call("delete_schedule", arguments).await.map(|_| ())
}

/// Lists are passed as text: an array would be one of SQL.
async fn set(world: &World, actor: &User, what: &str, list: Value, more: Value) -> Result<Vec<Value>, Refused> {
    let mut arguments = json!({ "p_actor_id": actor.id, format!("p_{what}"): list.to_string() });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let function =
        if what == "travel_dates" { "set_travel_dates".to_owned() } else { format!("set_availability_{what}") };
    if what != "travel_dates" && arguments.get("p_schedule_id").is_none() {
        arguments["p_schedule_id"] = Value::Null;
    }
    world.sql.call(&function, arguments).await
}

async fn availability(world: &World, host: &User) -> Value {
    world.sql.call_one("get_availability", json!({ "p_actor_id": host.id, "p_host_id": host.id })).await.unwrap()
}

async fn names(world: &World, host: &User) -> Vec<(String, bool)> {
    let rows = world.sql.call("list_schedules", json!({ "p_actor_id": host.id, "p_host_id": host.id })).await.unwrap();
    rows.iter().map(|row| (row["name"].as_str().unwrap().to_owned(), row["is_default"] == true)).collect()
}

fn listed(names: &[(&str, bool)]) -> Vec<(String, bool)> {
    names.iter().map(|(name, is_default)| ((*name).to_owned(), *is_default)).collect()
}

#[tokio::test]
async fn a_hosts_first_schedule_is_the_default_and_lies_in_their_zone() {
    let world = World::new().await;
    for role in ["mentor", "coordinator", "admin"] {
        let host = world.user(role).await;
        world.admin.execute("UPDATE convene.users SET time_zone = 'Asia/Kolkata' WHERE id = $1", &[&host.id]).await;

        let first = create(&world, &host, &host, json!({ "name": "Usual" })).await.unwrap();
        let second = create(&world, &host, &host, json!({ "name": "Evenings", "time_zone": "utc" })).await.unwrap();

        assert_eq!((&first["is_default"], &first["time_zone"]), (&json!(true), &json!("Asia/Kolkata")), "{role}");
        assert_eq!((&second["is_default"], &second["time_zone"]), (&json!(false), &json!("UTC")), "{role}");
        assert_eq!(second["user_id"], json!(host.id));
    }
}

#[tokio::test]
async fn one_schedule_is_the_default_whichever_is_made_it() {
    let world = World::new().await;
    let host = world.mentor().await;
    let first = id(&create(&world, &host, &host, json!({ "name": "Usual" })).await.unwrap());
    let second = id(&create(&world, &host, &host, json!({ "name": "Evenings", "is_default": true })).await.unwrap());
    assert_eq!(names(&world, &host).await, listed(&[("Evenings", true), ("Usual", false)]));

    let changed = change(&world, &host, first, json!({ "is_default": true, "name": "Mornings" })).await.unwrap();

    assert_eq!((&changed["is_default"], &changed["name"]), (&json!(true), &json!("Mornings")));
    assert_eq!(names(&world, &host).await, listed(&[("Mornings", true), ("Evenings", false)]));
    let no = change(&world, &host, first, json!({ "is_default": false })).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("is_default")));
    let no = change(&world, &host, second, json!({ "name": "Mornings" })).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("name")));
}

#[tokio::test]
async fn the_default_schedule_is_deleted_last() {
    let world = World::new().await;
    let host = world.mentor().await;
    let first = id(&create(&world, &host, &host, json!({ "name": "Usual" })).await.unwrap());
    let second = id(&create(&world, &host, &host, json!({ "name": "Evenings" })).await.unwrap());

    assert_eq!(delete(&world, &host, first).await.unwrap_err().code, "SCHEDULE_IS_DEFAULT");
    delete(&world, &host, second).await.unwrap();
    delete(&world, &host, first).await.unwrap();

    assert_eq!(names(&world, &host).await, []);
    assert_eq!(delete(&world, &host, first).await.unwrap_err().code, "SCHEDULE_NOT_FOUND");
}

#[tokio::test]
async fn a_schedule_that_event_types_use_is_not_deleted() {
    let world = World::new().await;
    let host = world.mentor().await;
    let usual = id(&create(&world, &host, &host, json!({ "name": "Usual" })).await.unwrap());
    let evenings = id(&create(&world, &host, &host, json!({ "name": "Evenings" })).await.unwrap());
    let offer = async |slug: &str, schedule: Option<Uuid>| {
        let event_type = json!({ "slug": slug, "title": "Talk", "schedule_id": schedule });
        let arguments =
            json!({ "p_actor_id": host.id, "p_host_id": host.id, "p_team_id": null, "p_event_type": event_type });
        id(&world.sql.call_one("create_event_type", arguments).await.unwrap())
    };
    let late = offer("late", Some(evenings)).await;
    let talk = offer("talk", None).await;

    let no = delete(&world, &host, evenings).await.unwrap_err();
    assert_eq!((no.code.as_str(), no.details), ("SCHEDULE_IN_USE", json!({ "event_types": 1 })));
    let gone = json!({ "p_actor_id": host.id, "p_event_type_id": late });
    world.sql.call("delete_event_type", gone).await.unwrap();
    delete(&world, &host, evenings).await.unwrap();
    // The only one left counts for event types that name none.
    assert_eq!(delete(&world, &host, usual).await.unwrap_err().code, "SCHEDULE_IN_USE");
    world.sql.call("delete_event_type", json!({ "p_actor_id": host.id, "p_event_type_id": talk })).await.unwrap();
    delete(&world, &host, usual).await.unwrap();
}

#[tokio::test]
async fn a_member_of_a_team_keeps_the_schedule_they_host_with() {
    let world = World::new().await;
    let (one, other) = (world.mentor().await, world.mentor().await);
    world.team_event_type(&[&one, &other], "round_robin", json!({})).await;
    let schedule: Uuid = world.admin.value("SELECT id FROM convene.schedules WHERE user_id = $1", &[&one.id]).await;

    assert_eq!(delete(&world, &one, schedule).await.unwrap_err().code, "SCHEDULE_IN_USE");
}

#[tokio::test]
async fn a_host_has_at_most_ten_schedules() {
    let world = World::new().await;
    let host = world.mentor().await;
    for nth in 0..10 {
        create(&world, &host, &host, json!({ "name": format!("Schedule {nth}") })).await.unwrap();
    }
    let no = create(&world, &host, &host, json!({ "name": "One more" })).await.unwrap_err();
    assert_eq!((no.code.as_str(), no.details), ("TOO_MANY_SCHEDULES", json!({ "most": 10 })));
}

#[tokio::test]
async fn windows_are_replaced_as_a_whole_and_read_back_in_order() {
    let world = World::new().await;
    let host = world.mentor().await;
    let schedule = id(&create(&world, &host, &host, json!({ "name": "Usual", "time_zone": "UTC" })).await.unwrap());
    let this = json!({ "p_schedule_id": schedule });
    let weekly = json!([
        { "weekday": 5, "start_time": "20:00", "end_time": "24:00" },
        { "weekday": 1, "start_time": "09:00", "end_time": "12:00" },
        { "weekday": 1, "start_time": "11:00", "end_time": "13:30" },
    ]);
    let dated = json!([
        { "day": "2030-12-24", "is_off": true },
        { "day": "2030-12-23", "start_time": "08:00", "end_time": "10:00" },
    ]);
    let stays = json!([{ "first_day": "2030-03-01", "last_day": "2030-03-14", "time_zone": "Asia/Tokyo" }]);
    for _ in 0..2 {
        let rules = set(&world, &host, "rules", weekly.clone(), this.clone()).await.unwrap();
        assert_eq!(
            rules,
            [
                json!({ "weekday": 1, "start_time": "09:00:00", "end_time": "13:30:00" }),
                json!({ "weekday": 5, "start_time": "20:00:00", "end_time": "24:00:00" }),
            ]
        );
        let overrides = set(&world, &host, "overrides", dated.clone(), this.clone()).await.unwrap();
        assert_eq!(overrides[0]["day"], "2030-12-23");
        assert_eq!(
            overrides[1],
            json!({ "day": "2030-12-24", "start_time": "00:00:00", "end_time": "24:00:00", "is_off": true })
        );
        let travels = set(&world, &host, "travel_dates", stays.clone(), json!({ "p_host_id": host.id })).await.unwrap();
        assert_eq!(Value::Array(travels), stays);
    }

    let read = availability(&world, &host).await;

    let schedule = &read["schedules"][0];
    assert_eq!(
        schedule["rules"],
        json!([
            { "weekday": 1, "start_time": "09:00", "end_time": "13:30" },
            { "weekday": 5, "start_time": "20:00", "end_time": "24:00" },
        ])
    );
    assert_eq!(schedule["overrides"][1]["is_off"], true);
    assert_eq!(read["travel_dates"], stays);

    for what in ["rules", "overrides"] {
        assert_eq!(set(&world, &host, what, json!([]), this.clone()).await.unwrap(), [] as [Value; 0]);
    }
    set(&world, &host, "travel_dates", json!([]), json!({ "p_host_id": host.id })).await.unwrap();
    let read = availability(&world, &host).await;
    assert_eq!((&read["schedules"][0]["rules"], &read["travel_dates"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn nothing_changes_when_one_window_is_wrong() {
    let world = World::new().await;
    let host = world.mentor().await;
    set(&world, &host, "rules", json!([{ "weekday": 1, "start_time": "09:00", "end_time": "10:00" }]), json!({}))
        .await
        .unwrap();
    let before = availability(&world, &host).await;

    let wrong =
        json!([{ "weekday": 2, "start_time": "09:00", "end_time": "10:00" }, { "weekday": 9, "start_time": "x" }]);
    let no = set(&world, &host, "rules", wrong, json!({})).await.unwrap_err();

    let fields: Vec<&String> = no.details["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["rules[1].end_time", "rules[1].start_time", "rules[1].weekday"]);
    assert_eq!(availability(&world, &host).await, before);
}

#[tokio::test]
async fn windows_without_a_schedule_are_the_default_ones_which_is_made_where_there_is_none() {
    let world = World::new().await;
    let host = world.mentor().await;

    let rules = json!([{ "weekday": 6, "start_time": "10:00", "end_time": "11:00" }]);
    set(&world, &host, "rules", rules.clone(), json!({})).await.unwrap();

    assert_eq!(names(&world, &host).await, listed(&[("Working hours", true)]));
    assert_eq!(availability(&world, &host).await["schedules"][0]["rules"], rules);
}

#[tokio::test]
async fn the_hours_that_are_set_are_the_hours_that_are_offered() {
    let world = World::new().await;
    let host = world.coordinator().await;
    let event_type = world.event_type(&host, json!({ "durations": [60], "horizon_days": 60 })).await;
    let (day, next) = (in_days(10), in_days(11));
    let start = |date: jiff::civil::Date, hour: i8| -> jiff::Timestamp {
        date.at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
    };
    let free = async || {
        let times = world.free_times(event_type, start(day, 0), start(next, 23)).await;
        times.iter().map(|time| time.strftime("%d %H").to_string()).collect::<Vec<_>>()
    };
    let hours = |list: &[(jiff::civil::Date, i8)]| {
        list.iter().map(|(date, hour)| start(*date, *hour).strftime("%d %H").to_string()).collect::<Vec<_>>()
    };
    let every_day: Value =
        (1..=7).map(|weekday| json!({ "weekday": weekday, "start_time": "09:00", "end_time": "10:00" })).collect();

    set(&world, &host, "rules", every_day, json!({})).await.unwrap();
    assert_eq!(free().await, hours(&[(day, 9), (next, 9)]));

    let afternoon = json!([{ "day": next, "start_time": "14:00", "end_time": "16:00" }]);
    set(&world, &host, "overrides", afternoon, json!({})).await.unwrap();
    assert_eq!(free().await, hours(&[(day, 9), (next, 14), (next, 15)]));

    let tokyo = json!([{ "first_day": day, "last_day": day, "time_zone": "Asia/Tokyo" }]);
    set(&world, &host, "travel_dates", tokyo, json!({ "p_host_id": host.id })).await.unwrap();
    assert_eq!(free().await, hours(&[(day, 0), (next, 14), (next, 15)]));

    world.take_off(&host, &host, next).await.unwrap();
    assert_eq!(free().await, hours(&[(day, 0)]));
    world.give_back(&host, &host, next).await.unwrap();
    set(&world, &host, "overrides", json!([{ "day": day, "is_off": true }]), json!({})).await.unwrap();
    assert_eq!(free().await, hours(&[(next, 9)]));
}

#[tokio::test]
async fn hosts_set_their_hours_and_staff_for_them_which_is_recorded() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (host, coordinator) = (world.mentor().await, world.coordinator().await);
    let schedule = id(&create(&world, &coordinator, &host, json!({ "name": "Usual" })).await.unwrap());
    set(&world, &coordinator, "rules", json!([]), json!({ "p_host_id": host.id })).await.unwrap();
    let logged = "SELECT array_agg(action ORDER BY occurred_at, id) FROM convene.audit_log WHERE actor_id = $1";
    assert_eq!(
        world.admin.value::<Vec<String>>(logged, &[&coordinator.id]).await,
        ["create_schedule", "set_availability_rules"]
    );
    change(&world, &host, schedule, json!({ "name": "Mine" })).await.unwrap();
    let own: i64 = world.admin.value("SELECT count(*) FROM convene.audit_log WHERE actor_id = $1", &[&host.id]).await;
    assert_eq!(own, 0, "what hosts do with their own time is not recorded");

    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let foreign = world.user_in(&elsewhere, "admin").await;
    for (actor, code) in [(&mentor, "NOT_AUTHORIZED"), (&mentee, "NOT_AUTHORIZED"), (&foreign, "HOST_NOT_FOUND")] {
        assert_eq!(create(&world, actor, &host, json!({ "name": "x" })).await.unwrap_err().code, code);
        let to_host = json!({ "p_host_id": host.id });
        assert_eq!(set(&world, actor, "rules", json!([]), to_host.clone()).await.unwrap_err().code, code);
        assert_eq!(set(&world, actor, "travel_dates", json!([]), to_host).await.unwrap_err().code, code);
        let seen = json!({ "p_actor_id": actor.id, "p_host_id": host.id });
        assert_eq!(world.sql.call("get_availability", seen.clone()).await.unwrap_err().code, code);
        assert_eq!(world.sql.call("list_schedules", seen).await.unwrap_err().code, code);
        let code = if code == "HOST_NOT_FOUND" { "SCHEDULE_NOT_FOUND" } else { code };
        assert_eq!(change(&world, actor, schedule, json!({ "name": "x" })).await.unwrap_err().code, code);
        assert_eq!(delete(&world, actor, schedule).await.unwrap_err().code, code);
        let this = json!({ "p_schedule_id": schedule });
        assert_eq!(set(&world, actor, "overrides", json!([]), this).await.unwrap_err().code, code);
    }
    let no = create(&world, &mentee, &mentee, json!({ "name": "x" })).await.unwrap_err();
    assert_eq!((no.code.as_str(), no.details), ("HOST_NOT_FOUND", json!({ "host_id": mentee.id })));
    let no =
        set(&world, &coordinator, "rules", json!([]), json!({ "p_schedule_id": schedule, "p_host_id": mentor.id }));
    assert_eq!(no.await.unwrap_err().code, "SCHEDULE_NOT_FOUND", "a schedule of somebody else than is named");
}

#[tokio::test]
async fn two_schedules_that_are_made_the_default_at_once_leave_one() {
    let world = World::new().await;
    let host = world.mentor().await;
    let mut ids = Vec::new();
    for name in ["One", "Two", "Three"] {
        ids.push(id(&create(&world, &host, &host, json!({ "name": name })).await.unwrap()));
    }
    let connections = [world.connect().await, world.connect().await];
    for _ in 0..20 {
        let call = async |sql: &support::Sql, schedule: Uuid| {
            let arguments =
                json!({ "p_actor_id": host.id, "p_schedule_id": schedule, "p_changes": { "is_default": true } });
            sql.call_one("change_schedule", arguments).await.unwrap();
        };
        tokio::join!(call(&connections[0], ids[1]), call(&connections[1], ids[2]));
        let count: i64 = world
            .admin
            .value("SELECT count(*) FROM convene.schedules WHERE user_id = $1 AND is_default", &[&host.id])
            .await;
        assert_eq!(count, 1);
    }
}

#[tokio::test]
async fn a_time_that_was_booked_stays_when_its_hours_go() {
    let world = World::new().await;
    let (host, attendee) = (world.mentor().await, world.mentee().await);
    let event_type = world.event_type(&host, json!({ "durations": [30], "slot_interval_minutes": 15 })).await;
    let booking = world.book_time(event_type, &attendee, at_a_quarter(days(3))).await.unwrap();

    set(&world, &host, "rules", json!([]), json!({})).await.unwrap();

    let status = "SELECT status FROM convene.bookings WHERE id = $1";
    assert_eq!(world.admin.value::<String>(status, &[&id(&booking)]).await, "confirmed");
}

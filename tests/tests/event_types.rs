//! Event types: what hosts and teams say about them, who sees them, and private links.

use serde_json::{Value, json};
use support::{Organization, Refused, User, World};
use uuid::Uuid;

fn id(row: &Value) -> Uuid {
    row["id"].as_str().expect("it has an id").parse().expect("a UUID")
}

/// Fields of an event type, over the least that it needs.
fn fields(changes: Value) -> Value {
    let mut event_type = json!({ "slug": "intro", "title": "Introduction" });
    event_type.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    event_type
}

async fn create(world: &World, actor: &User, owner: Value, event_type: Value) -> Result<Value, Refused> {
    let mut arguments =
        json!({ "p_actor_id": actor.id, "p_host_id": null, "p_team_id": null, "p_event_type": event_type });
    arguments.as_object_mut().unwrap().extend(owner.as_object().unwrap().clone());
    world.sql.call_one("create_event_type", arguments).await
}

async fn create_own(world: &World, host: &User, event_type: Value) -> Result<Value, Refused> {
    create(world, host, json!({ "p_host_id": host.id }), event_type).await
}

async fn change(world: &World, actor: &User, event_type: Uuid, changes: Value) -> Result<Value, Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type, "p_changes": changes });
    world.sql.call_one("change_event_type", arguments).await
}

async fn delete(world: &World, actor: &User, event_type: Uuid) -> Result<(), Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type });
    world.sql.call("delete_event_type", arguments).await.map(|_| ())
}

async fn get(world: &World, actor: &User, event_type: Uuid) -> Result<Value, Refused> {
    let arguments = json!({ "p_event_type_id": event_type, "p_actor_id": actor.id });
    world.sql.call_one("get_event_type", arguments).await
}

/// In alphabetical order: two that are made in the same millisecond are listed in any order.
async fn slugs(world: &World, actor: &User, filter: Value) -> Vec<String> {
    let mut arguments = json!({ "p_actor_id": actor.id });
    arguments.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
    let rows = world.sql.call("list_event_types", arguments).await.unwrap();
    let mut slugs: Vec<String> = rows.iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect();
    slugs.sort();
    slugs
}

/// A team of an owner and a member.
async fn team(world: &World, owner: &User, member: &User) -> Uuid {
    let arguments = json!({ "p_actor_id": owner.id, "p_slug": "advisers", "p_name": "Advisers" });
    let team = id(&world.sql.call_one("create_team", arguments).await.unwrap());
    let arguments = json!({ "p_actor_id": owner.id, "p_team_id": team, "p_user_id": member.id, "p_role": "member" });
    world.sql.call_one("add_team_member", arguments).await.unwrap();
    team
}

async fn stranger(world: &World, org: &Organization) -> User {
    world.user_in(org, "admin").await
}

#[tokio::test]
async fn an_event_type_is_kept_as_given() {
    let world = World::new().await;
    let host = world.mentor().await;
    let schedule = world.schedule(&host, "UTC", &json!([[1, "09:00", "10:00"]])).await;
    let given = json!({
        "slug": "deep-dive", "title": "Deep dive", "description": "Two hours\nfor one topic", "color": "#a1b2c3",
        "schedule_id": schedule, "durations": [120, 60], "slot_interval_minutes": 30, "buffer_before_minutes": 5,
        "buffer_after_minutes": 10, "minimum_notice_minutes": 60, "horizon_days": null, "bookable_from": "2030-06-01",
        "bookable_until": "2030-06-30", "limit_per_day": 1, "limit_per_week": 2, "limit_per_month": 3,
        "minutes_per_day": 120, "minutes_per_week": 240, "minutes_per_month": 480, "capacity": 8,
        "meeting_type": "link", "location_preset_id": null, "location_custom": "https://meet.example/ann",
        "requires_confirmation": true,
        "questions": [{ "key": "stage", "label": "Stage", "kind": "select", "required": true, "options": ["seed", "growth"] }],
        "is_active": false, "is_private": true,
    });

    let made = create_own(&world, &host, given.clone()).await.unwrap();

    let mut kept = made.clone();
    for generated in ["id", "created_at", "updated_at"] {
        assert!(kept.as_object_mut().unwrap().remove(generated).unwrap().is_string(), "{generated}");
    }
    let mut expected = given;
    expected["host_id"] = json!(host.id);
    expected["team_id"] = Value::Null;
    assert_eq!(kept, expected);
    assert_eq!(get(&world, &host, id(&made)).await.unwrap(), made);
}

#[tokio::test]
async fn a_host_without_a_schedule_is_given_working_hours_in_their_zone() {
    let world = World::new().await;
    let host = world.mentor().await;
    world.admin.execute("UPDATE convene.users SET time_zone = 'Europe/Berlin' WHERE id = $1", &[&host.id]).await;

    create_own(&world, &host, fields(json!({}))).await.unwrap();
    create_own(&world, &host, fields(json!({ "slug": "other" }))).await.unwrap();

    let read = json!({ "p_actor_id": host.id, "p_host_id": host.id });
    let schedules = world.sql.call_one("get_availability", read).await.unwrap()["schedules"].clone();
    assert_eq!(schedules.as_array().unwrap().len(), 1);
    let schedule = &schedules[0];
    assert_eq!(
        (&schedule["name"], &schedule["time_zone"], &schedule["is_default"]),
        (&json!("Working hours"), &json!("Europe/Berlin"), &json!(true))
    );
    let every: Value =
        (1..=5).map(|weekday| json!({ "weekday": weekday, "start_time": "09:00", "end_time": "17:00" })).collect();
    assert_eq!(schedule["rules"], every);
}

#[tokio::test]
async fn everything_wrong_is_said_at_once_and_nothing_is_made() {
    let world = World::new().await;
    let host = world.mentor().await;

    let wrong = json!({ "slug": "-", "capacity": 0, "questions": [{ "key": "A" }], "price": 1 });
    let no = create_own(&world, &host, wrong).await.unwrap_err();

    let wrong: Vec<&String> = no.details["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        wrong,
        ["capacity", "price", "questions[0].key", "questions[0].kind", "questions[0].label", "slug", "title"]
    );
    let made: i64 = world.admin.value("SELECT count(*) FROM convene.schedules", &[]).await;
    assert_eq!(made, 0);
}

#[tokio::test]
async fn only_the_fields_that_are_named_change() {
    let world = World::new().await;
    let host = world.mentor().await;
    let made = create_own(&world, &host, fields(json!({ "description": "Long", "limit_per_day": 4 }))).await.unwrap();

    let changed = change(&world, &host, id(&made), json!({ "description": null, "durations": [20] })).await.unwrap();

    let mut expected = made.clone();
    expected["description"] = Value::Null;
    expected["durations"] = json!([20]);
    expected["updated_at"] = changed["updated_at"].clone();
    assert_eq!(changed, expected);
    let no = change(&world, &host, id(&made), json!({ "capacity": null })).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("capacity")));
}

#[tokio::test]
async fn a_slug_is_a_hosts_own_until_its_event_type_is_removed() {
    let world = World::new().await;
    let (host, other) = (world.mentor().await, world.mentor().await);
    let first = id(&create_own(&world, &host, fields(json!({}))).await.unwrap());
    create_own(&world, &other, fields(json!({}))).await.unwrap();
    let second = id(&create_own(&world, &host, fields(json!({ "slug": "second" }))).await.unwrap());

    for no in [
        create_own(&world, &host, fields(json!({}))).await.unwrap_err(),
        change(&world, &host, second, json!({ "slug": "intro" })).await.unwrap_err(),
    ] {
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("slug")));
    }
    change(&world, &host, first, json!({ "slug": "intro", "title": "Still mine" })).await.unwrap();
    delete(&world, &host, first).await.unwrap();
    change(&world, &host, second, json!({ "slug": "intro" })).await.unwrap();
}

#[tokio::test]
async fn an_event_type_uses_a_schedule_and_a_place_that_are_there() {
    let world = World::new().await;
    let (host, other) = (world.mentor().await, world.mentor().await);
    let foreign = world.schedule(&other, "UTC", &json!([])).await;
    let made = id(&create_own(&world, &host, fields(json!({}))).await.unwrap());

    for (changes, code) in [
        (json!({ "schedule_id": foreign }), "SCHEDULE_NOT_FOUND"),
        (json!({ "schedule_id": Uuid::new_v4() }), "SCHEDULE_NOT_FOUND"),
        (
            json!({ "meeting_type": "in_person_preset", "location_preset_id": Uuid::new_v4() }),
            "LOCATION_PRESET_NOT_FOUND",
        ),
    ] {
        assert_eq!(change(&world, &host, made, changes.clone()).await.unwrap_err().code, code, "{changes}");
    }
    let preset = "INSERT INTO convene.location_presets (org_id, id, slug, name)
        VALUES ($1, convene.new_id($1), 'office', 'The office') RETURNING id";
    let preset: Uuid = world.admin.value(preset, &[&world.org.id]).await;
    change(&world, &host, made, json!({ "meeting_type": "in_person_preset", "location_preset_id": preset }))
        .await
        .unwrap();
    let admin = world.user("admin").await;
    let gone = json!({ "p_actor_id": admin.id, "p_location_preset_id": preset });
    let no = world.sql.call("delete_location_preset", gone.clone()).await.unwrap_err();
    assert_eq!((no.code.as_str(), no.details), ("LOCATION_PRESET_IN_USE", json!({ "blocks": 0, "event_types": 1 })));
    change(&world, &host, made, json!({ "meeting_type": "online" })).await.unwrap();
    world.sql.call("delete_location_preset", gone).await.unwrap();
}

#[tokio::test]
async fn hosts_change_their_own_and_staff_anybodys_which_is_recorded() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (host, coordinator) = (world.mentor().await, world.coordinator().await);
    let made = create(&world, &coordinator, json!({ "p_host_id": host.id }), fields(json!({}))).await.unwrap();
    let made = id(&made);
    change(&world, &host, made, json!({ "title": "Mine" })).await.unwrap();
    change(&world, &coordinator, made, json!({ "title": "Ours" })).await.unwrap();
    let logged = "SELECT jsonb_agg(jsonb_build_array(actor_id, action, details) ORDER BY occurred_at, id) FROM convene.audit_log";
    assert_eq!(
        world.admin.value::<Value>(logged, &[]).await,
        json!([
            [coordinator.id, "create_event_type", { "host_id": host.id, "fields": [] }],
            [coordinator.id, "change_event_type", { "host_id": host.id, "fields": ["title"] }],
        ])
    );

    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    for actor in [&mentor, &mentee] {
        assert_eq!(change(&world, actor, made, json!({})).await.unwrap_err().code, "NOT_AUTHORIZED");
        assert_eq!(delete(&world, actor, made).await.unwrap_err().code, "NOT_AUTHORIZED");
        let for_host = create(&world, actor, json!({ "p_host_id": host.id }), fields(json!({ "slug": "x" }))).await;
        assert_eq!(for_host.unwrap_err().code, "NOT_AUTHORIZED");
    }
    assert_eq!(create_own(&world, &mentee, fields(json!({}))).await.unwrap_err().code, "HOST_NOT_FOUND");
    let foreign = stranger(&world, &elsewhere).await;
    assert_eq!(change(&world, &foreign, made, json!({})).await.unwrap_err().code, "EVENT_TYPE_NOT_FOUND");
    assert_eq!(get(&world, &foreign, made).await.unwrap_err().code, "EVENT_TYPE_NOT_FOUND");
    for owner in [json!({}), json!({ "p_host_id": host.id, "p_team_id": Uuid::new_v4() })] {
        let no = create(&world, &coordinator, owner, fields(json!({ "slug": "x" }))).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("host_id")));
    }
}

#[tokio::test]
async fn a_teams_event_types_are_its_owners_to_change_and_its_members_to_see() {
    let world = World::new().await;
    let (owner, member) = (world.mentor().await, world.mentor().await);
    let team = team(&world, &owner, &member).await;
    let of_team = json!({ "p_team_id": team });

    let made = create(&world, &owner, of_team.clone(), fields(json!({ "is_private": true }))).await.unwrap();

    assert_eq!((&made["team_id"], &made["host_id"]), (&json!(team), &Value::Null));
    let made = id(&made);
    assert!(get(&world, &member, made).await.is_ok());
    assert_eq!(change(&world, &member, made, json!({})).await.unwrap_err().code, "NOT_AUTHORIZED");
    let outsider = world.mentor().await;
    assert_eq!(change(&world, &outsider, made, json!({})).await.unwrap_err().code, "TEAM_NOT_FOUND");
    assert_eq!(get(&world, &outsider, made).await.unwrap_err().code, "EVENT_TYPE_NOT_FOUND");
    change(&world, &world.coordinator().await, made, json!({ "title": "For all" })).await.unwrap();
    let schedule = world.schedule(&owner, "UTC", &json!([])).await;
    let no = change(&world, &owner, made, json!({ "schedule_id": schedule })).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("schedule_id")));
    let no = create(&world, &owner, of_team, fields(json!({}))).await.unwrap_err();
    assert_eq!(no.details["field"], json!("slug"), "a team's short names are its own");
    create_own(&world, &owner, fields(json!({}))).await.unwrap();
    assert_eq!(slugs(&world, &member, json!({ "p_team_id": team })).await, ["intro"]);
    delete(&world, &owner, made).await.unwrap();
    assert_eq!(slugs(&world, &member, json!({ "p_team_id": team })).await, [] as [String; 0]);
}

#[tokio::test]
async fn others_see_what_is_switched_on_and_not_private() {
    let world = World::new().await;
    let (host, mentee, coordinator) = (world.mentor().await, world.mentee().await, world.coordinator().await);
    for (slug, more) in [
        ("open", json!({})),
        ("off", json!({ "is_active": false })),
        ("private", json!({ "is_private": true })),
        ("call", json!({ "meeting_type": "phone", "location_custom": "+49 30 123" })),
    ] {
        let mut event_type = fields(more);
        event_type["slug"] = json!(slug);
        create_own(&world, &host, event_type).await.unwrap();
    }
    let of_host = json!({ "p_host_id": host.id });

    assert_eq!(slugs(&world, &mentee, of_host.clone()).await, ["call", "open"]);
    for inside in [&host, &coordinator] {
        assert_eq!(slugs(&world, inside, of_host.clone()).await, ["call", "off", "open", "private"]);
    }
    let rows = async |actor: &User| {
        let arguments = json!({ "p_actor_id": actor.id, "p_limit": 1 });
        world.sql.call("list_event_types", arguments).await.unwrap()
    };
    let first = rows(&mentee).await;
    assert_eq!(first.len(), 1);
    let mut pages = slugs(&world, &mentee, json!({ "p_after_id": first[0]["id"] })).await;
    pages.push(first[0]["slug"].as_str().unwrap().to_owned());
    pages.sort();
    assert_eq!(pages, ["call", "open"]);
    let numbers = async |actor: &User| {
        let arguments = json!({ "p_actor_id": actor.id, "p_host_id": host.id });
        let rows = world.sql.call("list_event_types", arguments).await.unwrap();
        rows.into_iter().find(|row| row["slug"] == "call").unwrap()["location_custom"].clone()
    };
    assert_eq!((numbers(&mentee).await, numbers(&host).await), (Value::Null, json!("+49 30 123")));
    for (filter, code) in [
        (json!({ "p_host_id": mentee.id }), "HOST_NOT_FOUND"),
        (json!({ "p_team_id": Uuid::new_v4() }), "TEAM_NOT_FOUND"),
        (json!({ "p_host_id": host.id, "p_team_id": Uuid::new_v4() }), "VALIDATION_ERROR"),
    ] {
        let mut arguments = json!({ "p_actor_id": mentee.id });
        arguments.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        assert_eq!(world.sql.call("list_event_types", arguments).await.unwrap_err().code, code, "{filter}");
    }
}

#[tokio::test]
async fn a_host_has_at_most_a_hundred_event_types() {
    let world = World::new().await;
    let host = world.mentor().await;
    let last = create_own(&world, &host, fields(json!({}))).await.unwrap();
    let copies = "INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
        SELECT $1, convene.new_id($1), $2, 'copy-' || n, 'Copy' FROM generate_series(1, 99) n";
    world.admin.execute(copies, &[&world.org.id, &host.id]).await;

    let no = create_own(&world, &host, fields(json!({ "slug": "more" }))).await.unwrap_err();

    assert_eq!((no.code.as_str(), no.details), ("TOO_MANY_EVENT_TYPES", json!({ "most": 100 })));
    change(&world, &host, id(&last), json!({ "title": "Changed" })).await.unwrap();
    delete(&world, &host, id(&last)).await.unwrap();
    create_own(&world, &host, fields(json!({ "slug": "more" }))).await.unwrap();
}

#[tokio::test]
async fn a_private_link_is_made_listed_and_taken_back() {
    let world = World::new().await;
    let (host, other, coordinator) = (world.mentor().await, world.mentor().await, world.coordinator().await);
    let event_type = id(&create_own(&world, &host, fields(json!({ "is_private": true }))).await.unwrap());
    let link = async |actor: &User, more: Value| {
        let hash = format!("\\x{}", Uuid::new_v4().simple().to_string().repeat(2));
        let mut arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type, "p_token_hash": hash });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.sql.call_one("create_event_type_link", arguments).await
    };
    let listed = async |actor: &User| {
        let arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type });
        world.sql.call("list_event_type_links", arguments).await
    };
    let revoke = async |actor: &User, link: Uuid| {
        let arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type, "p_link_id": link });
        world.sql.call("revoke_event_type_link", arguments).await
    };

    let once = link(&host, json!({ "p_uses_most": 1, "p_expires_at": "2099-01-01T00:00:00Z" })).await.unwrap();
    let always = link(&coordinator, json!({})).await.unwrap();

    assert_eq!((&once["uses_most"], &once["uses"]), (&json!(1), &json!(0)));
    assert_eq!(listed(&host).await.unwrap(), [always.clone(), once.clone()]);
    for no in [
        link(&other, json!({})).await.unwrap_err(),
        listed(&other).await.unwrap_err(),
        revoke(&other, id(&once)).await.unwrap_err(),
    ] {
        assert_eq!(no.code, "NOT_AUTHORIZED");
    }
    for (wrong, field) in [
        (json!({ "p_uses_most": 0 }), "uses_most"),
        (json!({ "p_expires_at": "2020-01-01T00:00:00Z" }), "expires_at"),
        (json!({ "p_token_hash": "\\x00" }), "token_hash"),
    ] {
        assert_eq!(link(&host, wrong).await.unwrap_err().details["field"], field);
    }
    revoke(&host, id(&always)).await.unwrap();
    assert_eq!(revoke(&host, id(&always)).await.unwrap_err().code, "EVENT_TYPE_LINK_NOT_FOUND");
    assert_eq!(listed(&host).await.unwrap(), [once]);
    let logged: Vec<String> = world.admin.value("SELECT array_agg(action) FROM convene.audit_log", &[]).await;
    assert_eq!(logged, ["create_event_type_link"], "what staff did for the host");
}

#[tokio::test]
async fn an_event_type_has_at_most_a_hundred_links() {
    let world = World::new().await;
    let host = world.mentor().await;
    let event_type = id(&create_own(&world, &host, fields(json!({}))).await.unwrap());
    let many = "INSERT INTO convene.event_type_links (org_id, id, event_type_id, token_hash)
        SELECT $1, convene.new_id($1), $2, sha256(n::text::bytea) FROM generate_series(1, 100) n";
    world.admin.execute(many, &[&world.org.id, &event_type]).await;
    let arguments = json!({ "p_actor_id": host.id, "p_event_type_id": event_type,
        "p_token_hash": format!("\\x{}", "5e".repeat(32)) });

    let no = world.sql.call("create_event_type_link", arguments).await.unwrap_err();

    assert_eq!((no.code.as_str(), no.details), ("TOO_MANY_EVENT_TYPE_LINKS", json!({ "most": 100 })));
}

#[tokio::test]
async fn what_a_host_offers_goes_with_their_data() {
    let world = World::new().await;
    let (host, admin) = (world.mentor().await, world.user("admin").await);
    let event_type = create_own(
        &world,
        &host,
        fields(json!({
            "title": "Quixotl's talk", "description": "Quixotl talks", "meeting_type": "link",
            "location_custom": "https://quixotl.test/room",
            "questions": [{ "key": "why", "label": "Why Quixotl?", "kind": "text" }],
        })),
    )
    .await
    .unwrap();
    let stays = json!([{ "first_day": "2030-03-01", "last_day": "2030-03-14", "time_zone": "Asia/Tokyo" }]);
    let travels = json!({ "p_actor_id": host.id, "p_host_id": host.id, "p_travel_dates": stays.to_string() });
    world.sql.call("set_travel_dates", travels).await.unwrap();
    let of_host = json!({ "p_actor_id": host.id, "p_user_id": host.id });

    let rows = world.sql.call("export_user", of_host).await.unwrap();
    let exported = &rows[0];
    assert_eq!(exported["event_types"][0]["title"], "Quixotl's talk");
    assert_eq!(exported["schedules"][0]["rules"].as_array().unwrap().len(), 5);
    assert_eq!(exported["travel_dates"], stays);

    world.sql.call_one("erase_user", json!({ "p_actor_id": admin.id, "p_user_id": host.id })).await.unwrap();

    let left = "SELECT (SELECT count(*) FROM convene.schedules) + (SELECT count(*) FROM convene.availability_rules)
        + (SELECT count(*) FROM convene.travel_dates)";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 0);
    let row = "SELECT to_jsonb(t) FROM convene.event_types t WHERE id = $1";
    let row: Value = world.admin.value(row, &[&id(&event_type)]).await;
    assert!(!row.to_string().to_lowercase().contains("quixotl"), "{row}");
    assert_eq!((&row["is_active"], row["deleted_at"].is_string()), (&json!(false), true));
}

//! Teams, who is in them, and whose short name is whose.

use serde_json::{Value, json};
use support::{Refused, User, World};
use uuid::Uuid;

async fn create(world: &World, actor: &User, slug: &str) -> Result<Value, Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_slug": slug, "p_name": "Sales" });
    world.sql.call_one("create_team", arguments).await
}

async fn on_team(world: &World, function: &str, actor: &User, team: Uuid, more: Value) -> Result<Vec<Value>, Refused> {
    let mut arguments = json!({ "p_actor_id": actor.id, "p_team_id": team });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.sql.call(function, arguments).await
}

fn field(refused: &Refused) -> (&str, &str) {
    (refused.code.as_str(), refused.details["field"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn whoever_makes_a_team_owns_it_and_mentees_make_none() {
    let world = World::new().await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let made = create(&world, &mentor, "sales").await.unwrap();
    assert_eq!((&made["slug"], &made["own_role"], &made["members"]), (&json!("sales"), &json!("owner"), &json!(1)));
    assert_eq!(create(&world, &mentee, "others").await.unwrap_err().code, "NOT_AUTHORIZED");
    for slug in ["", "Sales", "sales-", "sa les", &"a".repeat(64)] {
        assert_eq!(field(&create(&world, &mentor, slug).await.unwrap_err()), ("VALIDATION_ERROR", "slug"), "{slug}");
    }
}

#[tokio::test]
async fn a_short_name_is_a_teams_or_a_users_and_never_both() {
    let world = World::new().await;
    let (ada, ben) = (world.mentor().await, world.mentor().await);
    let profile = async |user: &User, slug: Value| {
        let changes = json!({ "p_user_id": user.id, "p_changes": { "slug": slug } });
        world.sql.call_one("update_profile", changes).await
    };
    let team: Uuid = create(&world, &ada, "sales").await.unwrap()["id"].as_str().unwrap().parse().unwrap();

    assert_eq!(field(&profile(&ben, json!("sales")).await.unwrap_err()), ("VALIDATION_ERROR", "slug"));
    assert_eq!(profile(&ben, json!("ben")).await.unwrap()["slug"], "ben");
    assert_eq!(field(&profile(&ada, json!("ben")).await.unwrap_err()), ("VALIDATION_ERROR", "slug"));
    assert_eq!(field(&create(&world, &ada, "ben").await.unwrap_err()), ("VALIDATION_ERROR", "slug"));
    let renamed = on_team(&world, "change_team", &ada, team, json!({ "p_changes": { "slug": "ben" } })).await;
    assert_eq!(field(&renamed.unwrap_err()), ("VALIDATION_ERROR", "slug"));

    // What is given up is free.
    profile(&ben, Value::Null).await.unwrap();
    on_team(&world, "change_team", &ada, team, json!({ "p_changes": { "slug": "ben" } })).await.unwrap();
    profile(&ben, json!("sales")).await.unwrap();
    on_team(&world, "delete_team", &ada, team, json!({})).await.unwrap();
    profile(&ada, json!("ben")).await.unwrap();
    let taken = "SELECT string_agg(slug::text, ' ' ORDER BY slug) FROM convene.public_slugs WHERE team_id IS NULL";
    assert_eq!(world.admin.value::<String>(taken, &[]).await, "ben sales");
    let elsewhere = world.other_organization("elsewhere").await;
    let stranger = world.user_in(&elsewhere, "mentor").await;
    profile(&stranger, json!("ben")).await.unwrap();
}

#[tokio::test]
async fn two_who_want_one_short_name_at_once_do_not_both_get_it() {
    let world = World::new().await;
    let (ada, ben, other) = (world.mentor().await, world.mentor().await, world.connect().await);
    for round in 0..10 {
        let slug = format!("name-{round}");
        let team = json!({ "p_actor_id": ada.id, "p_slug": slug, "p_name": "Sales" });
        let user = json!({ "p_user_id": ben.id, "p_changes": { "slug": slug } });
        let (one, two) = tokio::join!(world.sql.call_one("create_team", team), other.call_one("update_profile", user));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }
}

#[tokio::test]
async fn members_see_a_team_and_its_owners_and_staff_manage_it() {
    let world = World::new().await;
    let (owner, member, stranger) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let coordinator = world.coordinator().await;
    let team = world.team(&owner, "sales").await;
    world.add_member(&coordinator, team, &member).await.unwrap();
    let name = json!({ "p_changes": { "name": "Sales team" } });

    for (actor, sees, manages) in [
        (&owner, Ok(()), Ok(())),
        (&coordinator, Ok(()), Ok(())),
        (&member, Ok(()), Err("NOT_AUTHORIZED")),
        (&stranger, Err("TEAM_NOT_FOUND"), Err("TEAM_NOT_FOUND")),
    ] {
        let code = |outcome: Result<Vec<Value>, Refused>| outcome.map(|_| ()).map_err(|no| no.code);
        let expected = |of: Result<(), &str>| of.map_err(str::to_owned);
        for read in ["get_team", "list_team_members"] {
            assert_eq!(code(on_team(&world, read, actor, team, json!({})).await), expected(sees), "{read}");
        }
        assert_eq!(code(on_team(&world, "change_team", actor, team, name.clone()).await), expected(manages));
    }
    let listed = async |actor: &User, mine: bool| {
        world.sql.call("list_teams", json!({ "p_actor_id": actor.id, "p_mine": mine })).await.map(|teams| teams.len())
    };
    assert_eq!((listed(&member, true).await, listed(&stranger, true).await), (Ok(1), Ok(0)));
    assert_eq!((listed(&coordinator, true).await, listed(&coordinator, false).await), (Ok(0), Ok(1)));
    assert_eq!(listed(&member, false).await.unwrap_err().code, "NOT_AUTHORIZED");
}

#[tokio::test]
async fn mentees_and_those_who_are_switched_off_join_no_team() {
    let world = World::new().await;
    let (owner, mentee, off) = (world.mentor().await, world.mentee().await, world.mentor().await);
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&off.id]).await;
    let team = world.team(&owner, "sales").await;
    assert_eq!(field(&world.add_member(&owner, team, &mentee).await.unwrap_err()), ("VALIDATION_ERROR", "user_id"));
    assert_eq!(world.add_member(&owner, team, &off).await.unwrap_err().code, "USER_INACTIVE");
    assert_eq!(world.add_member(&owner, team, &owner).await.unwrap_err().code, "ALREADY_TEAM_MEMBER");
}

#[tokio::test]
async fn a_team_keeps_an_owner() {
    let world = World::new().await;
    let (owner, member) = (world.mentor().await, world.mentor().await);
    let team = world.team(&owner, "sales").await;
    world.add_member(&owner, team, &member).await.unwrap();
    let role = |user: &User, role: &str| json!({ "p_user_id": user.id, "p_role": role });
    let leave = json!({ "p_user_id": owner.id });

    let demoted = on_team(&world, "change_team_member", &owner, team, role(&owner, "member")).await;
    assert_eq!(demoted.unwrap_err().code, "LAST_TEAM_OWNER");
    let left = on_team(&world, "remove_team_member", &owner, team, leave.clone()).await;
    assert_eq!(left.unwrap_err().code, "LAST_TEAM_OWNER");
    on_team(&world, "change_team_member", &owner, team, role(&member, "owner")).await.unwrap();
    assert_eq!(on_team(&world, "remove_team_member", &owner, team, leave).await, Ok(vec![]));
    assert_eq!(on_team(&world, "get_team", &owner, team, json!({})).await.unwrap_err().code, "TEAM_NOT_FOUND");
}

#[tokio::test]
async fn members_leave_by_themselves_and_remove_nobody_else() {
    let world = World::new().await;
    let (owner, ada, ben) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let team = world.team(&owner, "sales").await;
    for member in [&ada, &ben] {
        world.add_member(&owner, team, member).await.unwrap();
    }
    let remove = async |actor: &User, user: &User| {
        on_team(&world, "remove_team_member", actor, team, json!({ "p_user_id": user.id })).await.map_err(|no| no.code)
    };
    assert_eq!(remove(&ada, &ben).await, Err("NOT_AUTHORIZED".to_owned()));
    assert_eq!(remove(&ada, &ada).await, Ok(vec![]));
    assert_eq!(remove(&owner, &ada).await, Err("TEAM_MEMBER_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn nobody_is_in_more_than_fifty_teams_and_no_team_has_more_than_two_hundred_members() {
    let world = World::new().await;
    let (owner, member) = (world.mentor().await, world.mentor().await);
    let team = world.team(&owner, "sales").await;
    let teams = "WITH t AS (
            INSERT INTO convene.teams (org_id, id, slug, name)
            SELECT $1, convene.new_id($1), 'team-' || n, 'Team' FROM generate_series(1, 50) AS n RETURNING org_id, id
        )
        INSERT INTO convene.team_members (org_id, team_id, user_id) SELECT t.org_id, t.id, $2 FROM t";
    world.admin.execute(teams, &[&world.org.id, &member.id]).await;
    assert_eq!(world.add_member(&owner, team, &member).await.unwrap_err().code, "TOO_MANY_TEAMS");
    assert_eq!(create(&world, &member, "one-more").await.unwrap_err().code, "TOO_MANY_TEAMS");

    let people = "WITH u AS (
            INSERT INTO convene.users (org_id, id, email, name, role)
            SELECT $1, convene.new_id($1), 'm' || n || '@test.test', 'M', 'mentor' FROM generate_series(1, 199) AS n
            RETURNING org_id, id
        )
        INSERT INTO convene.team_members (org_id, team_id, user_id) SELECT u.org_id, $2, u.id FROM u";
    world.admin.execute(people, &[&world.org.id, &team]).await;
    let more = world.mentor().await;
    assert_eq!(world.add_member(&owner, team, &more).await.unwrap_err().code, "TOO_MANY_TEAM_MEMBERS");
    let page = on_team(&world, "list_team_members", &owner, team, json!({ "p_limit": 150 })).await.unwrap();
    let last = page.last().unwrap();
    let next = json!({ "p_limit": 150, "p_after_name": last["name"], "p_after_id": last["user_id"] });
    let rest = on_team(&world, "list_team_members", &owner, team, next).await.unwrap();
    assert_eq!((page.len(), rest.len()), (150, 50));
}

#[tokio::test]
async fn a_team_is_removed_once_its_event_types_are_switched_off_and_they_go_with_it() {
    let world = World::new().await;
    let (owner, host) = (world.mentor().await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&host], json!({})).await;
    let no = on_team(&world, "delete_team", &owner, team.id, json!({})).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["event_types"]), ("TEAM_IN_USE", &json!(1)));
    let off =
        json!({ "p_actor_id": owner.id, "p_event_type_id": team.event_type, "p_changes": { "is_active": false } });
    world.sql.call_one("change_event_type", off).await.unwrap();
    on_team(&world, "delete_team", &owner, team.id, json!({})).await.unwrap();
    assert_eq!(on_team(&world, "get_team", &owner, team.id, json!({})).await.unwrap_err().code, "TEAM_NOT_FOUND");
    let gone: bool = world
        .admin
        .value("SELECT deleted_at IS NOT NULL FROM convene.event_types WHERE id = $1", &[&team.event_type])
        .await;
    assert!(gone);
}

#[tokio::test]
async fn only_members_of_the_team_host_its_event_types() {
    let world = World::new().await;
    let (owner, host, stranger) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&host], json!({})).await;
    let members = json!([{ "user_id": host.id }, { "user_id": stranger.id }]);
    let no = world.share_out(&owner, team.event_type, "round_robin", members).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["user_id"]), ("TEAM_MEMBER_NOT_FOUND", &json!(stranger.id)));
    let one = json!([{ "user_id": host.id }]);
    for (actor, code) in [(&host, "NOT_AUTHORIZED"), (&stranger, "EVENT_TYPE_NOT_FOUND")] {
        let no = world.share_out(actor, team.event_type, "collective", one.clone()).await.unwrap_err();
        assert_eq!(no.code, code);
    }
    let no = world.share_out(&owner, team.event_type, "at_random", one.clone()).await.unwrap_err();
    assert_eq!(field(&no), ("VALIDATION_ERROR", "mode"));
    let shared = world.share_out(&owner, team.event_type, "collective", one).await.unwrap();
    assert_eq!((&shared["mode"], &shared["members"][0]["is_required"]), (&json!("collective"), &json!(true)));
    let arguments = json!({ "p_actor_id": host.id, "p_event_type_id": team.event_type });
    assert_eq!(world.sql.call_one("get_team_event_type", arguments).await.unwrap(), shared);
}

//! Tags: an organization's words, and who has which.

use serde_json::{Value, json};
use support::{User, World};

async fn create(world: &World, actor: &User, kind: &str, name: &str) -> Result<Value, support::Refused> {
    let arguments = json!({ "p_actor_id": actor.id, "p_kind": kind, "p_name": name });
    world.sql.call_one("create_tag", arguments).await
}

async fn listed(world: &World, actor: &User, kind: Option<&str>) -> Vec<Value> {
    world.sql.call("list_tags", json!({ "p_actor_id": actor.id, "p_kind": kind })).await.unwrap()
}

fn names(tags: &[Value]) -> Vec<&str> {
    tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_tag_is_made_once_whatever_the_case_of_its_name() {
    let world = World::new().await;
    let (coordinator, admin) = (world.coordinator().await, world.user("admin").await);

    let first = create(&world, &coordinator, "industry", "  Fintech ").await.unwrap();
    let again = create(&world, &admin, "industry", "FINTECH").await.unwrap();
    let other_kind = create(&world, &admin, "technology", "Fintech").await.unwrap();

    assert_eq!((&first["name"], &first["is_new"]), (&json!("Fintech"), &json!(true)));
    assert_eq!((&again["id"], &again["name"], &again["is_new"]), (&first["id"], &json!("Fintech"), &json!(false)));
    assert_eq!((other_kind["id"] == first["id"], &other_kind["is_new"]), (false, &json!(true)));
}

#[tokio::test]
async fn tags_are_listed_by_kind_and_name() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    for (kind, name) in [("technology", "web"), ("industry", "Mobility"), ("industry", "climate"), ("stage", "Idea")] {
        world.tag(kind, name).await;
    }
    assert_eq!(names(&listed(&world, &mentee, None).await), ["climate", "Mobility", "Idea", "web"]);
    assert_eq!(names(&listed(&world, &mentee, Some("technology")).await), ["web"]);
    let no = world.sql.call("list_tags", json!({ "p_actor_id": mentee.id, "p_kind": "colour" })).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("kind")));
}

#[tokio::test]
async fn only_staff_make_tags_and_only_proper_ones() {
    let world = World::new().await;
    let coordinator = world.coordinator().await;
    for user in [world.mentee().await, world.mentor().await] {
        assert_eq!(create(&world, &user, "industry", "Food").await.unwrap_err().code, "NOT_AUTHORIZED");
    }
    for (kind, name, field) in [
        ("colour", "Red", "kind"),
        ("industry", "", "name"),
        ("industry", " \n ", "name"),
        ("industry", "two\nlines", "name"),
        ("industry", &"x".repeat(101), "name"),
    ] {
        let no = create(&world, &coordinator, kind, name).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(field)), "{kind} {name:?}");
    }
    create(&world, &coordinator, "industry", &"ü".repeat(100)).await.unwrap();
}

#[tokio::test]
async fn choosing_tags_replaces_those_chosen_before_and_leaves_those_from_airtable() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (food, web, seed) =
        (world.tag("industry", "Food").await, world.tag("technology", "Web").await, world.tag("stage", "Seed").await);
    world.tag_from_airtable(&mentee, &seed).await;
    world.set_tags(&mentee, &mentee, &[&food]).await.unwrap();

    let tags = world.set_tags(&mentee, &mentee, &[&web, &web]).await.unwrap();

    let of = |tag: &Value| (tag["name"].as_str().unwrap().to_owned(), tag["source"].as_str().unwrap().to_owned());
    let wanted = [("Seed", "airtable"), ("Web", "manual")].map(|(name, source)| (name.to_owned(), source.to_owned()));
    assert_eq!(tags.iter().map(of).collect::<Vec<_>>(), wanted);
    let seen = world.sql.call("user_tags", json!({ "p_actor_id": mentee.id, "p_user_id": mentee.id })).await.unwrap();
    assert_eq!(seen, tags);
    let both = world.set_tags(&mentee, &mentee, &[&seed, &food]).await.unwrap();
    assert_eq!(
        both.iter().map(of).collect::<Vec<_>>(),
        [("Food", "manual"), ("Seed", "airtable")].map(|(name, source)| (name.to_owned(), source.to_owned()))
    );
    assert_eq!(names(&world.set_tags(&mentee, &mentee, &[]).await.unwrap()), ["Seed"]);
}

#[tokio::test]
async fn a_tag_kept_is_the_same_tag_since_when_it_was_chosen() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    let (food, web) = (world.tag("industry", "Food").await, world.tag("technology", "Web").await);
    let first = world.set_tags(&mentor, &mentor, &[&food]).await.unwrap();
    let second = world.set_tags(&mentor, &mentor, &[&web, &food]).await.unwrap();
    assert_eq!(second[0], first[0]);
}

#[tokio::test]
async fn people_choose_their_own_tags_and_staff_everybodys() {
    let world = World::new().await;
    let (mentee, mentor, coordinator) = (world.mentee().await, world.mentor().await, world.coordinator().await);
    let food = world.tag("industry", "Food").await;
    let nobody = User { id: uuid::Uuid::new_v4(), ..mentee.clone() };
    for (actor, user, code) in [
        (&mentee, &mentor, "NOT_AUTHORIZED"),
        (&mentor, &mentee, "NOT_AUTHORIZED"),
        (&mentee, &nobody, "NOT_AUTHORIZED"),
        (&coordinator, &nobody, "USER_NOT_FOUND"),
        (&nobody, &mentee, "USER_NOT_FOUND"),
    ] {
        assert_eq!(world.set_tags(actor, user, &[&food]).await.unwrap_err().code, code);
    }
    assert_eq!(names(&world.set_tags(&coordinator, &mentee, &[&food]).await.unwrap()), ["Food"]);
    let looks = async |actor: &User, user: &User| {
        let tags = world.sql.call("user_tags", json!({ "p_actor_id": actor.id, "p_user_id": user.id })).await;
        tags.map(|tags| tags.len()).map_err(|no| no.code)
    };
    assert_eq!(looks(&mentee, &mentor).await, Ok(0), "everybody sees mentors");
    assert_eq!(looks(&mentor, &mentee).await, Err("USER_NOT_FOUND".to_owned()), "they never met");
    assert_eq!(looks(&coordinator, &mentee).await, Ok(1));
}

#[tokio::test]
async fn at_most_fifty_tags_are_chosen_and_all_must_exist() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let mut tags = Vec::new();
    for nth in 0..51 {
        tags.push(world.tag("technology", &format!("Language {nth}")).await);
    }
    let all: Vec<_> = tags.iter().collect();
    assert_eq!(world.set_tags(&mentee, &mentee, &all[..50]).await.unwrap().len(), 50);
    let before = world.snapshot().await;
    let unknown = uuid::Uuid::new_v4();
    for (ids, code, detail) in [
        (json!(tags.iter().map(|tag| tag.id).collect::<Vec<_>>()), "VALIDATION_ERROR", ("field", json!("tag_ids"))),
        (json!([null]), "VALIDATION_ERROR", ("field", json!("tag_ids"))),
        (json!(null), "VALIDATION_ERROR", ("field", json!("tag_ids"))),
        (json!([tags[0].id, unknown]), "TAG_NOT_FOUND", ("tag_id", json!(unknown))),
    ] {
        let no = world.set_tag_ids(&mentee, &mentee, ids).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details[detail.0]), (code, &detail.1));
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn two_who_set_the_same_tags_at_once_leave_one_of_both_choices() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let coordinator = world.coordinator().await;
    let (food, web) = (world.tag("industry", "Food").await, world.tag("technology", "Web").await);
    let other = world.connect().await;
    for _ in 0..20 {
        let by_staff =
            json!({ "p_actor_id": coordinator.id, "p_user_id": mentee.id, "p_tag_ids": format!("{{{}}}", web.id) });
        let chosen = [&food];
        let (own, theirs) =
            tokio::join!(world.set_tags(&mentee, &mentee, &chosen), other.call("set_user_tags", by_staff));
        assert_eq!((names(&own.unwrap()), names(&theirs.unwrap())), (vec!["Food"], vec!["Web"]));
        let left: i64 = world.admin.value("SELECT count(*) FROM convene.user_tags", &[]).await;
        assert_eq!(left, 1);
    }
}

#[tokio::test]
async fn another_organizations_tags_are_unknown() {
    let world = World::new().await;
    let abroad = world.other_organization("abroad").await;
    let foreign = world.tag_in(&abroad, "industry", "Food").await;
    let own = world.tag("industry", "Food").await;
    let (mentee, foreigner) = (world.mentee().await, world.user_in(&abroad, "coordinator").await);

    assert_eq!(listed(&world, &mentee, None).await[0]["id"], json!(own.id));
    assert_eq!(listed(&world, &mentee, None).await.len(), 1);
    let no = world.set_tags(&mentee, &mentee, &[&foreign]).await.unwrap_err();
    assert_eq!((no.code.as_str(), &no.details["tag_id"]), ("TAG_NOT_FOUND", &json!(foreign.id)));
    assert_eq!(world.set_tags(&foreigner, &mentee, &[&foreign]).await.unwrap_err().code, "USER_NOT_FOUND");
    let looked = world.sql.call("user_tags", json!({ "p_actor_id": foreigner.id, "p_user_id": mentee.id })).await;
    assert_eq!(looked.unwrap_err().code, "USER_NOT_FOUND");
    let theirs = create(&world, &foreigner, "industry", "food").await.unwrap();
    assert_eq!((&theirs["id"], &theirs["is_new"]), (&json!(foreign.id), &json!(false)));
}

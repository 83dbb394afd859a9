//! Searching mentors: every filter alone, together, and across pages.

use jiff::Timestamp;
use serde_json::{Value, json};
use support::{Refused, Tag, User, World, days, hours};

async fn search(world: &World, actor: &User, filter: Value) -> Result<Vec<String>, Refused> {
    let mut arguments = filter;
    arguments["p_actor_id"] = json!(actor.id);
    let found = world.sql.call("list_mentors", arguments).await?;
    Ok(found.iter().map(|mentor| mentor["name"].as_str().unwrap().to_owned()).collect())
}

async fn found(world: &World, actor: &User, filter: Value) -> Vec<String> {
    search(world, actor, filter).await.unwrap()
}

fn tags(tags: &[&Tag]) -> String {
    let ids: Vec<String> = tags.iter().map(|tag| tag.id.to_string()).collect();
    format!("{{{}}}", ids.join(","))
}

async fn mentor(world: &World, name: &str) -> User {
    world.named(world.mentor().await, name).await
}

#[tokio::test]
async fn mentors_are_found_by_any_or_all_of_some_tags() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let (food, web, seed) =
        (world.tag("industry", "Food").await, world.tag("technology", "Web").await, world.tag("stage", "Seed").await);
    world.with_tags(mentor(&world, "Ann").await, &[&food, &web]).await;
    world.with_tags(mentor(&world, "Ben").await, &[&web]).await;
    mentor(&world, "Cleo").await;
    for (wanted, how, names) in [
        (vec![&food], "any", vec!["Ann"]),
        (vec![&food, &web], "any", vec!["Ann", "Ben"]),
        (vec![&food, &web], "all", vec!["Ann"]),
        (vec![&web, &web], "all", vec!["Ann", "Ben"]),
        (vec![&food, &web, &seed], "all", vec![]),
        (vec![&seed], "any", vec![]),
    ] {
        let filter = json!({ "p_tags": tags(&wanted), "p_match": how });
        assert_eq!(found(&world, &mentee, filter).await, names, "{how} of {wanted:?}");
    }
}

#[tokio::test]
async fn mentors_are_found_by_when_they_are_free() {
    let world = World::new().await;
    world.policy("minimum_notice_minutes", 60).await;
    let mentee = world.mentee().await;
    let (soon, later, taken) =
        (mentor(&world, "Soon").await, mentor(&world, "Later").await, mentor(&world, "Taken").await);
    mentor(&world, "Never").await;
    let first = world.slot(&soon, days(2)).await;
    world.slot(&later, days(20)).await;
    world.booking(&world.mentee().await, &taken, days(2)).await;
    world.withdraw(&world.slot(&taken, days(3)).await).await;
    world.slot(&taken, support::minutes(30)).await;
    let at = |from_now| Timestamp::now() + from_now;
    for (what, filter, names) in [
        ("from now on", json!({ "p_free_from": at(hours(0)) }), vec!["Later", "Soon"]),
        ("since yesterday", json!({ "p_free_from": at(days(-1)) }), vec!["Later", "Soon"]),
        ("this week", json!({ "p_free_to": at(days(7)) }), vec!["Soon"]),
        ("next month", json!({ "p_free_from": at(days(10)), "p_free_to": at(days(40)) }), vec!["Later"]),
        ("in between", json!({ "p_free_from": at(days(5)), "p_free_to": at(days(10)) }), vec![]),
        ("until it starts", json!({ "p_free_to": first.start }), vec![]),
        ("from when it starts", json!({ "p_free_from": first.start, "p_free_to": at(days(7)) }), vec!["Soon"]),
        ("long ago", json!({ "p_free_to": at(days(-7)) }), vec![]),
    ] {
        assert_eq!(found(&world, &mentee, filter).await, names, "{what}");
    }
}

#[tokio::test]
async fn mentors_are_found_by_a_text_in_whatever_case() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let ann = mentor(&world, "Ann Özil").await;
    let sql = "UPDATE convene.users SET title = 'Head of Growth', company = '100% Pure_Water', bio = E'Ships\\\\boats'
        WHERE id = $1";
    world.admin.execute(sql, &[&ann.id]).await;
    let ben = world.with_tags(mentor(&world, "Ben").await, &[&world.tag("technology", "Robotics").await]).await;
    for (text, names) in [
        ("ann", vec!["Ann Özil"]),
        ("ÖZIL", vec!["Ann Özil"]),
        ("head of g", vec!["Ann Özil"]),
        ("100%", vec!["Ann Özil"]),
        ("e_w", vec!["Ann Özil"]),
        ("s\\b", vec!["Ann Özil"]),
        ("robot", vec!["Ben"]),
        ("n", vec!["Ann Özil", "Ben"]),
        ("%", vec!["Ann Özil"]),
        ("a_n", vec![]),
        ("growth 100", vec![]),
        ("' OR true --", vec![]),
        (ben.email.as_str(), vec![]),
    ] {
        assert_eq!(found(&world, &mentee, json!({ "p_q": text })).await, names, "{text}");
    }
}

#[tokio::test]
async fn filters_narrow_each_other_down_and_pages_follow_them() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let food = world.tag("industry", "Food").await;
    for nth in 0..12 {
        // Equal names, so that the id decides between pages.
        let name = format!("Chef {}", nth / 4);
        let chef = world.with_tier(mentor(&world, &name).await, if nth % 2 == 0 { "gold" } else { "silver" }).await;
        if nth % 3 != 2 {
            world.with_tags(chef.clone(), &[&food]).await;
        }
        if nth != 0 {
            world.slot(&chef, days(1)).await;
        }
    }
    // Gold, with the tag, and free: 4, 6 and 10.
    let filter =
        json!({ "p_tags": tags(&[&food]), "p_tier": "gold", "p_q": "CHEF", "p_free_to": Timestamp::now() + days(2) });
    assert_eq!(found(&world, &mentee, filter.clone()).await, ["Chef 1", "Chef 1", "Chef 2"]);

    let (mut after, mut seen) = (json!({ "p_after_name": null, "p_after_id": null }), Vec::new());
    loop {
        let mut arguments = filter.clone();
        for (name, value) in [("p_actor_id", json!(mentee.id)), ("p_limit", json!(1))] {
            arguments[name] = value;
        }
        for name in ["p_after_name", "p_after_id"] {
            arguments[name] = after[name].clone();
        }
        let page = world.sql.call("list_mentors", arguments).await.unwrap();
        let Some(last) = page.last() else { break };
        after = json!({ "p_after_name": last["name"], "p_after_id": last["id"] });
        seen.push(last["id"].clone());
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn other_organizations_mentors_and_tags_never_show() {
    let world = World::new().await;
    let abroad = world.other_organization("abroad").await;
    let foreign = world.tag_in(&abroad, "industry", "Food").await;
    let foreigner = world.named(world.user_in(&abroad, "mentor").await, "Ann").await;
    world.with_tags(foreigner.clone(), &[&foreign]).await;
    world.slot(&foreigner, days(1)).await;
    mentor(&world, "Ben").await;
    let mentee = world.mentee().await;
    for (filter, names) in [
        (json!({ "p_q": "ann" }), vec![]),
        (json!({ "p_q": "food" }), vec![]),
        (json!({ "p_tags": tags(&[&foreign]) }), vec![]),
        (json!({ "p_free_to": Timestamp::now() + days(2) }), vec![]),
        (json!({}), vec!["Ben"]),
    ] {
        assert_eq!(found(&world, &mentee, filter.clone()).await, names, "{filter}");
    }
}

#[tokio::test]
async fn filters_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let now = Timestamp::now();
    let id = uuid::Uuid::new_v4();
    for (filter, field) in [
        (json!({ "p_tags": "{}" }), "tags"),
        (json!({ "p_tags": "{NULL}" }), "tags"),
        (json!({ "p_tags": format!("{{{}}}", vec![id.to_string(); 51].join(",")) }), "tags"),
        (json!({ "p_match": "some" }), "match"),
        (json!({ "p_match": null }), "match"),
        (json!({ "p_tier": "tin" }), "tier"),
        (json!({ "p_free_from": now, "p_free_to": now }), "free_to"),
        (json!({ "p_q": "" }), "q"),
        (json!({ "p_q": "growth\n100%" }), "q"),
        (json!({ "p_q": "x".repeat(201) }), "q"),
    ] {
        let no = search(&world, &mentee, filter.clone()).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!(field)), "{filter}");
    }
}

//! Mentors for a mentee, best first.

use serde_json::{Value, json};
use support::{User, World, days, hours, minutes};

async fn matches(world: &World, mentee: &User) -> Vec<Value> {
    world.sql.call("match_mentors", json!({ "p_mentee_id": mentee.id })).await.unwrap()
}

fn ids(matches: &[Value]) -> Vec<uuid::Uuid> {
    matches.iter().map(|found| found["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn shared_tags_free_slots_and_reputation_make_the_score() {
    let world = World::new().await;
    let (food, web) = (world.tag("industry", "Food").await, world.tag("technology", "Web").await);
    let (ai, seed) = (world.tag("technology", "AI").await, world.tag("stage", "Seed").await);
    let mentee = world.with_tags(world.mentee().await, &[&food, &web, &seed]).await;
    let mentor = world.with_tags(world.mentor().await, &[&food, &web, &ai]).await;
    let (first, _) = (world.slot(&mentor, days(7)).await, world.slot(&mentor, days(8)).await);
    world.slot(&mentor, days(15)).await;

    let found = matches(&world, &mentee).await;

    assert_eq!(found.len(), 1);
    let of = |part: &str| found[0]["breakdown"][part].as_f64().unwrap();
    assert_eq!((of("industry"), of("technology"), of("stage")), (15.0, 10.0, 0.0));
    assert_eq!((of("free_slots"), of("reputation")), (7.5, 12.0));
    assert!((of("soon") - 5.0).abs() < 0.02, "half of 14 days: {}", of("soon"));
    let sum: f64 = found[0]["breakdown"].as_object().unwrap().values().map(|points| points.as_f64().unwrap()).sum();
    // Each shown component is rounded for itself, and the score once.
    assert!((found[0]["score"].as_f64().unwrap() - sum).abs() < 0.011, "{}", found[0]);
    assert_eq!((&found[0]["free_slots"], &found[0]["is_dormant"]), (&json!(2), &json!(false)));
    assert_eq!(found[0]["next_free_slot"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(), first.start);
}

#[tokio::test]
async fn who_shares_more_comes_first_and_who_is_dormant_last() {
    let world = World::new().await;
    let (food, web, seed) =
        (world.tag("industry", "Food").await, world.tag("technology", "Web").await, world.tag("stage", "Seed").await);
    let mentee = world.with_tags(world.mentee().await, &[&food, &web, &seed]).await;
    let stage = world.with_tags(world.mentor().await, &[&seed]).await;
    let asleep = world.with_tags(world.mentor().await, &[&food, &web, &seed]).await;
    world.admin.execute("UPDATE convene.users SET dormant_since = now() WHERE id = $1", &[&asleep.id]).await;
    let (nothing, free) = (world.mentor().await, world.mentor().await);
    world.slot(&free, days(1)).await;
    let industry = world.with_tags(world.mentor().await, &[&food]).await;
    let technology = world.with_tags(world.mentor().await, &[&web]).await;

    let found = matches(&world, &mentee).await;

    // A slot tomorrow is worth 5 points, and 9.28 for being tomorrow.
    assert_eq!(ids(&found), [industry.id, free.id, technology.id, stage.id, nothing.id, asleep.id]);
}

#[tokio::test]
async fn equals_are_ordered_by_name_and_a_limit_cuts_the_list() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    for name in ["Cleo", "Ann", "Ben"] {
        world.named(world.mentor().await, name).await;
    }
    let top = json!({ "p_mentee_id": mentee.id, "p_limit": 2 });
    let found = world.sql.call("match_mentors", top).await.unwrap();
    assert_eq!(found.iter().map(|found| &found["name"]).collect::<Vec<_>>(), ["Ann", "Ben"]);
    assert_eq!(matches(&world, &mentee).await.len(), 3);
}

#[tokio::test]
async fn mentors_out_of_reach_are_left_out_until_an_override_opens_them() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let near = world.with_tier(world.mentor().await, "gold").await;
    let far = world.with_tier(world.mentor().await, "platinum").await;
    assert_eq!(ids(&matches(&world, &mentee).await), [near.id]);

    let asked = json!({ "p_mentee_id": mentee.id, "p_mentor_id": far.id, "p_reason": "They built what I build" });
    let request = world.sql.call_one("request_tier_override", asked).await.unwrap();
    assert_eq!(ids(&matches(&world, &mentee).await), [near.id], "a request is no approval");
    let coordinator = world.coordinator().await;
    let approved = json!({ "p_request_id": request["id"], "p_reviewer_id": coordinator.id, "p_approve": true });
    world.sql.call_one("review_tier_override", approved).await.unwrap();

    assert_eq!(ids(&matches(&world, &mentee).await), [far.id, near.id]);
    assert_eq!(ids(&matches(&world, &world.mentee().await).await), [near.id], "it is this mentee's alone");
    world.admin.run("UPDATE convene.tier_override_requests SET expires_at = now() - interval '1 second'").await;
    assert_eq!(ids(&matches(&world, &mentee).await), [near.id]);
}

#[tokio::test]
async fn only_slots_that_can_still_be_had_count_as_free() {
    let world = World::new().await;
    world.policy("minimum_notice_minutes", 60).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.slot(&mentor, hours(-2)).await;
    world.slot(&mentor, minutes(30)).await;
    world.booking(&world.mentee().await, &mentor, days(1)).await;
    world.withdraw(&world.slot(&mentor, days(2)).await).await;
    let free = world.slot(&mentor, days(3)).await;

    let found = matches(&world, &mentee).await;

    assert_eq!(found[0]["free_slots"], 1);
    assert_eq!(found[0]["next_free_slot"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(), free.start);
    world.withdraw(&free).await;
    let found = matches(&world, &mentee).await;
    assert_eq!((&found[0]["free_slots"], &found[0]["next_free_slot"]), (&json!(0), &Value::Null));
    assert_eq!((&found[0]["breakdown"]["free_slots"], &found[0]["breakdown"]["soon"]), (&json!(0.0), &json!(0.0)));
}

#[tokio::test]
async fn mentors_who_are_gone_or_of_another_organization_match_nobody() {
    let world = World::new().await;
    let abroad = world.other_organization("abroad").await;
    let (own_food, foreign_food) =
        (world.tag("industry", "Food").await, world.tag_in(&abroad, "industry", "Food").await);
    let mentee = world.with_tags(world.mentee().await, &[&own_food]).await;
    let foreigner = world.with_tags(world.user_in(&abroad, "mentor").await, &[&foreign_food]).await;
    world.slot(&foreigner, days(1)).await;
    let (off, removed, kept) = (world.mentor().await, world.mentor().await, world.mentor().await);
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&off.id]).await;
    world.admin.execute("UPDATE convene.users SET deleted_at = now() WHERE id = $1", &[&removed.id]).await;

    assert_eq!(ids(&matches(&world, &mentee).await), [kept.id]);
    assert_eq!(ids(&matches(&world, &world.user_in(&abroad, "mentee").await).await), [foreigner.id]);
}

#[tokio::test]
async fn only_mentees_are_matched_and_with_a_sensible_limit() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    assert_eq!(matches(&world, &mentee).await, [] as [Value; 0]);
    let nobody = User { id: uuid::Uuid::new_v4(), ..mentee.clone() };
    for (who, code) in [
        (&world.mentor().await, "NOT_A_MENTEE"),
        (&world.coordinator().await, "NOT_A_MENTEE"),
        (&nobody, "USER_NOT_FOUND"),
    ] {
        let no = world.sql.call("match_mentors", json!({ "p_mentee_id": who.id })).await.unwrap_err();
        assert_eq!(no.code, code);
    }
    for limit in [json!(0), json!(-1), json!(201), Value::Null] {
        let arguments = json!({ "p_mentee_id": mentee.id, "p_limit": limit });
        let no = world.sql.call("match_mentors", arguments).await.unwrap_err();
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("limit")));
    }
}

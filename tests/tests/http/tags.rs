//! Tags, and what they are for: mentors that suit.

use serde_json::{Value, json};
use support::{Service, World, days};

fn names(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn staff_make_tags_and_people_choose_among_them() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_staff = service.signed_in(&world, &world.coordinator().await).await;
    let of_mentee = service.signed_in(&world, &world.mentee().await).await;
    let food = json!({ "kind": "industry", "name": "Food" });

    let made = of_staff.post("/v1/tags", food.clone()).await;
    let again = of_staff.post("/v1/tags", json!({ "kind": "industry", "name": "food" })).await;
    assert_eq!((made.status, &made.body["name"]), (201, &json!("Food")), "{}", made.body);
    assert_eq!((again.status, &again.body), (200, &made.body));
    assert_eq!(of_mentee.post("/v1/tags", food).await.outcome(), (403, "FORBIDDEN"));
    of_staff.post("/v1/tags", json!({ "kind": "technology", "name": "Web" })).await;

    let all = of_mentee.get("/v1/tags").await.body;
    assert_eq!((names(&all), &all["next_cursor"]), (vec!["Food", "Web"], &Value::Null));
    assert_eq!(names(&of_mentee.get("/v1/tags?kind=technology").await.body), ["Web"]);
    assert_eq!(of_mentee.get("/v1/users/me/tags").await.body["data"], json!([]));
    let chosen = of_mentee.put("/v1/users/me/tags", json!({ "tag_ids": [made.body["id"]] })).await;
    assert_eq!((chosen.status, names(&chosen.body)), (200, vec!["Food"]));
    assert_eq!(chosen.body["data"][0]["source"], "manual");
    assert_eq!(of_mentee.get("/v1/users/me/tags").await.body, chosen.body);
}

#[tokio::test]
async fn tags_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let foreign = world.tag_in(&world.other_organization("abroad").await, "industry", "Food").await;
    let of_staff = service.signed_in(&world, &world.coordinator().await).await;
    let unknown = of_staff.put("/v1/users/me/tags", json!({ "tag_ids": [foreign.id] })).await;
    assert_eq!(
        (unknown.outcome(), &unknown.body["error"]["details"]["tag_id"]),
        ((404, "TAG_NOT_FOUND"), &json!(foreign.id))
    );
    for body in [json!({}), json!({ "tag_ids": null }), json!({ "tag_ids": ["Food"] }), json!({ "tags": [] })] {
        let reply = of_staff.put("/v1/users/me/tags", body.clone()).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{body}");
    }
    for (body, field) in [
        (json!({ "kind": "colour", "name": "Red" }), "kind"),
        (json!({ "kind": "stage", "name": " " }), "name"),
        (json!({ "kind": "stage" }), "name"),
    ] {
        let reply = of_staff.post("/v1/tags", body).await;
        assert_eq!(
            (reply.outcome(), &reply.body["error"]["details"]["field"]),
            ((400, "VALIDATION_ERROR"), &json!(field))
        );
    }
    assert_eq!(of_staff.get("/v1/tags?kind=colour").await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn mentees_are_recommended_mentors_with_the_reasons() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let food = world.tag("industry", "Food").await;
    let mentee = world.with_tags(world.mentee().await, &[&food]).await;
    let of_mentee = service.signed_in(&world, &mentee).await;
    let far = world.with_tier(world.mentor().await, "platinum").await;
    world.with_tags(far, &[&food]).await;
    world.named(world.mentor().await, "Ann").await;
    let best = world.with_tags(world.named(world.mentor().await, "Ben").await, &[&food]).await;
    let slot = world.slot(&best, days(2)).await;

    let page = of_mentee.get("/v1/mentors/recommended").await.body;

    assert_eq!((names(&page), &page["next_cursor"]), (vec!["Ben", "Ann"], &Value::Null));
    let first = &page["data"][0];
    assert_eq!(first["breakdown"]["industry"], json!(15.0));
    assert_eq!(first["next_free_slot"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(), slot.start);
    assert_eq!((&first["free_slots"], &first["reputation_tier"]), (&json!(1), &json!("silver")));
    assert_eq!(names(&of_mentee.get("/v1/mentors/recommended?limit=1").await.body), ["Ben"]);
    for limit in ["0", "201", "x", ""] {
        let reply = of_mentee.get(&format!("/v1/mentors/recommended?limit={limit}")).await;
        assert_eq!(
            (reply.outcome(), &reply.body["error"]["details"]["field"]),
            ((400, "VALIDATION_ERROR"), &json!("limit"))
        );
    }
    let of_mentor = service.signed_in(&world, &best).await;
    assert_eq!(of_mentor.get("/v1/mentors/recommended").await.outcome(), (403, "FORBIDDEN"));
}

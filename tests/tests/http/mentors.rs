//! Finding a mentor and a slot; asking why one cannot be had; exceptions from tiers.

use serde_json::{Value, json};
use support::{Service, World, days};

#[tokio::test]
async fn mentors_are_listed_by_name_page_by_page() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    for _ in 0..5 {
        world.mentor().await;
    }
    let foreign = world.other_organization("abroad").await;
    world.user_in(&foreign, "mentor").await;

    let first = client.get("/v1/mentors?limit=3").await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("/v1/mentors?limit=3&cursor={cursor}")).await.body;

    let ids = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|mentor| mentor["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = [ids(&first), ids(&second)].concat();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), &second["next_cursor"]), (5, &Value::Null));
    let of_bookings = client.get(&format!("/v1/bookings?cursor={cursor}")).await;
    assert_eq!(
        (of_bookings.outcome(), &of_bookings.body["error"]["details"]["field"]),
        ((400, "VALIDATION_ERROR"), &json!("cursor"))
    );
}

#[tokio::test]
async fn mentors_are_searched_page_by_page() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let (food, web) = (world.tag("industry", "Food & Drink").await, world.tag("technology", "Web").await);
    for (name, tags) in [("Ann", vec![&food]), ("Ben", vec![&web]), ("Cleo", vec![&food, &web]), ("Dora", vec![])] {
        let mentor = world.with_tags(world.named(world.mentor().await, name).await, &tags).await;
        if name != "Ben" {
            world.slot(&mentor, days(2)).await;
        }
    }
    let (food, web, tomorrow) = (food.id, web.id, jiff::Timestamp::now() + days(1));
    for (query, names) in [
        (format!("tags={food},{web}"), vec!["Ann", "Ben", "Cleo"]),
        (format!("tags={food}&tags={web}&match=all"), vec!["Cleo"]),
        (format!("tags={food}&free_from={tomorrow}&q=C"), vec!["Cleo"]),
        (format!("free_to={tomorrow}"), vec![]),
        (format!("free_from={tomorrow}"), vec!["Ann", "Cleo", "Dora"]),
        ("q=food+%26+DRINK".to_owned(), vec!["Ann", "Cleo"]),
        ("q=%25".to_owned(), vec![]),
        ("tier=gold".to_owned(), vec![]),
    ] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/v1/mentors?limit=1&{query}{cursor}")).await.body;
            found.extend(page["data"].as_array().unwrap().iter().map(|mentor| mentor["name"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, names, "{query}");
    }
}

#[tokio::test]
async fn searches_that_make_no_sense_are_refused_by_name() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let id = uuid::Uuid::new_v4();
    for (query, field) in [
        ("tags=".to_owned(), "tags"),
        ("tags=food".to_owned(), "tags"),
        (format!("tags={}", vec![id.to_string(); 51].join(",")), "tags"),
        (format!("tags={id}&match=some"), "match"),
        (format!("tags={id}&match=any&match=all"), "match"),
        ("q=two%0Alines".to_owned(), "q"),
        ("q=".to_owned(), "q"),
        (format!("q={}", "x".repeat(201)), "q"),
        ("free_from=today".to_owned(), "free_from"),
        ("free_from=2027-01-02T00:00:00Z&free_to=2027-01-01T00:00:00Z".to_owned(), "free_to"),
        ("tier=tin".to_owned(), "tier"),
        ("tag=x".to_owned(), "tag"),
    ] {
        let reply = client.get(&format!("/v1/mentors?{query}")).await;
        let details = &reply.body["error"]["details"];
        assert_eq!((reply.outcome(), &details["field"]), ((400, "VALIDATION_ERROR"), &json!(field)), "{query}");
    }
    assert_eq!(client.get("/v1/mentors?q=%00").await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn a_slot_is_shown_until_somebody_has_it_and_then_explained() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (one, other, mentor) = (world.mentee().await, world.mentee().await, world.mentor().await);
    let (of_one, of_other) = (service.signed_in(&world, &one).await, service.signed_in(&world, &other).await);
    let slot = world.slot(&mentor, days(2)).await;
    let slots = format!("/v1/mentors/{}/slots", mentor.id);

    let before = of_other.get(&slots).await.body;
    assert_eq!(before["data"][0]["id"], json!(slot.id));
    assert_eq!(of_one.book(&slot, "k").await.status, 201);

    assert_eq!(of_other.get(&slots).await.body["data"], json!([]));
    let reasons = of_other.get(&format!("/v1/slots/{}/explain", slot.id)).await.body;
    assert_eq!(reasons["reasons"][0]["code"], "SLOT_ALREADY_BOOKED");
    assert_eq!(reasons["reasons"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_of_slots_may_be_empty_and_go_on() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mentor = world.mentor().await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let free = world.slot(&mentor, days(9)).await;
    // More slots before it than a page looks at, all while the mentor is busy.
    let many = "INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
        SELECT org_id, convene.new_id(org_id), block_id, mentor_id, now() + n * interval '5 minutes',
            now() + (n + 1) * interval '5 minutes'
        FROM convene.time_slots, generate_series(1, 2100) AS n";
    world.admin.run(many).await;
    world.busy(&mentor, &free).await;
    world
        .admin
        .run("UPDATE convene.calendar_busy_windows SET busy = tstzrange(now(), now() + interval '8 days')")
        .await;
    let path = format!("/v1/mentors/{}/slots?limit=1", mentor.id);

    let first = client.get(&path).await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("{path}&cursor={cursor}")).await.body;

    assert_eq!(first["data"], json!([]));
    assert_eq!((&second["data"][0]["id"], &second["data"][0]["is_free"]), (&json!(free.id), &Value::Null));
    assert_eq!(second["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_coordinator_lets_a_mentee_book_beyond_their_tier_once() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (
        world.with_tier(world.mentee().await, "bronze").await,
        world.with_tier(world.mentor().await, "platinum").await,
    );
    let of_mentee = service.signed_in(&world, &mentee).await;
    let of_staff = service.signed_in(&world, &world.coordinator().await).await;
    let (slot, another) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);
    assert_eq!(of_mentee.book(&slot, "early").await.outcome(), (403, "TIER_RESTRICTION"));

    let asked =
        of_mentee.post("/v1/exceptions", json!({ "mentor_id": mentor.id, "reason": "She knows our market" })).await;
    assert_eq!((asked.status, &asked.body["status"]), (201, &json!("pending")), "{}", asked.body);
    let waiting = of_staff.get("/v1/exceptions?status=pending").await.body;
    assert_eq!(waiting["data"][0]["id"], asked.body["id"]);
    let path = format!("/v1/exceptions/{}/approve", asked.body["id"].as_str().unwrap());
    assert_eq!(of_mentee.post(&path, json!({})).await.outcome(), (403, "FORBIDDEN"));
    let approved = of_staff.post(&path, json!({ "notes": "Go ahead" })).await;
    assert_eq!((approved.status, &approved.body["status"]), (200, &json!("approved")), "{}", approved.body);

    assert_eq!(of_mentee.book(&slot, "late").await.status, 201);
    assert_eq!(of_mentee.book(&another, "again").await.outcome(), (403, "TIER_RESTRICTION"));
}

#[tokio::test]
async fn people_see_their_own_reputation_and_staff_everybodys() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, other) = (world.mentee().await, world.mentee().await);
    let of_mentee = service.signed_in(&world, &mentee).await;
    let of_staff = service.signed_in(&world, &world.coordinator().await).await;
    let of = |user: &support::User| format!("/v1/users/{}/reputation", user.id);

    assert_eq!(of_mentee.get("/v1/users/me").await.body["id"], json!(mentee.id));
    assert_eq!(of_mentee.get(&of(&mentee)).await.body["score"], json!(4.2));
    assert_eq!(of_staff.get(&of(&mentee)).await.body["tier"], json!("gold"));
    assert_eq!(of_mentee.get(&of(&other)).await.outcome(), (403, "NOT_AUTHORIZED"));
}

#[tokio::test]
async fn whoever_sees_a_mentor_sees_their_tags_and_web_addresses() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (food, web) = (world.tag("industry", "Food").await, world.tag("technology", "Web").await);
    let mentor = world.with_tags(world.named(world.mentor().await, "Ann").await, &[&web, &food]).await;
    let urls =
        json!([{ "label": "Site", "url": "https://a.example" }, { "label": "Blog", "url": "https://b.example" }]);
    let addresses = json!({ "p_user_id": mentor.id, "p_urls": urls.to_string() });
    world.sql.call("set_user_urls", addresses).await.unwrap();
    let bare = world.named(world.mentor().await, "Ben").await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let tags = json!([
        { "id": food.id, "kind": "industry", "name": "Food" }, { "id": web.id, "kind": "technology", "name": "Web" }
    ]);

    for path in ["/v1/mentors", "/v1/mentors/recommended"] {
        let page = client.get(path).await.body;
        assert_eq!((&page["data"][0]["tags"], &page["data"][0]["urls"]), (&tags, &urls), "{path}");
        assert_eq!((&page["data"][1]["tags"], &page["data"][1]["urls"]), (&json!([]), &json!([])), "{path}");
    }
    let one = client.get(&format!("/v1/mentors/{}", mentor.id)).await;
    let listed = client.get("/v1/mentors").await.body["data"][0].clone();
    assert_eq!((one.status, &one.body), (200, &listed));
    assert_eq!(client.get(&format!("/v1/mentors/{}", bare.id)).await.body["name"], "Ben");
}

#[tokio::test]
async fn who_is_no_active_mentor_of_the_organization_is_not_shown_as_one() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.coordinator().await).await;
    let (off, mentee) = (world.mentor().await, world.mentee().await);
    world.admin.execute("UPDATE convene.users SET is_active = false WHERE id = $1", &[&off.id]).await;
    let foreign = world.user_in(&world.other_organization("abroad").await, "mentor").await;
    for nobody in [off.id, mentee.id, foreign.id, uuid::Uuid::new_v4()] {
        let reply = client.get(&format!("/v1/mentors/{nobody}")).await;
        assert_eq!(reply.outcome(), (404, "MENTOR_NOT_FOUND"));
    }
}

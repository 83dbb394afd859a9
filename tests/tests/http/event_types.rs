//! Hosts say what they offer and when, over HTTP.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, World};

#[tokio::test]
async fn a_host_offers_an_event_type_and_changes_their_mind() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (host, mentee) = (world.mentor().await, world.mentee().await);
    let (of_host, of_mentee) = (service.signed_in(&world, &host).await, service.signed_in(&world, &mentee).await);
    let wanted = json!({
        "slug": "intro", "title": "Introduction", "durations": [30, 60], "minimum_notice_minutes": 120,
        "questions": [{ "key": "topic", "label": "Topic", "kind": "text", "required": true }],
    });

    let made = of_host.post("/v1/event-types", wanted).await;

    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!((&made.body["host_id"], &made.body["horizon_days"]), (&json!(host.id), &json!(60)));
    assert_eq!(made.body["questions"][0]["required"], true);
    let path = format!("/v1/event-types/{}", made.body["id"].as_str().unwrap());
    assert_eq!(of_mentee.get(&path).await.body, made.body);
    assert_eq!(of_mentee.get(&format!("/v1/event-types?host_id={}", host.id)).await.body["data"], json!([made.body]));
    let changes = json!({ "title": "Hello", "horizon_days": null, "bookable_from": "2030-06-01", "bookable_until": "2030-06-30" });
    let changed = of_host.send(Method::PATCH, &path, Some(changes)).await;
    assert_eq!((changed.status, &changed.body["title"]), (200, &json!("Hello")), "{}", changed.body);
    assert_eq!((&changed.body["bookable_from"], &changed.body["horizon_days"]), (&json!("2030-06-01"), &Value::Null));

    let wrong = of_host.send(Method::PATCH, &path, Some(json!({ "capacity": 0, "color": "red" }))).await;
    assert_eq!(wrong.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(
        wrong.body["error"]["details"]["fields"],
        json!({ "capacity": ["must lie between 1 and 1000"], "color": ["must be a color as #rrggbb"] })
    );
    assert_eq!(of_mentee.post("/v1/event-types", json!({ "slug": "x", "title": "x" })).await.status, 403);
    assert_eq!(of_host.send(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(of_host.get(&path).await.outcome(), (404, "EVENT_TYPE_NOT_FOUND"));
}

#[tokio::test]
async fn event_types_come_in_pages() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_host = service.signed_in(&world, &world.mentor().await).await;
    for slug in ["one", "two", "three"] {
        assert_eq!(of_host.post("/v1/event-types", json!({ "slug": slug, "title": slug })).await.status, 201);
    }

    let first = of_host.get("/v1/event-types?limit=2").await;
    let next = first.body["next_cursor"].as_str().unwrap();
    let second = of_host.get(&format!("/v1/event-types?limit=2&cursor={next}")).await;

    let slugs = |page: &support::Reply| -> Vec<String> {
        page.body["data"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((slugs(&first).len(), slugs(&second).len()), (2, 1));
    let mut both = [slugs(&first), slugs(&second)].concat();
    both.sort();
    assert_eq!(both, ["one", "three", "two"]);
    assert_eq!(second.body["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_private_link_shows_its_token_once_and_opens_the_event_type() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let of_host = service.signed_in(&world, &world.mentor().await).await;
    let event_type = json!({ "slug": "intro", "title": "Introduction", "is_private": true });
    let made = of_host.post("/v1/event-types", event_type).await;
    let path = format!("/v1/event-types/{}/links", made.body["id"].as_str().unwrap());

    let link = of_host.post(&path, json!({ "uses_most": 3, "expires_at": "2099-01-01T00:00:00Z" })).await;

    assert_eq!(link.status, 201, "{}", link.body);
    let token = link.body["token"].as_str().unwrap();
    let known = "SELECT uses_most FROM convene.event_type_links WHERE token_hash = sha256($1::text::bytea)";
    assert_eq!(world.admin.value::<i32>(known, &[&token]).await, 3);
    let listed = of_host.get(&path).await;
    assert_eq!(listed.body["data"][0]["uses"], 0);
    assert!(!listed.body.to_string().contains(token));
    let own = format!("{path}/{}", link.body["id"].as_str().unwrap());
    assert_eq!(of_host.send(Method::DELETE, &own, None).await.status, 204);
    assert_eq!(of_host.send(Method::DELETE, &own, None).await.outcome(), (404, "EVENT_TYPE_LINK_NOT_FOUND"));
    assert_eq!(of_host.post(&path, json!({ "uses_most": 0 })).await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn a_host_sets_their_hours() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let host = world.mentor().await;
    let of_host = service.signed_in(&world, &host).await;
    let rules = json!([{ "weekday": 1, "start_time": "09:00", "end_time": "24:00" }]);

    let usual = of_host.put("/v1/me/availability/rules", json!({ "rules": rules })).await;
    let made = of_host.post("/v1/me/availability/schedules", json!({ "name": "Evenings", "time_zone": "UTC" })).await;

    assert_eq!((usual.status, &usual.body["data"]), (200, &rules), "{}", usual.body);
    assert_eq!(made.status, 201, "{}", made.body);
    let schedule = made.body["id"].as_str().unwrap();
    let overrides = json!({ "schedule_id": schedule, "overrides": [
        { "day": "2030-12-24", "is_off": true }, { "day": "2030-12-23", "start_time": "18:00", "end_time": "20:00" },
    ] });
    let dated = of_host.put("/v1/me/availability/overrides", overrides).await;
    assert_eq!(
        dated.body["data"][1],
        json!({ "day": "2030-12-24", "start_time": "00:00", "end_time": "24:00", "is_off": true })
    );
    let stays = json!([{ "first_day": "2030-03-01", "last_day": "2030-03-14", "time_zone": "Asia/Tokyo" }]);
    let travels = of_host.put("/v1/me/availability/travel-dates", json!({ "travel_dates": stays })).await;
    assert_eq!((travels.status, &travels.body["data"]), (200, &stays), "{}", travels.body);

    let read = of_host.get("/v1/me/availability").await;

    assert_eq!(read.body["schedules"][0]["rules"], rules);
    assert_eq!(read.body["schedules"][1]["overrides"], dated.body["data"]);
    assert_eq!(read.body["travel_dates"], stays);
    let path = format!("/v1/me/availability/schedules/{schedule}");
    let changed = of_host.send(Method::PATCH, &path, Some(json!({ "is_default": true }))).await;
    assert_eq!((changed.status, &changed.body["is_default"]), (200, &json!(true)), "{}", changed.body);
    assert_eq!(of_host.send(Method::DELETE, &path, None).await.outcome(), (409, "SCHEDULE_IS_DEFAULT"));
    let first = format!("/v1/me/availability/schedules/{}", read.body["schedules"][0]["id"].as_str().unwrap());
    assert_eq!(of_host.send(Method::DELETE, &first, None).await.status, 204);

    let wrong = of_host
        .put(
            "/v1/me/availability/rules",
            json!({ "rules": [{ "weekday": 8, "start_time": "10:00", "end_time": "09:00" }] }),
        )
        .await;
    assert_eq!(wrong.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(
        wrong.body["error"]["details"]["fields"],
        json!({ "rules[0].end_time": ["must be after start_time"], "rules[0].weekday": ["must lie between 1 and 7"] })
    );
}

#[tokio::test]
async fn coordinators_set_the_hours_of_others_and_their_days_off_are_their_own() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (host, coordinator, mentee) = (world.mentor().await, world.coordinator().await, world.mentee().await);
    let of_coordinator = service.signed_in(&world, &coordinator).await;
    let rules = json!([{ "weekday": 2, "start_time": "09:00", "end_time": "10:00" }]);

    let path = format!("/v1/me/availability/rules?host_id={}", host.id);
    assert_eq!(of_coordinator.put(&path, json!({ "rules": rules })).await.status, 200);
    let offered = format!("/v1/event-types?host_id={}", host.id);
    let made = of_coordinator.post(&offered, json!({ "slug": "intro", "title": "Introduction" })).await;
    assert_eq!((made.status, &made.body["host_id"]), (201, &json!(host.id)), "{}", made.body);

    let of_host = service.signed_in(&world, &host).await;
    assert_eq!(of_host.get("/v1/me/availability").await.body["schedules"][0]["rules"], rules);
    let to_coordinator = format!("/v1/me/availability?host_id={}", coordinator.id);
    assert_eq!(of_host.get(&to_coordinator).await.outcome(), (403, "NOT_AUTHORIZED"));
    let of_mentee = format!("/v1/me/availability?host_id={}", mentee.id);
    assert_eq!(of_coordinator.get(&of_mentee).await.outcome(), (404, "HOST_NOT_FOUND"));
    let off = of_coordinator.post("/v1/availability/blackout-dates", json!({ "day": "2030-12-24" })).await;
    assert_eq!(off.status, 201, "{}", off.body);
    assert_eq!(of_coordinator.get("/v1/availability/blackout-dates").await.body["data"], json!([off.body]));
}

//! Teams over HTTP.

use reqwest::Method;
use serde_json::{Value, json};
use support::event_types::at_a_quarter;
use support::{Service, World, days};

fn names(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_owner_makes_a_team_and_shares_an_event_type_out() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (owner, mentee) = (world.named(world.mentor().await, "Ada").await, world.mentee().await);
    let host = world.named(world.mentor().await, "Ben").await;
    let (of_owner, of_host) = (service.signed_in(&world, &owner).await, service.signed_in(&world, &host).await);
    let of_mentee = service.signed_in(&world, &mentee).await;

    let made = of_owner.post("/v1/teams", json!({ "slug": "sales", "name": "Sales" })).await;
    assert_eq!((made.status, &made.body["own_role"]), (201, &json!("owner")), "{}", made.body);
    let team = format!("/v1/teams/{}", made.body["id"].as_str().unwrap());
    assert_eq!(of_host.get(&team).await.outcome(), (404, "TEAM_NOT_FOUND"));
    assert_eq!(of_mentee.get("/v1/teams").await.outcome(), (403, "FORBIDDEN"));
    let added = of_owner.post(&format!("{team}/members"), json!({ "user_id": host.id })).await;
    assert_eq!((added.status, &added.body["role"]), (201, &json!("member")), "{}", added.body);
    let again = of_owner.post(&format!("{team}/members"), json!({ "user_id": host.id })).await;
    assert_eq!(again.outcome(), (409, "ALREADY_TEAM_MEMBER"));
    assert_eq!(names(&of_host.get("/v1/teams").await.body), ["Sales"]);
    let first = of_host.get(&format!("{team}/members?limit=1")).await.body;
    let rest = of_host.get(&format!("{team}/members?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((names(&first), names(&rest.body), &rest.body["next_cursor"]), (vec!["Ada"], vec!["Ben"], &Value::Null));

    let event_type = json!({
        "team_id": made.body["id"], "mode": "round_robin", "event_type": { "slug": "talk", "title": "A talk" },
        "members": [{ "user_id": owner.id }, { "user_id": host.id, "weight": 200 }],
    });
    assert_eq!(of_host.post("/v1/team-event-types", event_type.clone()).await.outcome(), (403, "NOT_AUTHORIZED"));
    let shared = of_owner.post("/v1/team-event-types", event_type).await;
    assert_eq!((shared.status, &shared.body["mode"]), (201, &json!("round_robin")), "{}", shared.body);
    let path = format!("/v1/team-event-types/{}", shared.body["event_type_id"].as_str().unwrap());
    assert_eq!(of_host.get(&path).await.body, shared.body);
    let change = json!({ "mode": "collective", "members": [{ "user_id": host.id }] });
    let changed = of_owner.put(&path, change).await;
    assert_eq!((changed.status, names(&json!({ "data": changed.body["members"] }))), (200, vec!["Ben"]));
    let wrong = json!({ "mode": "collective", "members": [{ "user_id": host.id, "weight": 0 }] });
    let wrong = of_owner.put(&path, wrong).await;
    assert_eq!(
        (wrong.outcome(), &wrong.body["error"]["details"]["field"]),
        ((400, "VALIDATION_ERROR"), &json!("members[0].weight"))
    );
    assert_eq!(of_owner.send(Method::DELETE, &team, None).await.outcome(), (409, "TEAM_IN_USE"));
}

#[tokio::test]
async fn a_meeting_of_a_team_is_given_to_another_member_once_for_each_key() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (owner, ada, ben) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&ada, &ben], json!({})).await;
    let booking = world.book_time(team.event_type, &world.mentee().await, at_a_quarter(days(3))).await.unwrap();
    let (before, other) = if World::host_of(&booking) == ada.id { (&ada, &ben) } else { (&ben, &ada) };
    let of_owner = service.signed_in(&world, &owner).await;
    let path = format!("/v1/bookings/{}/reassign-host", booking["id"].as_str().unwrap());
    let keyed = async |key: &str, body: Value| {
        let request = of_owner.request(Method::POST, &path).header("Idempotency-Key", key).json(&body);
        support::Reply::of(request).await
    };

    assert_eq!(of_owner.post(&path, json!({})).await.outcome(), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    let first = keyed("one", json!({ "reason": "Ill" })).await;
    assert_eq!((first.status, World::host_of(&first.body)), (200, other.id), "{}", first.body);
    let replayed = keyed("one", json!({ "reason": "Ill" })).await;
    assert_eq!((replayed.status, World::host_of(&replayed.body)), (200, other.id));
    let back = keyed("two", json!({ "to_user_id": before.id })).await;
    assert_eq!((back.status, World::host_of(&back.body)), (200, before.id));

    let listed = of_owner.get(&format!("/v1/bookings?team_id={}", team.id)).await.body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(of_owner.get("/v1/bookings").await.body["data"], json!([]));
}

#[tokio::test]
async fn who_is_removed_from_a_team_can_hand_their_meetings_over_in_the_same_request() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (owner, ada, ben) = (world.mentor().await, world.mentor().await, world.mentor().await);
    let team = world.sharing_team(&owner, "round_robin", &[&ada, &ben], json!({})).await;
    for day in 0..4 {
        let start = at_a_quarter(days(3)) + days(day);
        world.book_time(team.event_type, &world.mentee().await, start).await.unwrap();
    }
    let of_owner = service.signed_in(&world, &owner).await;
    let member = |user: &support::User| format!("/v1/teams/{}/members/{}", team.id, user.id);

    let handed = of_owner.post(&format!("{}/reassign-meetings", member(&ada)), json!({})).await;
    let to = |reply: &support::Reply| -> Vec<Value> {
        reply.body["data"].as_array().unwrap().iter().map(|meeting| meeting["to_user_id"].clone()).collect()
    };
    assert_eq!((handed.status, to(&handed)), (200, vec![json!(ben.id); 2]), "{}", handed.body);
    let removed = of_owner.send(Method::DELETE, &format!("{}?reassign=true", member(&ben)), None).await;
    assert_eq!((removed.status, to(&removed)), (200, vec![json!(ada.id); 4]), "{}", removed.body);
    let unknown = of_owner.send(Method::DELETE, &member(&ben), None).await;
    assert_eq!(unknown.outcome(), (404, "TEAM_MEMBER_NOT_FOUND"));
}

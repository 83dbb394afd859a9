//! What administrators change: policy, tiers, people, places; and the record of it.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Reply, Service, User, World, days, minutes};

struct Office {
    world: World,
    service: Service,
    admin: User,
    client: Client,
}

impl Office {
    async fn open() -> Self {
        let world = World::new().await;
        let service = Service::start(&world.database).await;
        let admin = world.named(world.user("admin").await, "Ann").await;
        let client = service.signed_in(&world, &admin).await;
        Self { world, service, admin, client }
    }

    async fn patch(&self, path: &str, body: Value) -> Reply {
        self.client.send(Method::PATCH, path, Some(body)).await
    }

    /// Newest first: who, what, to what, and how.
    async fn log(&self) -> Vec<(String, String, Value)> {
        let reply = self.client.get("/v1/admin/audit-log").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
        let entries = reply.body["data"].as_array().unwrap();
        entries.iter().map(|e| (text(e, "actor_name"), text(e, "action"), e["details"].clone())).collect()
    }
}

#[tokio::test]
async fn a_changed_number_holds_at_once_and_is_on_record() {
    let office = Office::open().await;
    let world = &office.world;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let soon = world.slot(&mentor, minutes(90)).await;

    let policy = office.patch("/v1/admin/policy", json!({ "minimum_notice_minutes": 120, "closes_early": true })).await;

    assert_eq!((policy.status, &policy.body["minimum_notice_minutes"]), (200, &json!(120)), "{}", policy.body);
    assert_eq!(office.client.get("/v1/admin/policy").await.body, policy.body);
    assert_eq!(world.book(&mentee, &soon).await.unwrap_err().code, "MINIMUM_NOTICE");
    let early = world.booking(&mentee, &mentor, days(2)).await;
    assert_eq!(world.complete(&early, &mentor).await.unwrap().status(), "completed");
    let change = json!({ "minimum_notice_minutes": [0, 120], "closes_early": [false, true] });
    assert_eq!(office.log().await, [("Ann".to_owned(), "change_policy".to_owned(), change)]);
    // What changes nothing is not worth a line.
    office.patch("/v1/admin/policy", json!({ "minimum_notice_minutes": 120 })).await;
    assert_eq!(office.log().await.len(), 1);
}

#[tokio::test]
async fn every_number_of_the_policy_can_be_changed_within_its_bounds() {
    let office = Office::open().await;
    let policy = office.client.get("/v1/admin/policy").await.body;
    for (field, value) in policy.as_object().unwrap() {
        let reply = office.patch("/v1/admin/policy", json!({ field: value })).await;
        assert_eq!((reply.status, &reply.body), (200, &policy), "{field} stays {value}");
    }
    assert!(policy.as_object().unwrap().len() >= 25);
    // What the document says of it is whole, too.
    let document = office.client.get("/openapi.json").await.body;
    let described = document["components"]["schemas"]["Policy"]["properties"].as_object().unwrap();
    assert_eq!(described.keys().collect::<Vec<_>>(), policy.as_object().unwrap().keys().collect::<Vec<_>>());
    for (change, said) in [
        (json!({ "slot_horizon_days": 0 }), "slot_horizon_days must be 1 to 366"),
        (json!({ "slot_horizon_days": 367 }), "slot_horizon_days must be 1 to 366"),
        (json!({ "minimum_notice_minutes": -1 }), "minimum_notice_minutes must be 0 to 527040"),
        (json!({ "pending_expiry_days": 3651 }), "days must be at most 3650"),
        (json!({ "meeting_goal_min_chars": 50, "meeting_goal_max_chars": 40 }), "meeting_goal_max_chars at least that"),
        (json!({ "fast_response_hours": 50 }), "fast_response_hours at most slow_response_hours"),
        (json!({ "slow_response_factor": 5 }), "in this order"),
        (json!({ "late_cancellation_penalty": 5.5 }), "late_cancellation_penalty 0 to 5"),
        (json!({ "name": "" }), "name must be 1 to 200 characters"),
        (json!({ "minimum_notice_minutes": 1.5 }), "must be a whole number"),
        (json!({ "minimum_notice_minutes": "60" }), "must be a whole number"),
        (json!({ "minimum_notice_minutes": 1e300 }), "must be a whole number"),
        (json!({ "late_cancellation_penalty": null }), "must be a number"),
        (json!({ "closes_early": 1 }), "must be a boolean"),
        (json!({ "id": 7 }), "is none of"),
        (json!({ "slug": "other" }), "is none of"),
    ] {
        let reply = office.patch("/v1/admin/policy", change.clone()).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{change}");
        let message = reply.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{change}: {message}");
    }
    let zone = office.patch("/v1/admin/policy", json!({ "time_zone": "Mars/Olympus" })).await;
    assert_eq!(zone.outcome(), (400, "INVALID_TIME_ZONE"));
    assert_eq!(office.client.get("/v1/admin/policy").await.body, policy);
}

#[tokio::test]
async fn tiers_are_changed_and_stay_in_order() {
    let office = Office::open().await;
    let world = &office.world;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);

    let changed = office.patch("/v1/admin/tiers/silver", json!({ "weekly_limit": 0, "minimum_score": 2.5 })).await;

    assert_eq!(changed.status, 200, "{}", changed.body);
    let silver = json!({ "tier": "silver", "minimum_score": 2.5, "highest_bookable_tier": "gold", "weekly_limit": 0 });
    assert_eq!(changed.body["data"][1], silver);
    let seen = office.service.signed_in(world, &mentee).await.get("/v1/tiers").await;
    assert_eq!(seen.body, changed.body, "everybody may know what tiers mean");
    let slot = world.slot(&mentor, days(2)).await;
    assert_eq!(world.book(&mentee, &slot).await.unwrap_err().code, "BOOKING_LIMIT_EXCEEDED");
    office.patch("/v1/admin/tiers/silver", json!({ "weekly_limit": null })).await;
    world.book(&mentee, &slot).await.unwrap();
    for (tier, change) in [
        ("silver", json!({ "minimum_score": 4.0 })),
        ("silver", json!({ "minimum_score": 0 })),
        ("bronze", json!({ "minimum_score": 1 })),
        ("platinum", json!({ "minimum_score": 5.5 })),
        ("silver", json!({ "highest_bookable_tier": "diamond" })),
        ("silver", json!({ "weekly_limit": -1 })),
        ("diamond", json!({ "weekly_limit": 1 })),
    ] {
        let reply = office.patch(&format!("/v1/admin/tiers/{tier}"), change.clone()).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{tier} {change}");
    }
    let log = office.log().await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[1].2, json!({ "weekly_limit": [5, 0], "minimum_score": [3, 2.5] }));
}

#[tokio::test]
async fn people_are_added_given_roles_and_switched_off() {
    let office = Office::open().await;
    let world = &office.world;
    let new = json!({ "email": "new@office.test", "name": "Nora", "role": "mentee" });

    let added = office.client.post("/v1/admin/users", new.clone()).await;

    assert_eq!((added.status, &added.body["role"]), (201, &json!("mentee")), "{}", added.body);
    let path = added.header("location").unwrap().to_owned();
    assert_eq!(office.client.get(&path).await.body, added.body);
    assert_eq!(office.client.post("/v1/admin/users", new).await.outcome(), (400, "VALIDATION_ERROR"));
    let id = added.body["id"].as_str().unwrap();
    let nora = User { id: id.parse().unwrap(), email: "new@office.test".to_owned(), ..world.mentee().await };
    let session = office.service.signed_in(world, &nora).await;
    assert_eq!(session.get("/v1/users/me").await.body["role"], "mentee");

    let admin_path = format!("/v1/admin/users/{id}");
    assert_eq!(office.patch(&admin_path, json!({ "role": "mentor" })).await.body["role"], "mentor");
    assert_eq!(session.get("/v1/users/me").await.body["role"], "mentor");
    let suspension = json!({ "is_active": false, "suspension_reason": "On leave" });
    assert_eq!(office.patch(&admin_path, suspension).await.body["is_active"], false);
    assert_eq!(session.get("/v1/users/me").await.outcome(), (403, "USER_INACTIVE"));
    assert_eq!(office.patch(&admin_path, json!({ "role": "boss" })).await.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(office.patch(&admin_path, json!({ "email": "x@y.z" })).await.status, 400);
    let nobody = format!("/v1/admin/users/{}", uuid::Uuid::new_v4());
    assert_eq!(office.patch(&nobody, json!({ "role": "mentor" })).await.outcome(), (404, "USER_NOT_FOUND"));
    let actions: Vec<(String, Value)> = office.log().await.into_iter().map(|(_, action, how)| (action, how)).collect();
    assert_eq!(
        actions,
        [
            ("change_user".to_owned(), json!({ "is_active": [true, false], "suspension_reason": [null, "On leave"] })),
            ("change_user".to_owned(), json!({ "role": ["mentee", "mentor"] })),
            ("add_user".to_owned(), json!({ "role": "mentee" })),
        ]
    );
}

#[tokio::test]
async fn two_admins_cannot_take_the_last_ones_from_each_other() {
    let office = Office::open().await;
    let world = &office.world;
    for _ in 0..5 {
        let other = world.user("admin").await;
        let demote = |actor: &User, user: &User| json!({ "p_actor_id": actor.id, "p_user_id": user.id, "p_changes": { "role": "mentee" } });
        let (one, two) = (world.connect().await, world.connect().await);
        let (first, second) = tokio::join!(
            one.call("change_user", demote(&office.admin, &other)),
            two.call("change_user", demote(&other, &office.admin)),
        );
        let refused: Vec<String> =
            [first, second].into_iter().filter_map(|outcome| outcome.err()).map(|no| no.code).collect();
        assert!(refused == ["LAST_ADMIN"] || refused == ["NOT_AUTHORIZED"], "{refused:?}");
        world
            .admin
            .execute(
                "UPDATE convene.users SET role = CASE WHEN id = $1 THEN 'admin' ELSE 'mentee' END",
                &[&office.admin.id],
            )
            .await;
    }
    let suspension = json!({ "is_active": false, "suspension_reason": "On leave" });
    let alone = office.patch(&format!("/v1/admin/users/{}", office.admin.id), suspension).await;
    assert_eq!(alone.outcome(), (409, "LAST_ADMIN"));
    assert_eq!(office.client.get("/v1/users/me").await.status, 200);
}

#[tokio::test]
async fn places_are_offered_and_taken_off_the_list() {
    let office = Office::open().await;
    let world = &office.world;
    let mentor = world.mentor().await;
    let roof = json!({ "slug": "roof", "name": "The roof" });

    let made = office.client.post("/v1/admin/location-presets", roof.clone()).await;

    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    let listed = office.service.signed_in(world, &mentor).await.get("/v1/location-presets").await;
    assert_eq!(listed.body["data"], json!([made.body]));
    assert_eq!(office.client.post("/v1/admin/location-presets", roof.clone()).await.status, 400);
    for bad in [json!({ "slug": "The Roof", "name": "x" }), json!({ "slug": "x", "name": "" })] {
        assert_eq!(office.client.post("/v1/admin/location-presets", bad).await.outcome(), (400, "VALIDATION_ERROR"));
    }
    let path = format!("/v1/admin/location-presets/{id}");
    let renamed = office.patch(&path, json!({ "name": "The sixth floor" })).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("The sixth floor")), "{}", renamed.body);
    assert_eq!(office.log().await[0].2, json!({ "name": ["The roof", "The sixth floor"] }));
    assert_eq!(office.patch(&path, json!({ "name": "" })).await.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(office.patch(&path, json!({ "slug": null })).await.outcome(), (400, "VALIDATION_ERROR"));
    office.client.post("/v1/admin/location-presets", json!({ "slug": "yard", "name": "The yard" })).await;
    assert_eq!(office.patch(&path, json!({ "slug": "yard" })).await.outcome(), (400, "VALIDATION_ERROR"));
    let there = json!({ "meeting_type": "in_person_preset", "location_preset_id": id });
    let block = world.block(&mentor, there.clone()).await;
    let gone = async || office.client.send(Method::DELETE, &path, None).await;
    assert_eq!(gone().await.outcome(), (409, "LOCATION_PRESET_IN_USE"));
    world.delete_block(&mentor, &block).await.unwrap();
    assert_eq!(gone().await.status, 204);
    assert_eq!(gone().await.outcome(), (404, "LOCATION_PRESET_NOT_FOUND"));
    assert_eq!(office.patch(&path, json!({ "name": "x" })).await.outcome(), (404, "LOCATION_PRESET_NOT_FOUND"));
    let arguments =
        json!({ "p_actor_id": mentor.id, "p_mentor_id": mentor.id, "p_block": support::availability::fields(there) });
    let refused = world.sql.call("create_availability_block", arguments).await.unwrap_err();
    assert_eq!(refused.code, "LOCATION_PRESET_NOT_FOUND");
    // The name is free again.
    assert_eq!(office.client.post("/v1/admin/location-presets", roof).await.status, 201);
}

#[tokio::test]
async fn the_log_says_what_staff_did_for_others_page_by_page_and_nothing_personal() {
    let office = Office::open().await;
    let world = &office.world;
    world.without_weekly_limits().await;
    let coordinator = world.named(world.coordinator().await, "Coco").await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let star = world.with_tier(world.mentor().await, "platinum").await;
    let booking = world.request(&mentee, &mentor, days(2)).await;
    world.confirm(&booking, &coordinator).await.unwrap();
    world.cancel(&booking, &mentee).await.unwrap();
    let ask = json!({ "p_mentee_id": mentee.id, "p_mentor_id": star.id, "p_reason": "They built it before" });
    let request = world.sql.call_one("request_tier_override", ask).await.unwrap();
    let review =
        json!({ "p_request_id": request["id"], "p_reviewer_id": coordinator.id, "p_approve": true, "p_notes": "Fine" });
    world.sql.call_one("review_tier_override", review).await.unwrap();
    world.take_off(&coordinator, &mentor, support::availability::in_days(9)).await.unwrap();
    world.take_off(&mentor, &mentor, support::availability::in_days(10)).await.unwrap();
    let key = office.service.signed_in(world, &mentee).await;
    let key = key.post("/v1/api-keys", json!({ "name": "Secret plans", "scopes": ["users:read"] })).await.body;
    let keys = office.client.get("/v1/admin/api-keys").await.body;
    assert_eq!((&keys["data"][0]["id"], &keys["data"][0]["user_id"]), (&key["id"], &json!(mentee.id)));
    let path = format!("/v1/api-keys/{}", key["id"].as_str().unwrap());
    assert_eq!(office.client.send(Method::DELETE, &path, None).await.status, 204);

    let log = office.log().await;

    let lines: Vec<(&str, &str)> = log.iter().map(|(who, action, _)| (who.as_str(), action.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("Ann", "revoke_api_key"),
            ("Coco", "add_blackout_date"),
            ("Coco", "review_tier_override"),
            ("Coco", "booking_confirmed"),
        ]
    );
    assert!(!format!("{log:?}").contains("Secret plans") && !format!("{log:?}").contains(&mentee.email));
    let first = office.client.get("/v1/admin/audit-log?limit=3").await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = office.client.get(&format!("/v1/admin/audit-log?limit=3&cursor={cursor}")).await.body;
    assert_eq!(
        (rest["data"][0]["action"].as_str(), rest["data"].as_array().unwrap().len()),
        (Some("booking_confirmed"), 1)
    );
    let by = office.client.get(&format!("/v1/admin/audit-log?actor_id={}", office.admin.id)).await.body;
    assert_eq!(by["data"].as_array().unwrap().len(), 1);
    let actions = async |filter: &str| {
        let found = office.client.get(&format!("/v1/admin/audit-log?{filter}")).await.body;
        found["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(actions("action=booking_confirmed").await, ["booking_confirmed"]);
    assert_eq!(actions("action=add_blackout_date").await, ["add_blackout_date"]);
    let reviewed = first["data"][2]["occurred_at"].as_str().unwrap();
    assert_eq!(actions(&format!("to={reviewed}")).await, ["booking_confirmed"]);
    let since = ["revoke_api_key", "add_blackout_date", "review_tier_override"];
    assert_eq!(actions(&format!("from={reviewed}")).await, since);
    assert_eq!(actions(&format!("from={reviewed}&to={reviewed}")).await, [] as [String; 0]);
}

#[tokio::test]
async fn places_are_listed_page_by_page() {
    let office = Office::open().await;
    for slug in ["yard", "attic", "roof"] {
        let made = office.client.post("/v1/admin/location-presets", json!({ "slug": slug, "name": slug })).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let slugs = |body: &Value| -> Vec<Value> {
        body["data"].as_array().unwrap().iter().map(|preset| preset["slug"].clone()).collect()
    };

    let first = office.client.get("/v1/location-presets?limit=2").await.body;
    let next = format!("/v1/location-presets?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = office.client.get(&next).await.body;

    assert_eq!((slugs(&first), slugs(&second)), (vec![json!("attic"), json!("roof")], vec![json!("yard")]));
    assert_eq!(second["next_cursor"], Value::Null);
    assert_eq!(office.client.get("/v1/location-presets?limit=0").await.outcome(), (400, "VALIDATION_ERROR"));
}

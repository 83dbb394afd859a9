//! Every route, as the OpenAPI document has it, against every role.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Client, Service, World};

/// An operation of the document.
struct Operation {
    method: Method,
    /// With ids nobody has.
    path: String,
    roles: Vec<String>,
    takes_body: bool,
    statuses: Vec<String>,
    /// What an API key needs; none where no key will do.
    scope: Option<String>,
}

/// Those of the API: health and the document itself are for everybody.
async fn operations(service: &Service) -> Vec<Operation> {
    let document = service.anonymous().get("/openapi.json").await.body;
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|_| path.starts_with("/v1/")) {
            let roles = operation["x-roles"].as_array();
            // Signing in is for those who are not.
            assert!(
                roles.is_some()
                    || ["/v1/auth/", "/v1/health/", "/v1/public/", "/v1/webhooks/"]
                        .iter()
                        .any(|open| path.starts_with(open)),
                "{method} {path} names no roles"
            );
            let Some(roles) = roles else { continue };
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path
                    .replace("{provider}", "google")
                    .replace("{id}", &uuid::Uuid::new_v4().to_string())
                    .replace("{link_id}", &uuid::Uuid::new_v4().to_string())
                    .replace("{user_id}", &uuid::Uuid::new_v4().to_string())
                    .replace("{day}", "2027-01-01")
                    .replace("{name}", "mark_dormant_users"),
                roles: roles.iter().map(|role| role.as_str().unwrap().to_owned()).collect(),
                takes_body: !operation["requestBody"].is_null(),
                scope: operation["x-scope"].as_str().map(str::to_owned),
                statuses: operation["responses"].as_object().unwrap().keys().cloned().collect(),
            });
        }
    }
    assert!(operations.len() >= 30, "only {} operations", operations.len());
    operations
}

async fn try_it(client: &Client, operation: &Operation) -> support::Reply {
    let body = operation.takes_body.then(|| json!({}));
    client.send(operation.method.clone(), &operation.path, body).await
}

#[tokio::test]
async fn nothing_but_health_is_open_to_those_who_are_not_signed_in() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    for operation in operations(&service).await {
        let reply = try_it(&service.anonymous(), &operation).await;
        let what = format!("{} {}", operation.method, operation.path);
        assert_eq!(
            (reply.outcome(), reply.header("www-authenticate")),
            ((401, "UNAUTHORIZED"), Some("Bearer")),
            "{what}"
        );
    }
    assert_eq!(service.anonymous().get("/healthz").await.status, 200);
    assert_eq!(service.anonymous().get("/readyz").await.status, 200);
}

#[tokio::test]
async fn each_route_is_open_to_the_roles_it_names_and_to_no_other() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    for operation in operations(&service).await {
        for role in ["mentee", "mentor", "coordinator", "admin"] {
            // Some operations end sessions, or users.
            let reply = try_it(&service.signed_in(&world, &world.user(role).await).await, &operation).await;
            let open = operation.roles.iter().any(|named| named == role);
            let what = format!("{} {} as {role}: {}", operation.method, operation.path, reply.body);
            assert_eq!(reply.outcome() == (403, "FORBIDDEN"), !open, "{what}");
            assert!(reply.status < 500 && reply.status != 401, "{what}");
            assert!(operation.statuses.contains(&reply.status.to_string()), "undocumented {}: {what}", reply.status);
            if !open {
                let details = &reply.body["error"]["details"];
                assert_eq!(
                    (&details["your_role"], &details["required_roles"]),
                    (&json!(role), &json!(operation.roles))
                );
            }
        }
    }
}

#[tokio::test]
async fn a_key_with_every_scope_but_the_routes_own_is_turned_away() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let all: BTreeSet<String> =
        operations(&service).await.into_iter().filter_map(|operation| operation.scope).collect();
    for operation in operations(&service).await {
        let role = &operation.roles[0];
        let session = service.signed_in(&world, &world.user(role).await).await;
        let others: Vec<&String> = all.iter().filter(|scope| Some(*scope) != operation.scope.as_ref()).collect();
        let made = session.post("/v1/api-keys", json!({ "name": "all but one", "scopes": others })).await;
        let client = service.with_token(made.body["key"].as_str());
        let reply = try_it(&client, &operation).await;
        let what = format!("{} {} as {role}: {}", operation.method, operation.path, reply.body);
        assert_eq!(reply.outcome(), (403, "INSUFFICIENT_SCOPE"), "{what}");
        assert_eq!(reply.body["error"]["details"]["required_scope"], json!(operation.scope), "{what}");
    }
}

#[tokio::test]
async fn the_document_is_the_one_the_program_prints() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let served = service.anonymous().get("/openapi.json").await;
    let printed = tokio::process::Command::new(&support::surroundings::surroundings().convene)
        .arg("openapi")
        .output()
        .await
        .unwrap();
    assert_eq!(served.body, serde_json::from_slice::<Value>(&printed.stdout).unwrap());
    let docs = service.anonymous().get("/docs/").await;
    assert!(docs.status == 200 && docs.body.as_str().is_some_and(|page| page.contains("swagger")), "{docs:?}");
}

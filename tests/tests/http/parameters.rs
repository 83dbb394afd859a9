//! Query parameters that a route does not take.

use serde_json::{Value, json};
use support::{Service, World};

#[tokio::test]
async fn no_route_passes_over_a_query_parameter_that_it_does_not_know() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let document = service.anonymous().get("/openapi.json").await.body;
    let mut tried = 0;
    for (template, item) in document["paths"].as_object().unwrap() {
        let path = template
            .replace("{provider}", "google")
            .replace("{id}", &uuid::Uuid::new_v4().to_string())
            .replace("{user_id}", &uuid::Uuid::new_v4().to_string())
            .replace("{link_id}", &uuid::Uuid::new_v4().to_string())
            .replace("{day}", "2027-01-01")
            .replace("{name}", "mark_dormant_users");
        for (method, operation) in item.as_object().unwrap() {
            let role = operation["x-roles"][0].as_str();
            let client = match role {
                Some(role) => service.signed_in(&world, &world.user(role).await).await,
                None => service.anonymous(),
            };
            let body = (!operation["requestBody"].is_null()).then(|| json!({}));
            let reply = client.send(method.to_uppercase().parse().unwrap(), &format!("{path}?surprise=1"), body).await;

            let what = format!("{method} {template}: {}", reply.body);
            assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{what}");
            assert_eq!(reply.body["error"]["details"]["fields"]["surprise"], json!(["is not known here"]), "{what}");
            assert_ne!(operation["responses"]["400"], Value::Null, "{what}");
            tried += 1;
        }
    }
    assert!(tried >= 80, "only {tried} operations");
}

#[tokio::test]
async fn parameters_that_a_route_takes_and_none_at_all_are_fine() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    for path in ["/v1/users/me", "/v1/users/me?", "/v1/mentors?limit=1", "/healthz"] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
    // Providers push to addresses of this form.
    for (provider, status) in [("google", 204), ("microsoft", 202)] {
        let path = format!("/v1/webhooks/calendar/{provider}?channel={}", uuid::Uuid::new_v4());
        assert_eq!(service.anonymous().send(reqwest::Method::POST, &path, None).await.status, status, "{provider}");
    }
    let head = client.send(reqwest::Method::HEAD, "/v1/mentors?limit=1", None).await;
    assert_eq!(head.status, 200);
}

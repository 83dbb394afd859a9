//! Whether a human asks.

use reqwest::Method;
use serde_json::json;
use support::captcha::{Provider, SECRET};
use support::{Reply, Service, World};

async fn service(world: &World, provider: &Provider, more: &[(&str, &str)]) -> Service {
    let mut settings = vec![
        ("CONVENE_CAPTCHA", "turnstile"),
        ("CONVENE_CAPTCHA_URL", provider.url.as_str()),
        ("CONVENE_CAPTCHA_SECRET", SECRET),
    ];
    settings.extend(more);
    // Requests for links stay where they can be counted.
    settings.push(("CONVENE_WORKERS", "false"));
    Service::start_with(&world.database, &settings).await
}

async fn ask_for_a_link(service: &Service, email: &str, token: Option<&str>) -> Reply {
    let mut request = service.anonymous().request(Method::POST, "/v1/auth/magic-link").json(&json!({ "email": email }));
    if let Some(token) = token {
        request = request.header("X-Captcha-Token", token);
    }
    Reply::of(request).await
}

async fn links(world: &World) -> i64 {
    world.admin.value("SELECT count(*) FROM convene.link_requests", &[]).await
}

#[tokio::test]
async fn only_a_human_gets_a_link_and_one_for_each_solved_captcha() {
    let world = World::new().await;
    let (mentee, provider) = (world.mentee().await, Provider::start().await);
    let service = service(&world, &provider, &[("CONVENE_CAPTCHA_HOSTNAME", "office.test")]).await;
    let ask = async |token: Option<&str>| ask_for_a_link(&service, &mentee.email, token).await;

    assert_eq!(ask(None).await.outcome(), (400, "CAPTCHA_REQUIRED"));
    assert_eq!(ask(Some(" ")).await.outcome(), (400, "CAPTCHA_REQUIRED"));
    assert_eq!(provider.asked(), 0);
    assert_eq!(ask(Some("robot")).await.outcome(), (403, "CAPTCHA_FAILED"));
    assert_eq!(ask(Some(&"x".repeat(8193))).await.outcome(), (403, "CAPTCHA_FAILED"));
    assert_eq!(links(&world).await, 0);
    assert_eq!(ask(Some("human 1")).await.status, 202);
    assert_eq!(ask(Some("human 1")).await.outcome(), (403, "CAPTCHA_FAILED"));
    assert_eq!(links(&world).await, 1);
    assert!(!service.log().contains(SECRET) && !service.log().contains("human 1"));
}

#[tokio::test]
async fn tokens_of_another_sites_pages_are_refused() {
    let world = World::new().await;
    let provider = Provider::start().await;
    let service = service(&world, &provider, &[("CONVENE_CAPTCHA_HOSTNAME", "another.test")]).await;
    let reply = ask_for_a_link(&service, "ada@office.test", Some("human")).await;
    assert_eq!(reply.outcome(), (403, "CAPTCHA_FAILED"));
}

#[tokio::test]
async fn the_providers_outage_locks_nobody_out() {
    let world = World::new().await;
    let (mentee, provider) = (world.mentee().await, Provider::start().await);
    let service = service(&world, &provider, &[]).await;
    provider.stumbles();
    assert_eq!(ask_for_a_link(&service, &mentee.email, Some("human 1")).await.status, 202);
    assert_eq!(provider.asked(), 2, "it was asked again");
    provider.goes_down();
    assert_eq!(ask_for_a_link(&service, &mentee.email, Some("whoever")).await.status, 202);
    assert!(service.log().contains("passes without its captcha being checked"));
}

#[tokio::test]
async fn only_an_outage_lets_pass_and_no_other_answer_that_is_no_verdict() {
    let world = World::new().await;
    let (mentee, provider) = (world.mentee().await, Provider::start().await);
    let service = service(&world, &provider, &[]).await;
    for (status, text) in [
        (200, "<html>we are moving</html>"),
        (200, "{}"),
        (400, "bad request"),
        (403, r#"{ "success": true }"#),
        (404, ""),
        (429, "slow down"),
        (302, ""),
    ] {
        provider.answers(status, text);
        let reply = ask_for_a_link(&service, &mentee.email, Some("human")).await;
        assert_eq!(reply.outcome(), (503, "PROVIDER_UNAVAILABLE"), "{status} {text}");
    }
    provider.answers(400, r#"{ "success": false, "error-codes": ["invalid-input-response"] }"#);
    assert_eq!(ask_for_a_link(&service, &mentee.email, Some("human")).await.outcome(), (403, "CAPTCHA_FAILED"));
    assert_eq!(links(&world).await, 0);
    provider.answers(503, "<html>we are down</html>");
    assert_eq!(ask_for_a_link(&service, &mentee.email, Some("human")).await.status, 202);
}

#[tokio::test]
async fn a_wrong_secret_is_the_installations_fault() {
    let world = World::new().await;
    let provider = Provider::start().await;
    let service = service(&world, &provider, &[("CONVENE_CAPTCHA_SECRET", "mistyped")]).await;
    let reply = ask_for_a_link(&service, "ada@office.test", Some("human")).await;
    assert_eq!(reply.outcome(), (500, "INTERNAL_SERVER_ERROR"));
    assert!(service.log().contains("does not know CONVENE_CAPTCHA_SECRET"));
}

//! Codes and tokens.

use std::time::Duration;

use base64::Engine as _;
use convene_fakes::Microsoft;
use serde_json::{Value, json};

use super::{BO, EVENTS, authorize_url, consent, event, exchange, redeem, refresh};
use crate::http::Http;
use crate::pkce::{REDIRECT, VERIFIER};

async fn with_bo() -> Microsoft {
    let microsoft = Microsoft::start().await;
    microsoft.add_account(BO);
    microsoft
}

#[tokio::test]
async fn a_code_gives_tokens_and_who_it_is() {
    let microsoft = with_bo().await;
    let consent = consent(&microsoft);
    assert_eq!(consent.state, "s2");
    let reply = redeem(&microsoft, &consent.code).await;
    assert_eq!((reply.status, &reply.json["expires_in"]), (200, &json!(3600)));
    assert_eq!(reply.text("scope"), "openid profile email Calendars.ReadWrite");
    let claims = reply.text("id_token").split('.').nth(1).expect("three parts");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).expect("base64");
    assert_eq!(serde_json::from_slice::<Value>(&claims).expect("JSON")["email"], BO);
}

#[tokio::test]
async fn a_code_is_good_once_with_its_verifier_at_its_address() {
    let microsoft = with_bo().await;
    let code = consent(&microsoft).code;
    assert_eq!(redeem(&microsoft, &code).await.status, 200);
    let spent = redeem(&microsoft, &code).await;
    assert_eq!(
        (spent.status, spent.text("error"), &spent.json["error_codes"]),
        (400, "invalid_grant", &json!([54005]))
    );
    assert!(spent.text("error_description").starts_with("AADSTS54005: "));
    let wrong = exchange(&microsoft, &consent(&microsoft).code, REDIRECT, "guessed").await;
    assert_eq!(wrong.json["error_codes"], json!([50148]));
    let elsewhere = exchange(&microsoft, &consent(&microsoft).code, "https://convene.test/", VERIFIER).await;
    assert_eq!(elsewhere.json["error_codes"], json!([500112]));
}

#[tokio::test]
async fn a_wrong_client_secret_is_refused() {
    let microsoft = with_bo().await;
    let fields = [("client_id", microsoft.client_id()), ("client_secret", "guessed"), ("grant_type", "refresh_token")];
    let refused = Http::new(microsoft.url(), "").form("/common/oauth2/v2.0/token", &fields).await;
    assert_eq!((refused.status, refused.text("error")), (401, "invalid_client"));
}

#[tokio::test]
async fn a_refresh_gives_a_new_refresh_token_and_the_old_one_stays_good() {
    let microsoft = with_bo().await;
    let first = redeem(&microsoft, &consent(&microsoft).code).await;
    let second = refresh(&microsoft, first.text("refresh_token")).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.text("refresh_token"), first.text("refresh_token"));
    assert_eq!(refresh(&microsoft, second.text("refresh_token")).await.status, 200);
    assert_eq!(refresh(&microsoft, first.text("refresh_token")).await.status, 200);
}

#[tokio::test]
async fn there_is_no_refresh_token_without_its_scope() {
    let microsoft = with_bo().await;
    let consent = microsoft.consent_to(&authorize_url(&microsoft), BO, &["Calendars.Read", "openid"]);
    let reply = redeem(&microsoft, &consent.code).await;
    assert_eq!((reply.text("scope"), reply.json.get("refresh_token")), ("openid", None));
    let refused = Http::new(microsoft.url(), reply.text("access_token")).post(EVENTS, &event("09:00", "10:00")).await;
    assert_eq!((refused.status, refused.code()), (403, "ErrorAccessDenied"));
}

#[tokio::test]
async fn an_access_token_expires_and_is_401_from_then_on() {
    let microsoft = with_bo().await;
    microsoft.set_token_lifetime(Duration::from_secs(60));
    let reply = redeem(&microsoft, &consent(&microsoft).code).await;
    let http = Http::new(microsoft.url(), reply.text("access_token"));
    assert_eq!(http.get("/v1.0/me/calendars").await.status, 200);
    microsoft.pass(Duration::from_secs(60));
    let expired = http.get("/v1.0/me/calendars").await;
    assert_eq!((expired.status, expired.code()), (401, "InvalidAuthenticationToken"));
}

#[tokio::test]
async fn a_refresh_can_need_the_person_again() {
    let microsoft = with_bo().await;
    let reply = redeem(&microsoft, &consent(&microsoft).code).await;
    microsoft.require_interaction(BO);
    let refused = refresh(&microsoft, reply.text("refresh_token")).await;
    assert_eq!((refused.status, refused.text("error")), (400, "interaction_required"));
    consent(&microsoft);
    assert_eq!(refresh(&microsoft, reply.text("refresh_token")).await.status, 200);
    microsoft.revoke(BO);
    assert_eq!(refresh(&microsoft, reply.text("refresh_token")).await.text("error"), "invalid_grant");
}

#[tokio::test]
async fn the_login_page_sends_the_browser_back_with_a_code() {
    let microsoft = with_bo().await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = browser.get(format!("{}&login_hint={BO}", authorize_url(&microsoft))).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text");
    assert!(location.starts_with(&format!("{REDIRECT}?code=")) && location.ends_with("&state=s2"), "{location}");
}

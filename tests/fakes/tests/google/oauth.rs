//! Codes and tokens.

use std::time::Duration;

use base64::Engine as _;
use convene_fakes::Google;
use serde_json::{Value, json};

use super::{ANN, EVENTS, SCOPES, authorize_url, connected, consent, exchange, redeem, refresh};
use crate::http::{CLIENT, Http};
use crate::pkce::{REDIRECT, VERIFIER};

async fn with_ann() -> Google {
    let google = Google::start().await;
    google.add_account(ANN);
    google
}

#[tokio::test]
async fn a_code_gives_an_access_token_a_refresh_token_the_scopes_and_who_it_is() {
    let google = with_ann().await;
    let consent = consent(&google);
    assert_eq!(consent.state, "s1");
    let reply = redeem(&google, &consent.code).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(
        (reply.text("token_type"), &reply.json["expires_in"], reply.text("scope")),
        ("Bearer", &json!(3600), SCOPES)
    );
    assert!(reply.text("refresh_token").starts_with("refresh-"));
    let claims = reply.text("id_token").split('.').nth(1).expect("three parts");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).expect("base64");
    assert_eq!(serde_json::from_slice::<Value>(&claims).expect("JSON")["email"], ANN);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let google = with_ann().await;
    let consent = consent(&google);
    assert_eq!(redeem(&google, &consent.code).await.status, 200);
    let again = redeem(&google, &consent.code).await;
    assert_eq!((again.status, again.text("error")), (400, "invalid_grant"));
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let google = with_ann().await;
    let consent = consent(&google);
    google.pass(Duration::from_secs(600));
    assert_eq!(redeem(&google, &consent.code).await.text("error"), "invalid_grant");
}

#[tokio::test]
async fn a_wrong_verifier_or_another_redirect_address_is_refused() {
    let google = with_ann().await;
    let code = consent(&google).code;
    let wrong = exchange(&google, &[("code", &code), ("redirect_uri", REDIRECT), ("code_verifier", "guessed")]).await;
    assert_eq!((wrong.status, wrong.text("error")), (400, "invalid_grant"));
    let code = consent(&google).code;
    let other = format!("{REDIRECT}/");
    let other = exchange(&google, &[("code", &code), ("redirect_uri", &other), ("code_verifier", VERIFIER)]).await;
    assert_eq!((other.status, other.text("error")), (400, "redirect_uri_mismatch"));
}

#[tokio::test]
async fn the_clients_secret_is_checked_in_the_form_and_in_the_header() {
    let google = with_ann().await;
    let http = Http::new(google.url(), "");
    let code = consent(&google).code;
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let client = [("client_id", google.client_id()), ("client_secret", "guessed")];
    let guessed = http.form("/token", &[&client[..], &grant].concat()).await;
    assert_eq!((guessed.status, guessed.text("error")), (401, "invalid_client"));
    let request = CLIENT.post(format!("{}/token", google.url())).form(&grant);
    let basic = http.send(request.basic_auth(google.client_id(), Some(google.client_secret()))).await;
    assert_eq!(basic.status, 200, "a refused client has not spent the code: {basic:?}");
}

#[tokio::test]
async fn a_refresh_gives_a_new_access_token_and_no_new_refresh_token() {
    let google = with_ann().await;
    let first = redeem(&google, &consent(&google).code).await;
    let second = refresh(&google, first.text("refresh_token")).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.text("access_token"), first.text("access_token"));
    assert_eq!(second.json.get("refresh_token"), None);
}

#[tokio::test]
async fn a_second_consent_gives_a_refresh_token_only_when_it_is_asked_for_again() {
    let google = with_ann().await;
    assert!(redeem(&google, &consent(&google).code).await.json.get("refresh_token").is_some());
    assert!(redeem(&google, &consent(&google).code).await.json.get("refresh_token").is_none());
    let again = google.consent(&format!("{}&prompt=consent", authorize_url(&google)), ANN);
    assert!(redeem(&google, &again.code).await.json.get("refresh_token").is_some());
}

#[tokio::test]
async fn an_access_token_expires_and_is_401_from_then_on() {
    let google = with_ann().await;
    google.set_token_lifetime(Duration::from_secs(60));
    let reply = redeem(&google, &consent(&google).code).await;
    assert_eq!(reply.json["expires_in"], 60);
    let http = Http::new(google.url(), reply.text("access_token"));
    assert_eq!(http.get(EVENTS).await.status, 200);
    google.pass(Duration::from_secs(60));
    let expired = http.get(EVENTS).await;
    assert_eq!((expired.status, expired.reason()), (401, "authError"));
    assert_eq!(refresh(&google, reply.text("refresh_token")).await.status, 200);
}

#[tokio::test]
async fn a_person_who_takes_consent_back_leaves_no_token_alive() {
    let google = with_ann().await;
    let reply = redeem(&google, &consent(&google).code).await;
    google.revoke(ANN);
    let refreshed = refresh(&google, reply.text("refresh_token")).await;
    assert_eq!((refreshed.status, refreshed.text("error")), (400, "invalid_grant"));
    assert_eq!(Http::new(google.url(), reply.text("access_token")).get(EVENTS).await.status, 401);
}

#[tokio::test]
async fn a_token_can_be_revoked_once() {
    let google = with_ann().await;
    let reply = redeem(&google, &consent(&google).code).await;
    let http = Http::new(google.url(), reply.text("access_token"));
    assert_eq!(http.form("/revoke", &[("token", reply.text("refresh_token"))]).await.status, 200);
    assert_eq!(http.get(EVENTS).await.status, 401);
    assert_eq!(http.form("/revoke", &[("token", reply.text("refresh_token"))]).await.status, 400);
}

#[tokio::test]
async fn unticked_scopes_are_missing_in_the_answer_and_refused_afterwards() {
    let google = with_ann().await;
    let ticked = ["openid", "https://www.googleapis.com/auth/calendar.freebusy"];
    let consent = google.consent_to(&authorize_url(&google), ANN, &ticked);
    let reply = redeem(&google, &consent.code).await;
    assert_eq!(reply.text("scope"), ticked.join(" "));
    let refused = Http::new(google.url(), reply.text("access_token")).get(EVENTS).await;
    assert_eq!((refused.status, refused.reason()), (403, "insufficientPermissions"));
}

#[tokio::test]
async fn the_consent_page_sends_the_browser_back_with_a_code() {
    let google = with_ann().await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = browser.get(format!("{}&login_hint={ANN}", authorize_url(&google))).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.starts_with(&format!("{REDIRECT}?code=")) && location.ends_with("&state=s1"), "{location}");
    let plain = authorize_url(&google).replace("S256", "plain");
    assert_eq!(browser.get(plain).send().await.expect("an answer").status(), 400);
}

#[tokio::test]
async fn tokens_can_die_before_their_time() {
    let (google, http) = connected().await;
    google.expire_access_tokens(ANN);
    assert_eq!(http.get(EVENTS).await.status, 401);
}

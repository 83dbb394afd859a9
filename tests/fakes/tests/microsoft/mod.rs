//! The fake of Microsoft.

mod calendars;
mod delta;
mod events;
mod faults;
mod oauth;
mod schedule;
mod subscriptions;

use convene_fakes::{Consent, Microsoft};
use serde_json::{Value, json};

use crate::http::{Http, Reply};
use crate::pkce::{CHALLENGE, REDIRECT, VERIFIER};

pub const BO: &str = "bo@y.test";
pub const EVENTS: &str = "/v1.0/me/events";
pub const SCOPES: &str = "offline_access openid profile email Calendars.ReadWrite";
pub const DAY: &str = "startDateTime=2027-03-01T00:00:00&endDateTime=2027-03-02T00:00:00";

/// Bo's mailbox with its default calendar `calendar`, and somebody who may do all with it.
pub async fn connected() -> (Microsoft, Http) {
    let microsoft = Microsoft::start().await;
    microsoft.add_account(BO);
    let http = connect(&microsoft).await;
    (microsoft, http)
}

pub async fn connect(microsoft: &Microsoft) -> Http {
    let reply = redeem(microsoft, &consent(microsoft).code).await;
    Http::new(microsoft.url(), reply.text("access_token")).preferring(r#"IdType="ImmutableId""#)
}

pub fn authorize_url(microsoft: &Microsoft) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", microsoft.client_id())
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("response_type", "code")
        .append_pair("scope", SCOPES)
        .append_pair("state", "s2")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("{}/common/oauth2/v2.0/authorize?{query}", microsoft.url())
}

pub fn consent(microsoft: &Microsoft) -> Consent {
    microsoft.consent(&authorize_url(microsoft), BO)
}

pub async fn redeem(microsoft: &Microsoft, code: &str) -> Reply {
    exchange(microsoft, code, REDIRECT, VERIFIER).await
}

pub async fn exchange(microsoft: &Microsoft, code: &str, redirect_uri: &str, verifier: &str) -> Reply {
    let grant = ("grant_type", "authorization_code");
    token(microsoft, &[grant, ("code", code), ("redirect_uri", redirect_uri), ("code_verifier", verifier)]).await
}

pub async fn refresh(microsoft: &Microsoft, refresh_token: &str) -> Reply {
    token(microsoft, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

async fn token(microsoft: &Microsoft, fields: &[(&str, &str)]) -> Reply {
    let client = [("client_id", microsoft.client_id()), ("client_secret", microsoft.client_secret())];
    Http::new(microsoft.url(), "").form("/common/oauth2/v2.0/token", &[&client, fields].concat()).await
}

/// An event of the tests' day, as a client writes it.
pub fn event(start: &str, end: &str) -> Value {
    let time = |time: &str| json!({ "dateTime": format!("2027-03-01T{time}:00"), "timeZone": "UTC" });
    json!({ "subject": "Mentoring", "start": time(start), "end": time(end) })
}

/// The ids of a list.
pub fn ids(list: &Value) -> Vec<&str> {
    list["value"].as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

//! The fake of Google.

mod calendar_list;
mod channels;
mod conferences;
mod events;
mod faults;
mod free_busy;
mod oauth;
mod sync;

use convene_fakes::{Consent, Google};
use serde_json::{Value, json};

use crate::http::{Http, Reply};
use crate::pkce::{CHALLENGE, REDIRECT, VERIFIER};

pub const ANN: &str = "ann@x.test";
pub const EVENTS: &str = "/calendar/v3/calendars/primary/events";
pub const SCOPES: &str = "openid email https://www.googleapis.com/auth/calendar.calendarlist.readonly \
    https://www.googleapis.com/auth/calendar.freebusy https://www.googleapis.com/auth/calendar.events";

/// Ann's primary calendar, and somebody who may do all with it.
pub async fn connected() -> (Google, Http) {
    let google = Google::start().await;
    google.add_account(ANN);
    let consent = google.consent(&authorize_url(&google), ANN);
    let reply = redeem(&google, &consent.code).await;
    (google.clone(), Http::new(google.url(), reply.text("access_token")))
}

/// With state `s1` and the challenge of [`VERIFIER`].
pub fn authorize_url(google: &Google) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", google.client_id())
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("response_type", "code")
        .append_pair("scope", SCOPES)
        .append_pair("state", "s1")
        .append_pair("access_type", "offline")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("{}/o/oauth2/v2/auth?{query}", google.url())
}

pub fn consent(google: &Google) -> Consent {
    google.consent(&authorize_url(google), ANN)
}

pub async fn redeem(google: &Google, code: &str) -> Reply {
    exchange(google, &[("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)]).await
}

pub async fn exchange(google: &Google, fields: &[(&str, &str)]) -> Reply {
    token(google, &[&[("grant_type", "authorization_code")], fields].concat()).await
}

pub async fn refresh(google: &Google, refresh_token: &str) -> Reply {
    token(google, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

async fn token(google: &Google, fields: &[(&str, &str)]) -> Reply {
    let client = [("client_id", google.client_id()), ("client_secret", google.client_secret())];
    Http::new(google.url(), "").form("/token", &[&client, fields].concat()).await
}

/// An event of the tests' day, as a client writes it.
pub fn event(start: &str, end: &str) -> Value {
    let time = |time: &str| json!({ "dateTime": format!("2027-03-01T{time}:00Z"), "timeZone": "UTC" });
    json!({ "summary": "Mentoring", "start": time(start), "end": time(end) })
}

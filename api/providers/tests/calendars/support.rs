//! Ann, who has connected her calendar, and what the tests ask of it.

use convene_fakes::{Google, Microsoft};
use convene_providers::Secret;
use convene_providers::calendar::{
    Client, Clients, Event, GoogleConfig, Grant, MicrosoftConfig, Pkce, Provider, Registration,
};
use jiff::Timestamp;
use uuid::Uuid;

pub const ANN: &str = "ann@example.org";
/// The id of her default calendar at Microsoft.
pub const CALENDAR: &str = "calendar";

/// `at("09:30")` of the tests' one day, UTC.
pub fn at(time: &str) -> Timestamp {
    format!("2027-03-01T{time}:00Z").parse().unwrap()
}

/// The tests' one day.
pub fn day() -> (Timestamp, Timestamp) {
    (at("00:00"), at("23:59"))
}

/// An hour for a booking, with a key that both providers take.
pub fn event(start: &str, end: &str) -> Event {
    let booking_id = Uuid::new_v4();
    Event {
        key: booking_id.simple().to_string(),
        title: "Ann & Bob".to_owned(),
        description: "About Rust".to_owned(),
        location: Some("Room 1".to_owned()),
        start: at(start),
        end: at(end),
        wants_conference: false,
        booking_id,
    }
}

pub fn google_client(google: &Google) -> Client {
    let url = |path: &str| format!("{}{path}", google.url()).parse().unwrap();
    let config = GoogleConfig {
        registration: registration(google.client_id(), google.client_secret()),
        authorize_url: url("/o/oauth2/v2/auth"),
        token_url: url("/token"),
        revoke_url: url("/revoke"),
        calendar_url: url("/calendar/v3"),
    };
    Clients::new(Some(config), None).of(Provider::Google).unwrap().clone()
}

pub fn microsoft_client(microsoft: &Microsoft) -> Client {
    let url = |path: &str| format!("{}{path}", microsoft.url()).parse().unwrap();
    let config = MicrosoftConfig {
        registration: registration(microsoft.client_id(), microsoft.client_secret()),
        login_url: url("/common"),
        graph_url: url("/v1.0"),
    };
    Clients::new(None, Some(config)).of(Provider::Microsoft).unwrap().clone()
}

/// Ann at Google, her client, and an access token.
pub async fn google() -> (Google, Client, String) {
    let google = Google::start().await;
    google.add_account(ANN);
    let client = google_client(&google);
    let token = grant(&client, |url| google.consent(url, ANN).code).await.access_token.reveal().clone();
    google.forget_calls();
    (google, client, token)
}

/// Ann at Microsoft, her client, and an access token.
pub async fn microsoft() -> (Microsoft, Client, String) {
    let microsoft = Microsoft::start().await;
    microsoft.add_account(ANN);
    let client = microsoft_client(&microsoft);
    let token = grant(&client, |url| microsoft.consent(url, ANN).code).await.access_token.reveal().clone();
    microsoft.forget_calls();
    (microsoft, client, token)
}

/// What somebody's consent is worth.
pub async fn grant(client: &Client, consent: impl FnOnce(&str) -> String) -> Grant {
    let pkce = Pkce::new().unwrap();
    let code = consent(&client.authorize_url("state", &pkce.challenge));
    client.exchange(&code, pkce.verifier.reveal()).await.unwrap()
}

fn registration(id: &str, secret: &str) -> Registration {
    Registration {
        client_id: id.to_owned(),
        client_secret: Secret::new(secret.to_owned()),
        redirect_url: "https://app.test/calendars/back".to_owned(),
    }
}

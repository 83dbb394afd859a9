//! Calendar providers that are fakes, a service that knows them, and people who connect.

use std::time::Duration;

use convene_fakes::{Google, Microsoft};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::service::{Client, Reply, Service};
use crate::world::{User, World};

/// Both providers, running.
pub struct Providers {
    pub google: Google,
    pub microsoft: Microsoft,
}

impl Providers {
    pub async fn start() -> Self {
        // The fakes push with a client of their own, which needs the process to have TLS.
        drop(convene_providers::outbound::builder());
        Self { google: Google::start().await, microsoft: Microsoft::start().await }
    }

    /// The settings of a service that knows them.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let (google, microsoft) = (self.google.url(), self.microsoft.url());
        vec![
            ("CONVENE_CALENDAR_REDIRECT_URL", "https://app.test/calendars/{provider}".to_owned()),
            ("CONVENE_GOOGLE_CLIENT_ID", self.google.client_id().to_owned()),
            ("CONVENE_GOOGLE_CLIENT_SECRET", self.google.client_secret().to_owned()),
            ("CONVENE_GOOGLE_AUTHORIZE_URL", format!("{google}/o/oauth2/v2/auth")),
            ("CONVENE_GOOGLE_TOKEN_URL", format!("{google}/token")),
            ("CONVENE_GOOGLE_REVOKE_URL", format!("{google}/revoke")),
            ("CONVENE_GOOGLE_CALENDAR_URL", format!("{google}/calendar/v3")),
            ("CONVENE_MICROSOFT_CLIENT_ID", self.microsoft.client_id().to_owned()),
            ("CONVENE_MICROSOFT_CLIENT_SECRET", self.microsoft.client_secret().to_owned()),
            ("CONVENE_MICROSOFT_LOGIN_URL", format!("{microsoft}/common")),
            ("CONVENE_MICROSOFT_GRAPH_URL", format!("{microsoft}/v1.0")),
        ]
    }

    /// A service that knows them.
    pub async fn service(&self, world: &World) -> Service {
        self.service_with(world, &[]).await
    }

    pub async fn service_with(&self, world: &World, more: &[(&str, &str)]) -> Service {
        let settings = self.settings();
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
        Service::start_with(&world.database, &settings).await
    }

    /// The user, whose account at Google has their own address, connects it. Returns the connection.
    pub async fn connect_google(&self, client: &Client, user: &User) -> Uuid {
        self.google.add_account(&user.email);
        self.connect_google_again(client, user).await
    }

    /// The same with an account that is there.
    pub async fn connect_google_again(&self, client: &Client, user: &User) -> Uuid {
        let departure = client.post("/v1/calendar/google/connect/start", json!({})).await;
        let back = self.google.consent(url_of(&departure), &user.email);
        completed(&complete(client, "google", &back.code, &back.state).await)
    }

    /// The same at Microsoft.
    pub async fn connect_microsoft(&self, client: &Client, user: &User) -> Uuid {
        self.microsoft.add_account(&user.email);
        let departure = client.post("/v1/calendar/microsoft/connect/start", json!({})).await;
        let back = self.microsoft.consent(url_of(&departure), &user.email);
        completed(&complete(client, "microsoft", &back.code, &back.state).await)
    }
}

/// A booking's event, as one finds it in somebody's calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    pub id: String,
    pub booking: Uuid,
    pub start: Timestamp,
    pub end: Timestamp,
    pub title: String,
    pub text: String,
    pub place: String,
    /// Every link to a conference it shows, once each.
    pub links: Vec<String>,
}

impl Providers {
    /// Every event in the user's accounts that says it is a booking's.
    pub fn meetings(&self, user: &User) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        if self.google.has_account(&user.email) {
            meetings.extend(self.google.events(&user.email, &user.email).into_iter().filter_map(at_google));
        }
        if self.microsoft.has_account(&user.email) {
            meetings.extend(self.microsoft.events(&user.email, "calendar").into_iter().filter_map(at_microsoft));
        }
        meetings
    }
}

fn at_google(event: convene_fakes::google::Event) -> Option<Meeting> {
    let booking = event.private.get("convene_booking")?.parse().ok()?;
    let links = links([&event.description, &event.location, event.meeting_link.as_deref().unwrap_or_default()]);
    let convene_fakes::google::Event { id, start, end, summary, description, location, .. } = event;
    Some(Meeting { id, booking, start, end, title: summary, text: description, place: location, links })
}

fn at_microsoft(event: convene_fakes::microsoft::Event) -> Option<Meeting> {
    let booking = event.properties.values().find_map(|value| value.parse().ok())?;
    let links = links([&event.content, &event.location, event.join_url.as_deref().unwrap_or_default()]);
    let convene_fakes::microsoft::Event { id, start, end, subject, content, location, .. } = event;
    Some(Meeting { id, booking, start, end, title: subject, text: content, place: location, links })
}

fn links(texts: [&str; 3]) -> Vec<String> {
    let words = texts.into_iter().flat_map(|text| text.split_whitespace());
    let mut links: Vec<String> = words.filter(|word| word.starts_with("https://")).map(str::to_owned).collect();
    links.sort();
    links.dedup();
    links
}

/// Where a user is sent.
pub fn url_of(departure: &Reply) -> &str {
    departure.body["url"].as_str().unwrap_or_else(|| panic!("no address: {}", departure.body))
}

/// A user is back with what the provider gave them.
pub async fn complete(client: &Client, provider: &str, code: &str, state: &str) -> Reply {
    client.post(&format!("/v1/calendar/{provider}/connect/complete"), json!({ "code": code, "state": state })).await
}

fn completed(reply: &Reply) -> Uuid {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["id"].as_str().expect("an id").parse().expect("a UUID")
}

/// Waits until something is so; panics when it takes longer than 20 seconds.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it is not so after 20 seconds");
}

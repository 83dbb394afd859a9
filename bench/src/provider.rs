//! A provider of calendars that answers at once: the fake of Google, in this process.

use convene_api::config::Config;
use convene_fakes::Google;
use convene_providers::calendar::{Clients, Pkce, Provider as Name};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::outcome::Outcome;
use crate::service::{Service, Setting};

/// A running fake. It ends with the runtime.
pub struct Provider {
    pub google: Google,
}

impl Provider {
    pub async fn start() -> Self {
        // The fake has a client of its own, which needs the process to have TLS.
        drop(convene_providers::outbound::builder());
        Self { google: Google::start().await }
    }

    /// The settings of a service that knows it.
    pub fn settings(&self) -> Vec<Setting> {
        let (google, url) = (&self.google, self.google.url());
        vec![
            ("CONVENE_KEYS", format!("1={}=", "A".repeat(43))),
            ("CONVENE_CALENDAR_REDIRECT_URL", "https://app.test/calendars/{provider}".to_owned()),
            ("CONVENE_GOOGLE_CLIENT_ID", google.client_id().to_owned()),
            ("CONVENE_GOOGLE_CLIENT_SECRET", google.client_secret().to_owned()),
            ("CONVENE_GOOGLE_AUTHORIZE_URL", format!("{url}/o/oauth2/v2/auth")),
            ("CONVENE_GOOGLE_TOKEN_URL", format!("{url}/token")),
            ("CONVENE_GOOGLE_REVOKE_URL", format!("{url}/revoke")),
            ("CONVENE_GOOGLE_CALENDAR_URL", format!("{url}/calendar/v3")),
        ]
    }

    /// The user connects an account of their own, as a browser would.
    pub async fn connect(&self, service: &Service, user: Uuid) -> Outcome<()> {
        let account = account(user);
        self.google.add_account(&account);
        let client = service.client()?;
        let departure = answer(client.post(user, "/v1/calendar/google/connect/start").json(&json!({}))).await?;
        let back = self.google.consent(departure["url"].as_str().ok_or("no address to go to")?, &account);
        let back = json!({ "code": back.code, "state": back.state });
        answer(client.post(user, "/v1/calendar/google/connect/complete").json(&back)).await.map(drop)
    }

    /// An access token for the account of a user, past Convene.
    pub async fn token(&self, user: Uuid) -> Outcome<String> {
        let settings = self.settings();
        let value = |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let config = Config::read(value).map_err(|faults| faults.to_string())?;
        let clients = Clients::new(config.calendars.google, None);
        let client = clients.of(Name::Google).ok_or("the settings do not name Google")?;
        let pkce = Pkce::new().ok_or("no random bytes")?;
        let back = self.google.consent(&client.authorize_url("bare", &pkce.challenge), &account(user));
        let grant = client.exchange(&back.code, pkce.verifier.reveal()).await.map_err(|error| error.code)?;
        Ok(grant.access_token.reveal().clone())
    }
}

/// A user's account at the provider, and the id of its main calendar.
pub fn account(user: Uuid) -> String {
    format!("{user}@google.test")
}

async fn answer(request: RequestBuilder) -> Outcome<Value> {
    let response = request.send().await?;
    let (status, text) = (response.status(), response.text().await?);
    if status == StatusCode::OK { Ok(serde_json::from_str(&text)?) } else { Err(format!("{status}: {text}").into()) }
}

//! Push channels.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Google;
use super::call::{reason, refusal};
use crate::calendar::types::{Channel, Watched};
use crate::call_error::CallError;

/// Some calendars cannot be watched: holidays, birthdays, what is subscribed to elsewhere.
const NOT_WATCHABLE: &str = "pushNotSupportedForRequestedResource";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    id: String,
    resource_id: Option<String>,
    expiration: Option<Milliseconds>,
}

/// A number of 64 bits, which JSON of Google has as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Milliseconds {
    Text(String),
    Number(i64),
}

impl Google {
    pub async fn watch(&self, token: &str, calendar: &str, channel: &Channel) -> Result<Option<Watched>, CallError> {
        let body = json!({
            "id": channel.id,
            "type": "web_hook",
            "address": channel.address,
            "token": channel.secret,
            "params": { "ttl": channel.expires_in.as_secs().to_string() },
        });
        let url = self.events_url(calendar, &["watch"])?;
        let answer = self.http.send(self.request(Method::POST, url, token).json(&body)).await?;
        if answer.status.is_success() {
            return Ok(Some(answer.json::<Opened>()?.watched(channel, Timestamp::now())));
        }
        if reason(&answer) == NOT_WATCHABLE { Ok(None) } else { Err(refusal(&answer)) }
    }

    pub async fn unwatch(&self, token: &str, id: &str, resource_id: Option<&str>) -> Result<(), CallError> {
        let body = json!({ "id": id, "resourceId": resource_id });
        let url = self.url(&["channels", "stop"])?;
        let answer = self.http.send(self.request(Method::POST, url, token).json(&body)).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(refusal(&answer)),
        }
    }
}

impl Opened {
    /// Without a word about the end, it is as was asked.
    fn watched(self, channel: &Channel, now: Timestamp) -> Watched {
        let told = self.expiration.and_then(|end| end.instant());
        let asked = SignedDuration::try_from(channel.expires_in).unwrap_or(SignedDuration::ZERO);
        let expires_at = told.or_else(|| now.checked_add(asked).ok()).unwrap_or(now);
        Watched { id: self.id, resource_id: self.resource_id, expires_at }
    }
}

impl Milliseconds {
    fn instant(&self) -> Option<Timestamp> {
        let number = match self {
            Self::Text(text) => text.parse().ok()?,
            Self::Number(number) => *number,
        };
        Timestamp::from_millisecond(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    fn expires_at(body: &str) -> String {
        let channel = Channel {
            id: Uuid::nil(),
            secret: "s".to_owned(),
            address: "https://convene.test/push".to_owned(),
            expires_in: Duration::from_secs(3600),
        };
        let opened: Opened = serde_json::from_str(body).unwrap();
        opened.watched(&channel, "2026-01-05T10:00:00Z".parse().unwrap()).expires_at.to_string()
    }

    #[test]
    fn a_channel_ends_when_google_says() {
        let body = r#"{"kind":"api#channel","id":"i","resourceId":"r","expiration":"1767610800000"}"#;
        assert_eq!(expires_at(body), "2026-01-05T11:00:00Z");
        assert_eq!(expires_at(r#"{"id":"i","resourceId":"r","expiration":1767610800000}"#), "2026-01-05T11:00:00Z");
    }

    #[test]
    fn a_channel_without_an_end_ends_as_asked() {
        assert_eq!(expires_at(r#"{"id":"i","resourceId":"r"}"#), "2026-01-05T11:00:00Z");
    }
}

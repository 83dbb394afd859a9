//! Subscriptions to changes.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Microsoft;
use super::call::refusal;
use super::times::at_graphs_precision;
use crate::address;
use crate::calendar::types::{Channel, Watched};
use crate::call_error::CallError;

/// Graph's limit for events is 10,080 minutes by its own clock.
const LONGEST: Duration = Duration::from_secs(10_070 * 60);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    id: String,
    expiration_date_time: Timestamp,
}

impl Microsoft {
    /// Notifications of the subscription's own life come to the same address.
    pub async fn watch(&self, token: &str, calendar: &str, channel: &Channel) -> Result<Option<Watched>, CallError> {
        let body = json!({
            "changeType": "created,updated,deleted",
            "notificationUrl": channel.address,
            "lifecycleNotificationUrl": channel.address,
            "resource": self.resource(calendar)?,
            "expirationDateTime": end(Timestamp::now(), channel.expires_in),
            "clientState": channel.secret,
        });
        let request = self.request(Method::POST, self.url(&["subscriptions"])?, token).json(&body);
        let subscription: Subscription = self.call(request).await?;
        Ok(Some(Watched { id: subscription.id, resource_id: None, expires_at: subscription.expiration_date_time }))
    }

    pub async fn unwatch(&self, token: &str, id: &str) -> Result<(), CallError> {
        let request = self.request(Method::DELETE, self.url(&["subscriptions", id])?, token);
        let answer = self.http.send(request).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(refusal(&answer)),
        }
    }

    /// A calendar's events, as a path from Graph's address on.
    fn resource(&self, calendar: &str) -> Result<String, CallError> {
        let url = address::below(&self.config.graph_url, &["me", "calendars", calendar, "events"])?;
        let base = self.config.graph_url.path().trim_end_matches('/');
        Ok(url.path().strip_prefix(base).unwrap_or(url.path()).trim_start_matches('/').to_owned())
    }
}

fn end(now: Timestamp, expires_in: Duration) -> Timestamp {
    let life = SignedDuration::try_from(expires_in.min(LONGEST)).unwrap_or(SignedDuration::ZERO);
    at_graphs_precision(now.checked_add(life).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_lasts_no_longer_than_graph_allows() {
        let now = "2026-01-05T10:00:00.000000789Z".parse().unwrap();
        assert_eq!(end(now, Duration::from_secs(3600)).to_string(), "2026-01-05T11:00:00Z");
        assert_eq!(end(now, Duration::from_secs(30 * 86_400)).to_string(), "2026-01-12T09:50:00Z");
    }

    #[test]
    fn a_subscription_has_seven_digits_of_a_second() {
        let body = r#"{"id":"s","resource":"me/events","expirationDateTime":"2026-01-12T10:00:00.9356913Z"}"#;
        let subscription: Subscription = serde_json::from_str(body).unwrap();
        assert_eq!(subscription.expiration_date_time.to_string(), "2026-01-12T10:00:00.9356913Z");
    }
}

//! `…/events/watch`, `/calendar/v3/channels/stop`, and the pushes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Google;
use super::caller::{Caller, READ_EVENTS};
use super::refusal::Refusal;
use super::strict;

/// How long a channel lives unless asked for less. Whether Google gives more on request is not documented.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A channel that has not been stopped; it may have expired.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub id: String,
    pub resource_id: String,
    pub account: String,
    pub calendar: String,
    pub address: String,
    pub token: Option<String>,
    pub expires_at: Timestamp,
    resource_uri: String,
    sent: u64,
}

impl Google {
    /// Those that have not been stopped, expired ones too, the oldest first.
    pub fn channels(&self) -> Vec<Channel> {
        self.state().channels.clone()
    }

    /// Pushes a change to a channel by hand, whatever has changed and whether or not it has expired. The status of the
    /// answer; `None` where nobody answered.
    pub async fn notify(&self, channel: &str) -> Option<u16> {
        let answered = {
            let mut state = self.state();
            let channel = state.channels.iter_mut().find(|it| it.id == channel).expect("an open channel");
            self.core().postman.send(channel.push("exists", &self.core().postman.client))
        };
        answered.await.expect("the postman is there").map(|status| status.as_u16())
    }
}

impl Channel {
    /// The next push: no body, all in headers.
    pub(super) fn push(&mut self, resource_state: &str, client: &reqwest::Client) -> reqwest::Request {
        self.sent += 1;
        let expiration = self.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let mut push = client
            .post(&self.address)
            .header("content-length", "0")
            .header("x-goog-channel-id", &self.id)
            .header("x-goog-channel-expiration", expiration)
            .header("x-goog-resource-id", &self.resource_id)
            .header("x-goog-resource-uri", &self.resource_uri)
            .header("x-goog-resource-state", resource_state)
            .header("x-goog-message-number", self.sent);
        if let Some(token) = &self.token {
            push = push.header("x-goog-channel-token", token);
        }
        push.build().expect("an address that can be sent to")
    }
}

/// Google wants an address of https with a certificate that it trusts; the fake takes http too.
pub(super) async fn watch(
    State(google): State<Google>,
    caller: Caller,
    Path(calendar): Path<String>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    caller.may(&READ_EVENTS)?;
    strict::channel(&body)?;
    let body = Value::Object(body);
    let text = |name: &'static str| body[name].as_str().ok_or_else(|| Refusal::required(name));
    let (id, address) = (text("id")?, text("address")?);
    if text("type")? != "web_hook" {
        return Err(Refusal::invalid("type", "Unknown channel type"));
    }
    if reqwest::Url::parse(address).is_err() {
        return Err(Refusal::invalid("address", "WebHook callback must be HTTPS"));
    }
    let core = google.core();
    let mut state = google.state();
    let watched = &state.shelf(&caller.account, &calendar)?.calendar;
    if !watched.is_watchable {
        return Err(Refusal::not_watchable());
    }
    let calendar = watched.id.clone();
    if state.channels.iter().any(|channel| channel.id == id) {
        return Err(Refusal::channel_exists(id));
    }
    let mut channel = Channel {
        id: id.to_owned(),
        resource_id: URL_SAFE_NO_PAD.encode(&calendar),
        resource_uri: format!("{}/calendar/v3/calendars/{calendar}/events?alt=json", core.url),
        address: address.to_owned(),
        token: body["token"].as_str().map(str::to_owned),
        expires_at: expiry(&body, core.now()),
        account: caller.account,
        calendar,
        sent: 0,
    };
    core.postman.send(channel.push("sync", &core.postman.client));
    let mut answer = json!({
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        "expiration": channel.expires_at.as_millisecond().to_string(),
    });
    if let Some(token) = &channel.token {
        answer["token"] = json!(token);
    }
    state.channels.push(channel);
    Ok(Json(answer))
}

pub(super) async fn stop(
    State(google): State<Google>,
    caller: Caller,
    Json(body): Json<Value>,
) -> Result<StatusCode, Refusal> {
    let mut state = google.state();
    let is_it = |channel: &Channel| {
        body["id"] == channel.id && body["resourceId"] == channel.resource_id && channel.account == caller.account
    };
    let place = state.channels.iter().position(is_it).ok_or_else(Refusal::not_found)?;
    state.channels.remove(place);
    Ok(StatusCode::NO_CONTENT)
}

/// What `expiration` (milliseconds) or `params.ttl` (seconds) asks for, as far as it is given. Either may be a number
/// or a text.
fn expiry(body: &Value, now: Timestamp) -> Timestamp {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let by_time = number(&body["expiration"]).and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let by_life = number(&body["params"]["ttl"]).map(|seconds| now + SignedDuration::from_secs(seconds));
    by_time.or(by_life).map_or(now + LONGEST_LIFE, |asked| asked.min(now + LONGEST_LIFE))
}

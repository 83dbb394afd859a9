//! `/v1.0/subscriptions`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::caller::{Caller, READ};
use super::refusal::Refusal;
use super::{Microsoft, state, strict, times};

const LONGEST_LIFE: SignedDuration = SignedDuration::from_mins(10_080);
/// What is asked to live shorter lives as long.
const SHORTEST_LIFE: SignedDuration = SignedDuration::from_mins(45);
const LONGEST_CLIENT_STATE: usize = 128;

/// A subscription that has neither been deleted nor expired.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    pub id: String,
    pub account: String,
    /// Such as `created,updated,deleted`.
    pub change_type: String,
    /// Such as `me/events`.
    pub resource: String,
    pub notification_url: String,
    pub lifecycle_url: Option<String>,
    pub client_state: Option<String>,
    pub expires_at: Timestamp,
}

impl Microsoft {
    /// Those that are alive, the oldest first.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let now = self.core().now();
        self.state().subscriptions.iter().filter(|it| now < it.expires_at).cloned().collect()
    }

    /// Graph's handshake: the address must answer 200 with the token that it is sent, as plain text.
    async fn validate(&self, address: &str) -> Result<(), Refusal> {
        let refused = |words: &str| Refusal::invalid(&format!("Subscription validation request failed. {words}"));
        let token = format!("Validation: Testing client application reachability for Request-Id: {}", Uuid::new_v4());
        let mut url = reqwest::Url::parse(address).map_err(|_| refused("The address is not valid."))?;
        url.query_pairs_mut().append_pair("validationToken", &token);
        let sent =
            self.core().postman.client.post(url).header("content-type", "text/plain; charset=utf-8").send().await;
        let answer = sent.map_err(|_| refused("Nobody answered."))?;
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if answer.status() != StatusCode::OK || !kind.starts_with("text/plain") {
            return Err(refused("Response must be 200 (OK) with text/plain."));
        }
        let is_same = answer.text().await.is_ok_and(|text| text == token);
        if is_same { Ok(()) } else { Err(refused("The token came back changed.")) }
    }
}

/// Graph wants addresses of https; the fake takes http too.
pub(super) async fn create(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Json(body): Json<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    caller.may(&READ)?;
    strict::subscription(&body)?;
    let body = Value::Object(body);
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let required = |name: &str| text(name).ok_or_else(|| Refusal::invalid(&format!("{name} is missing.")));
    let subscription = Subscription {
        id: Uuid::new_v4().to_string(),
        change_type: required("changeType")?,
        resource: required("resource")?.trim_start_matches('/').to_owned(),
        notification_url: required("notificationUrl")?,
        lifecycle_url: text("lifecycleNotificationUrl"),
        client_state: text("clientState"),
        expires_at: expiry(&body, microsoft.core().now())?,
        account: caller.account.clone(),
    };
    microsoft.state().mailbox(&caller.account)?.calendar(watched(&subscription.resource)?.as_deref())?;
    if subscription.client_state.as_ref().is_some_and(|it| it.len() > LONGEST_CLIENT_STATE) {
        return Err(Refusal::invalid("clientState is too long."));
    }
    microsoft.validate(&subscription.notification_url).await?;
    if let Some(address) = &subscription.lifecycle_url {
        microsoft.validate(address).await?;
    }
    let now = microsoft.core().now();
    let mut state = microsoft.state();
    let is_same = |it: &Subscription| {
        let parts =
            |it: &Subscription| [&it.account, &it.resource, &it.change_type, &it.notification_url].map(String::clone);
        now < it.expires_at && parts(it) == parts(&subscription)
    };
    if state.subscriptions.iter().any(is_same) {
        let message = "A subscription to this resource is there already.";
        return Err(Refusal::new(StatusCode::CONFLICT, "ExtensionError", message));
    }
    let shown = subscription.show();
    state.subscriptions.push(subscription);
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn list(State(microsoft): State<Microsoft>, caller: Caller) -> Json<Value> {
    let all = microsoft.subscriptions();
    let own = all.iter().filter(|it| it.account == caller.account).map(Subscription::show);
    Json(json!({ "value": own.collect::<Vec<_>>() }))
}

pub(super) async fn get(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let now = microsoft.core().now();
    let mut state = microsoft.state();
    Ok(Json(find(&mut state, &caller, &id, now)?.show()))
}

pub(super) async fn renew(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    let now = microsoft.core().now();
    let mut state = microsoft.state();
    let subscription = find(&mut state, &caller, &id, now)?;
    subscription.expires_at = expiry(&body, now)?;
    Ok(Json(subscription.show()))
}

pub(super) async fn reauthorize(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let now = microsoft.core().now();
    find(&mut microsoft.state(), &caller, &id, now)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(microsoft): State<Microsoft>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let now = microsoft.core().now();
    let mut state = microsoft.state();
    find(&mut state, &caller, &id, now)?;
    state.subscriptions.retain(|it| it.id != id);
    Ok(StatusCode::NO_CONTENT)
}

/// The calendar of `me/calendars/{id}/events`; `None` for `me/events`, the default one. Graph knows many resources, and
/// the fake no others.
fn watched(resource: &str) -> Result<Option<String>, Refusal> {
    let id = resource.strip_prefix("me/calendars/").and_then(|rest| rest.strip_suffix("/events"));
    match id {
        Some(id) => Ok(Some(decoded(id))),
        None if resource == "me/events" => Ok(None),
        None => Err(Refusal::invalid(&format!("The resource {resource} is not supported."))),
    }
}

/// A segment of a path.
fn decoded(segment: &str) -> String {
    // A plus is itself in a path, and a space in a form.
    let form = format!("id={}", segment.replace('+', "%2B"));
    form_urlencoded::parse(form.as_bytes()).next().map(|(_, id)| id.into_owned()).unwrap_or_default()
}

fn find<'state>(
    state: &'state mut state::State,
    caller: &Caller,
    id: &str,
    now: Timestamp,
) -> Result<&'state mut Subscription, Refusal> {
    let is_it = |it: &&mut Subscription| it.id == id && it.account == caller.account && now < it.expires_at;
    state.subscriptions.iter_mut().find(is_it).ok_or_else(Refusal::not_found)
}

fn expiry(body: &Value, now: Timestamp) -> Result<Timestamp, Refusal> {
    let asked = body["expirationDateTime"].as_str().map(strict::time).transpose()?;
    let asked = asked.and_then(|text| text.parse::<Timestamp>().ok());
    let asked = asked.ok_or_else(|| Refusal::invalid("expirationDateTime is missing, or no time."))?;
    if asked <= now || asked > now + LONGEST_LIFE {
        return Err(Refusal::invalid("Subscription expiration can only be 10080 minutes in the future."));
    }
    Ok(asked.max(now + SHORTEST_LIFE))
}

impl Subscription {
    fn show(&self) -> Value {
        json!({
            "id": self.id,
            "resource": self.resource,
            "applicationId": crate::oauth::CLIENT_ID,
            "changeType": self.change_type,
            "clientState": self.client_state,
            "notificationUrl": self.notification_url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": times::instant(self.expires_at),
        })
    }

    /// Whether it is about this calendar.
    pub(super) fn covers(&self, calendar: &str) -> bool {
        watched(&self.resource).is_ok_and(|watched| watched.is_none_or(|watched| watched == calendar))
    }
}

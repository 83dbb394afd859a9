//! `/v0/bases/{base}/webhooks`

use std::collections::VecDeque;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Airtable;
use super::caller::Caller;
use super::refusal::Refusal;

const MOST_IN_BASE: usize = 10;
const FILTERS: [&str; 7] = [
    "changeTypes",
    "dataTypes",
    "fromSources",
    "recordChangeScope",
    "sourceOptions",
    "watchDataInFieldIds",
    "watchSchemasOfFieldIds",
];
const INCLUDES: [&str; 3] =
    ["includeCellValuesInFieldIds", "includePreviousCellValues", "includePreviousFieldDefinitions"];
/// How long a webhook lives from its making, its last refresh or its last listing of payloads.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A webhook that was not deleted; it may have expired.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    pub id: String,
    pub base: String,
    pub notification_url: Option<String>,
    pub expires_at: Timestamp,
    pub notifications_enabled: bool,
}

/// A webhook as its base keeps it.
pub(super) struct Hook {
    pub id: String,
    pub secret: String,
    pub notification_url: Option<String>,
    pub specification: Value,
    pub expires_at: Timestamp,
    pub is_notifying: bool,
    pub payloads: VecDeque<(Timestamp, Value)>,
    /// The cursor of the oldest payload that is kept.
    pub first_cursor: u64,
    pub last_success: Option<Timestamp>,
    /// `lastNotificationResult`
    pub last_result: Value,
}

impl Airtable {
    /// Those that were not deleted, expired ones too, the oldest first in each base.
    pub fn webhooks(&self) -> Vec<Webhook> {
        let state = self.state();
        let hooks = state.bases.iter().flat_map(|(base, kept)| kept.hooks.iter().map(move |hook| (base, hook)));
        let webhook = |(base, hook): (&String, &Hook)| Webhook {
            id: hook.id.clone(),
            base: base.clone(),
            notification_url: hook.notification_url.clone(),
            expires_at: hook.expires_at,
            notifications_enabled: hook.is_notifying,
        };
        hooks.map(webhook).collect()
    }

    /// Does something with a webhook of the caller's base. One that expired a life ago is not found.
    pub(super) fn with_hook<T>(
        &self,
        caller: &Caller,
        id: &str,
        use_it: impl FnOnce(&mut Hook, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.core().now();
        let mut state = self.state();
        let hooks = &mut state.base(&caller.base)?.hooks;
        let hook = hooks.iter_mut().find(|hook| hook.id == id && now < hook.expires_at + LIFE);
        use_it(hook.ok_or_else(Refusal::not_found)?, now)
    }
}

pub(super) async fn create(
    State(airtable): State<Airtable>,
    caller: Caller,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    refuse_unknown(&body)?;
    let data_types = &body["specification"]["options"]["filters"]["dataTypes"];
    if data_types.as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::invalid("specification.options.filters.dataTypes is missing."));
    }
    let address = body["notificationUrl"].as_str();
    if address.is_some_and(|address| reqwest::Url::parse(address).is_err()) {
        return Err(Refusal::invalid("notificationUrl is no address."));
    }
    let now = airtable.core().now();
    let mut state = airtable.state();
    let hooks = &mut state.base(&caller.base)?.hooks;
    if hooks.iter().filter(|hook| now < hook.expires_at).count() >= MOST_IN_BASE {
        return Err(Refusal::too_many_webhooks());
    }
    let hook = Hook {
        id: format!("ach{}", &Uuid::new_v4().simple().to_string()[..14]),
        secret: STANDARD.encode([Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat()),
        notification_url: address.map(str::to_owned),
        specification: body["specification"].clone(),
        expires_at: now + LIFE,
        is_notifying: true,
        payloads: VecDeque::new(),
        first_cursor: 1,
        last_success: None,
        last_result: Value::Null,
    };
    let answer = json!({ "id": hook.id, "macSecretBase64": hook.secret, "expirationTime": hook.expires_at });
    hooks.push(hook);
    Ok(Json(answer))
}

/// Airtable refuses names that it does not know, at every depth.
fn refuse_unknown(body: &Value) -> Result<(), Refusal> {
    let options = &body["specification"]["options"];
    let levels = [
        (body, &["notificationUrl", "specification"][..]),
        (&body["specification"], &["options"]),
        (options, &["filters", "includes"]),
        (&options["filters"], &FILTERS),
        (&options["includes"], &INCLUDES),
    ];
    for (level, known) in levels {
        let mut names = level.as_object().into_iter().flat_map(|level| level.keys());
        if let Some(name) = names.find(|name| !known.contains(&name.as_str())) {
            return Err(Refusal::invalid(&format!("Unknown property {name}.")));
        }
    }
    Ok(())
}

/// The secret is not shown again.
pub(super) async fn list(State(airtable): State<Airtable>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let now = airtable.core().now();
    let mut state = airtable.state();
    let hooks = state.base(&caller.base)?.hooks.iter().filter(|hook| now < hook.expires_at + LIFE);
    Ok(Json(json!({ "webhooks": hooks.map(|hook| hook.show(now)).collect::<Vec<_>>() })))
}

/// What becomes of one that has expired is not documented; it is not found.
pub(super) async fn refresh(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    airtable.with_hook(&caller, &id, |hook, now| {
        if hook.expires_at <= now {
            return Err(Refusal::not_found());
        }
        hook.expires_at = now + LIFE;
        Ok(Json(json!({ "expirationTime": hook.expires_at })))
    })
}

pub(super) async fn enable_notifications(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<StatusCode, Refusal> {
    let enable = body["enable"].as_bool().ok_or_else(|| Refusal::invalid("enable is missing."))?;
    airtable.with_hook(&caller, &id, |hook, _| {
        hook.is_notifying = enable;
        Ok(StatusCode::OK)
    })
}

pub(super) async fn delete(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    airtable.with_hook(&caller, &id, |_, _| Ok(()))?;
    airtable.state().base(&caller.base)?.hooks.retain(|hook| hook.id != id);
    Ok(StatusCode::OK)
}

impl Hook {
    fn show(&self, now: Timestamp) -> Value {
        json!({
            "id": self.id,
            "areNotificationsEnabled": self.is_notifying,
            "cursorForNextPayload": self.next_cursor(),
            "isHookEnabled": now < self.expires_at,
            "notificationUrl": self.notification_url,
            "expirationTime": self.expires_at,
            "lastSuccessfulNotificationTime": self.last_success,
            "lastNotificationResult": self.last_result,
            "specification": self.specification,
        })
    }

    /// The cursor that the next payload will have.
    pub fn next_cursor(&self) -> u64 {
        self.first_cursor + self.payloads.len() as u64
    }
}

//! Notifications of calendar providers. They say that something changed, and not what. The sender must know the secret
//! of the channel; then its account is read.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::answer::auth::{Anonymous, open};
use crate::answer::extract::Query;
use crate::answer::failure::ErrorBody;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;

/// Graph's tokens are much shorter.
const LONGEST_TOKEN: usize = 4096;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(open(Preset::Api, routes!(google_changed)))
        .routes(open(Preset::Api, routes!(microsoft_changed)))
}

/// Google says that a calendar changed
///
/// Answers the same to a channel or token that is not known.
#[utoipa::path(post, path = "/webhooks/calendar/google", tag = "webhooks",
    params(
        ("X-Goog-Channel-ID" = Option<String>, Header, description = "The channel"),
        ("X-Goog-Channel-Token" = Option<String>, Header, description = "The token the channel was opened with")),
    responses((status = 204)))]
async fn google_changed(
    _: Anonymous,
    State(calendars): State<Option<Calendars>>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let channel = text("x-goog-channel-id").parse::<Uuid>().ok();
    if let (Some(calendars), Some(channel)) = (calendars, channel) {
        calendars.changed(Some(channel), None, text("x-goog-channel-token"), false).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Handshake {
    /// Sent back as it is, to show that this address wants notifications.
    #[serde(rename = "validationToken")]
    validation_token: Option<String>,
}

/// Graph's notifications, as far as they matter here.
#[derive(Deserialize, ToSchema)]
struct Notifications {
    value: Vec<Notification>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Notification {
    subscription_id: String,
    /// What the subscription was made with.
    #[serde(default)]
    client_state: String,
    /// That it is to end, or has: `missed`, `reauthorizationRequired` or `subscriptionRemoved`.
    lifecycle_event: Option<String>,
}

/// Microsoft says that a calendar changed, or asks whether this address wants to know
///
/// Lifecycle notifications come here, too. Answers the same to a subscription or client state that is not known.
#[utoipa::path(post, path = "/webhooks/calendar/microsoft", tag = "webhooks", params(Handshake),
    request_body = Option<Notifications>,
    responses((status = 200, body = String, content_type = "text/plain"), (status = 202),
        (status = 400, body = ErrorBody, description = "The body is not Graph's")))]
async fn microsoft_changed(
    _: Anonymous,
    State(calendars): State<Option<Calendars>>,
    Query(handshake): Query<Handshake>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let problem = |error: serde_json::Error| ApiError::invalid("body", format!("is not Graph's: {error}"));
    let told = (!body.is_empty()).then(|| serde_json::from_slice(&body)).transpose().map_err(problem)?;
    if let Some(token) = handshake.validation_token {
        if token.len() > LONGEST_TOKEN {
            return Err(ApiError::invalid("validationToken", "is too long"));
        }
        let headers = [(header::CONTENT_TYPE, "text/plain"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
        return Ok((headers, token).into_response());
    }
    if let (Some(calendars), Some(Notifications { value })) = (calendars, told) {
        for Notification { subscription_id, client_state, lifecycle_event } in value {
            let is_over = lifecycle_event.is_some_and(|event| event != "missed");
            calendars.changed(None, Some(&subscription_id), &client_state, is_over).await?;
        }
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

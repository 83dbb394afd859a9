//! Notifications of calendar providers. They say that something changed, and not what. The sender must know the secret
//! of the channel; then its account is read.

use std::collections::HashSet;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::answer::auth::{Push, open};
use crate::answer::extract::{Query, read_json};
use crate::answer::failure::ErrorBody;
use crate::answer::http::RawBody;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;
use crate::integrations::calendars::push::{ChannelId, Notice};

/// Graph's tokens are much shorter.
const LONGEST_TOKEN: usize = 4096;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(open(Preset::Public, routes!(google_calendar_changed)))
        .routes(open(Preset::Public, routes!(microsoft_calendar_changed)))
}

/// Each channel has an address of its own.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // what is told of a channel is in the headers
struct Address {
    /// The channel, as in the address that the provider was given; not looked at.
    channel: Option<String>,
}

/// Google says that a calendar changed
///
/// Answers the same to a channel or token that is not known.
#[utoipa::path(post, path = "/webhooks/calendar/google", tag = "webhooks",
    params(
        Address,
        ("X-Goog-Channel-ID" = Option<String>, Header, description = "The channel"),
        ("X-Goog-Channel-Token" = Option<String>, Header, description = "The token the channel was opened with")),
    responses((status = 204)))]
async fn google_calendar_changed(
    mut push: Push,
    State(calendars): State<Option<Calendars>>,
    _: Query<Address>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let channel = text("x-goog-channel-id").parse::<Uuid>().ok();
    if let (Some(calendars), Some(channel)) = (calendars, channel) {
        let channel = ChannelId::Ours(channel);
        push.check(&channel)?;
        let secret = text("x-goog-channel-token").to_owned();
        let known = calendars.changed(vec![Notice { channel, secret, is_over: false }]).await?;
        push.settle(known.into_iter().map(|notice| notice.channel)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Handshake {
    /// Sent back as it is, to show that this address wants notifications.
    #[serde(rename = "validationToken")]
    validation_token: Option<String>,
    /// The channel, as in the address that the provider was given; not looked at.
    #[allow(dead_code)] // what is told of a channel is in the body
    channel: Option<String>,
}

/// Graph's notifications, as far as they matter here.
#[derive(Deserialize, ToSchema)]
struct Notifications {
    #[schema(max_items = 1000)]
    value: Vec<Notification>,
}

/// Of one request. A body of the largest size holds fewer of Graph's own.
const MOST: usize = 1000;

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

impl Notification {
    fn notice(self) -> Notice {
        let is_over = self.lifecycle_event.is_some_and(|event| event != "missed");
        Notice { channel: ChannelId::Theirs(self.subscription_id), secret: self.client_state, is_over }
    }
}

/// Microsoft says that a calendar changed, or asks whether this address wants to know
///
/// Lifecycle notifications come here, too. Answers the same to a subscription or client state that is not known.
#[utoipa::path(post, path = "/webhooks/calendar/microsoft", tag = "webhooks", params(Handshake),
    request_body = Option<Notifications>,
    responses((status = 200, body = String, content_type = "text/plain"), (status = 202),
        (status = 400, body = ErrorBody, description = "The body is not Graph's")))]
async fn microsoft_calendar_changed(
    mut push: Push,
    State(calendars): State<Option<Calendars>>,
    Query(handshake): Query<Handshake>,
    RawBody(body): RawBody,
) -> Result<Response, ApiError> {
    let told = (!body.is_empty()).then(|| read_json(&body)).transpose()?;
    if let Some(token) = handshake.validation_token {
        if token.len() > LONGEST_TOKEN {
            return Err(ApiError::invalid("validationToken", "is too long"));
        }
        let headers = [(header::CONTENT_TYPE, "text/plain"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
        return Ok((headers, token).into_response());
    }
    if let (Some(calendars), Some(Notifications { value })) = (calendars, told) {
        if value.len() > MOST {
            return Err(ApiError::invalid("value", format!("must be at most {MOST}")));
        }
        let notices: HashSet<Notice> = value.into_iter().map(Notification::notice).collect();
        let (wanted, too_many): (Vec<_>, Vec<_>) =
            notices.into_iter().partition(|notice| !push.is_too_much(&notice.channel));
        if let (true, Some(notice)) = (wanted.is_empty(), too_many.first()) {
            push.check(&notice.channel)?;
        }
        let known: HashSet<ChannelId> = calendars.changed(wanted).await?.into_iter().map(|it| it.channel).collect();
        push.settle(known).await?;
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

//! What comes from Airtable: pings that something changed, and payloads that a script there pushes.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Invalid;
use crate::answer::auth::{Push, open};
use crate::answer::extract::{Id, read_json};
use crate::answer::failure::ErrorBody;
use crate::answer::http::RawBody;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};
use crate::integrations::airtable::Directories;
use crate::integrations::airtable::push::Change;

const SIGNATURE: &str = "x-airtable-signature";
const CONTENT_MAC: &str = "x-airtable-content-mac";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(open(Preset::Public, routes!(airtable_pinged)))
        .routes(open(Preset::Public, routes!(airtable_pushed)))
}

/// Changes that a script in Airtable pushes. Other fields are ignored.
#[derive(Deserialize, ToSchema)]
struct AirtablePush {
    /// Ignored.
    #[allow(dead_code)] // it must be there
    webhook: AirtableId,
    /// When the records had these values; not in the future.
    timestamp: Timestamp,
    base: AirtableId,
    payload: Vec<AirtableChange>,
}

#[derive(Deserialize, ToSchema)]
struct AirtableId {
    #[schema(example = "appA1b2C3d4E5f6G7")]
    id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AirtableChange {
    #[schema(example = "recA1b2C3d4E5f6G7")]
    record_id: String,
    #[schema(example = "People")]
    table_name: String,
    action: AirtableAction,
    /// All of the record's fields, by their names.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
}

#[derive(Deserialize, ToSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
enum AirtableAction {
    Created,
    Updated,
    Deleted,
}

#[derive(Serialize, ToSchema)]
struct AirtablePushed {
    #[schema(example = "The changes are applied.")]
    message: &'static str,
    /// How many counted: not those of other tables, nor those older than what was applied before.
    processed: i32,
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Airtable says that something changed
///
/// It does not say what: the directory is read.
#[utoipa::path(post, path = "/webhooks/airtable/{id}", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The directory"),
        ("X-Airtable-Content-MAC" = Option<String>, Header,
            description = "hmac-sha256= and hex: of the body, with the webhook's secret")),
    request_body(content = Object, description = "`{\"base\": {\"id\"}, \"webhook\": {\"id\"}, \"timestamp\"}`; not looked at"),
    responses((status = 204), Invalid,
        (status = 401, body = ErrorBody, description = "Not signed by this webhook")))]
async fn airtable_pinged(
    mut push: Push,
    State(directories): State<Option<Directories>>,
    Id(id): Id,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<StatusCode, ApiError> {
    let directories = directories.ok_or(Rejection::InvalidSignature)?;
    push.check(id)?;
    directories.pinged(id, text(&headers, CONTENT_MAC), &body).await?;
    push.settle([id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A script in Airtable pushes changes
///
/// Signed with the secret that connecting the base gave. They are applied when the answer comes; nothing that is older
/// than what was applied changes anything.
#[utoipa::path(post, path = "/webhooks/airtable", tag = "webhooks",
    params(("X-Airtable-Signature" = Option<String>, Header,
        description = "Hex of HMAC-SHA-256 over the body, with the shared secret")),
    request_body = AirtablePush,
    responses((status = 200, body = AirtablePushed),
        (status = 400, body = ErrorBody, description = "The body is not of this form"),
        (status = 401, body = ErrorBody, description = "Not signed for this base")))]
async fn airtable_pushed(
    mut push: Push,
    State(directories): State<Option<Directories>>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<AirtablePushed>, ApiError> {
    let directories = directories.ok_or(Rejection::InvalidSignature)?;
    let signature = text(&headers, SIGNATURE);
    if signature.is_empty() {
        return Err(Rejection::InvalidSignature.into());
    }
    let AirtablePush { timestamp, base, payload, .. } = read_json(&body)?;
    push.check(&base.id)?;
    let changes = payload.into_iter().map(|change| Change {
        record_id: change.record_id,
        table: change.table_name,
        fields: (change.action != AirtableAction::Deleted).then(|| change.fields.map_or(Value::Null, Value::Object)),
    });
    let processed = directories.pushed((signature, &body), &base.id, timestamp, changes.collect()).await?;
    push.settle([base.id]).await?;
    Ok(Json(AirtablePushed { message: "The changes are applied.", processed }))
}

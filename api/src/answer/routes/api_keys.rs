//! Keys with which programs act for a user, within scopes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use convene_rules::forms;
use convene_rules::refusal::{Problems, Refusal};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use super::words::Scope;
use crate::answer::auth::{self, Actor, Authenticator, Scopes, all_scopes, allow};
use crate::answer::extract::{self, Id};
use crate::answer::page::Page;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::opaque_token::{API_KEY_PREFIX, generate, hash};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_keys)))
        .routes(allow(auth::ALL, routes!(create_key)))
        .routes(allow(auth::ALL, routes!(revoke_key)))
}

/// How much of a key is shown: enough to tell keys apart, and far too little to use one.
const SHOWN: usize = 12;

resource! {
    /// A key, without its secret.
    pub struct ApiKey {
        id: Uuid,
        name: String,
        /// The key's first characters.
        prefix: String,
        #[schema(value_type = Vec<Scope>)]
        scopes: Vec<String>,
        created_at: Timestamp,
        /// Null is never.
        expires_at: Option<Timestamp>,
        /// To the minute.
        last_used_at: Option<Timestamp>,
    }
}

#[derive(Serialize, ToSchema)]
struct NewKey {
    #[serde(flatten)]
    api_key: ApiKey,
    /// The key. It is shown here and never again.
    #[schema(example = "cvk_…")]
    key: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyRequest {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100, example = "calendar on the wall")]
    name: String,
    #[schema(value_type = Vec<Scope>, min_items = 1, max_items = 50, example = json!(["bookings:read"]))]
    scopes: Vec<String>,
    /// Without it the key lasts until it is revoked.
    #[serde(default, deserialize_with = "extract::instant")]
    #[schema(example = "2099-12-31T23:59:59Z")]
    expires_at: Option<Timestamp>,
}

/// The sender's keys, newest first
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", responses((status = 200, body = Page<ApiKey>)))]
async fn list_keys(actor: Actor, State(database): State<Database>) -> Result<Json<Page<ApiKey>>, ApiError> {
    let keys = database.all("SELECT * FROM convene.list_api_keys($1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(keys)))
}

/// Make a key
///
/// It acts for the sender, never for more than the sender's role may do, and within its scopes.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = KeyRequest,
    responses((status = 201, body = NewKey), Invalid))]
async fn create_key(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(wanted): extract::Json<KeyRequest>,
) -> Result<(StatusCode, Json<NewKey>), ApiError> {
    if Scopes::parse(wanted.scopes.iter().map(String::as_str)).is_err() {
        return Err(with_unknown_scopes(&wanted).into());
    }
    let key = generate(API_KEY_PREFIX).map_err(|error| ApiError::internal(error.to_string()))?;
    let hash = hash(&key);
    let sql = "SELECT * FROM convene.create_api_key($1, $2, $3, $4, $5, $6)";
    let KeyRequest { name, scopes, expires_at } = &wanted;
    let api_key = database.one(sql, &[&actor.id, name, scopes, &&key[..SHOWN], &hash.as_slice(), expires_at]).await?;
    Ok((StatusCode::CREATED, Json(NewKey { api_key, key })))
}

/// The refusal of scopes that are not known, and of whatever else is wrong with the request.
fn with_unknown_scopes(wanted: &KeyRequest) -> Refusal {
    let unknown = Refusal::invalid("scopes", format!("must be some of {}", all_scopes().join(", ")));
    let scopes: Vec<Option<String>> = wanted.scopes.iter().cloned().map(Some).collect();
    let form = forms::new_api_key(Some(&wanted.name), Some(&scopes), Ok(wanted.expires_at), Timestamp::now());
    let mut problems = Problems::default();
    problems.note::<()>(Err(unknown.clone()));
    problems.note(form);
    problems.refusal().unwrap_or(unknown)
}

/// Revoke a key
///
/// One's own; admins anybody's in their organization.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", params(("id" = Uuid, Path)),
    responses((status = 204), InvalidOrAbsent))]
async fn revoke_key(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.revoke_api_key($1, $2)", &[&actor.id, &id]).await?;
    authenticator.forget(actor.id);
    Ok(StatusCode::NO_CONTENT)
}

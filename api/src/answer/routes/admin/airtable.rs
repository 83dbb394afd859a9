//! Airtable as the organization's directory of people.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::auth::Actor;
use crate::answer::extract;
use crate::answer::routes::responses::{Invalid, InvalidOrAbsent};
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::integrations::airtable::{Directories, not_configured};

/// Airtable's are far shorter.
const LONGEST_TOKEN: usize = 1000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDirectory {
    /// Airtable's id of the base.
    #[schema(example = "appA1b2C3d4E5f6G7")]
    base_id: String,
    /// Id or name of the table of people.
    #[schema(example = "tblA1b2C3d4E5f6G7", max_length = 100)]
    table: String,
    /// A personal access token with the scopes `data.records:read` and `webhook:manage`, of a creator of the base.
    #[schema(max_length = 1000)]
    access_token: String,
}

#[derive(Serialize, ToSchema)]
pub struct DirectorySecret {
    /// What payloads that you push are to be signed with. It is not shown again.
    shared_secret: String,
}

resource! {
    /// How Airtable is connected, and how reading it goes.
    pub struct Directory {
        id: Uuid,
        #[schema(example = "appA1b2C3d4E5f6G7")]
        base_id: String,
        #[schema(example = "tblA1b2C3d4E5f6G7")]
        table_name: String,
        /// active, or broken: Airtable no longer lets us read it, and nothing is tried until an admin connects it again
        /// or asks for it.
        #[schema(example = "active")]
        status: String,
        /// Why it could not be read when that was last tried.
        last_error: Option<String>,
        /// As of when changes are applied.
        synced_at: Option<Timestamp>,
        /// When all records were last read.
        listed_at: Option<Timestamp>,
        /// Whether all records are being read, or soon will be.
        is_listing: bool,
        /// When it is looked at next.
        due_at: Option<Timestamp>,
        /// When Airtable would stop to collect changes; we see to it before.
        webhook_expires_at: Option<Timestamp>,
        /// Whether Airtable tells us of changes, so that they need not wait to be looked for.
        is_pinged: bool,
        /// How many users have a record.
        people: i64,
        /// What became of the records since all of them were last read.
        #[schema(value_type = DirectoryReport)]
        report: Value,
        created_at: Timestamp,
    }
}

/// What became of records.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct DirectoryReport {
    created: i32,
    updated: i32,
    removed: i32,
    /// They say what they said before.
    unchanged: i32,
    /// Something newer was applied before.
    stale: i32,
    /// They could not be used; `problems` says why.
    skipped: i32,
    /// The first twenty.
    problems: Vec<DirectoryProblem>,
}

/// Something in a record that could not be used.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct DirectoryProblem {
    #[schema(example = "recA1b2C3d4E5f6G7")]
    record_id: String,
    #[schema(example = "Email")]
    field: String,
    #[schema(example = "is taken by another user")]
    problem: String,
}

/// Make a table in Airtable the directory of people
///
/// Instead of the one before. Its records are read as soon as a worker is free; whether the token is good shows then.
/// What they have to look like is in docs/airtable.md.
#[utoipa::path(put, path = "/admin/airtable", tag = "admin", request_body = NewDirectory,
    responses((status = 200, body = DirectorySecret), Invalid))]
pub async fn connect_airtable(
    actor: Actor,
    State(directories): State<Option<Directories>>,
    extract::Json(wanted): extract::Json<NewDirectory>,
) -> Result<Json<DirectorySecret>, ApiError> {
    let NewDirectory { base_id, table, access_token } = wanted;
    let is_token = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token(&access_token) || access_token.len() > LONGEST_TOKEN {
        return Err(ApiError::invalid("access_token", "must be a token of Airtable"));
    }
    let directories = directories.ok_or_else(not_configured)?;
    let shared_secret = directories.connect(actor.id, &base_id, &table, access_token).await?;
    Ok(Json(DirectorySecret { shared_secret }))
}

/// How Airtable is connected
#[utoipa::path(get, path = "/admin/airtable", tag = "admin", responses((status = 200, body = Directory), InvalidOrAbsent))]
pub async fn get_airtable(actor: Actor, State(database): State<Database>) -> Result<Json<Directory>, ApiError> {
    database.one("SELECT * FROM convene.airtable_status($1)", &[&actor.id]).await.map(Json)
}

/// Disconnect Airtable
///
/// Users stay as they are.
#[utoipa::path(delete, path = "/admin/airtable", tag = "admin", responses((status = 204), InvalidOrAbsent))]
pub async fn disconnect_airtable(
    actor: Actor,
    State(directories): State<Option<Directories>>,
) -> Result<StatusCode, ApiError> {
    directories.ok_or_else(not_configured)?.disconnect(actor.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have all records read again
///
/// As soon as a worker is free. A directory that is broken is tried again.
#[utoipa::path(post, path = "/admin/airtable/resync", tag = "admin", responses((status = 202), InvalidOrAbsent))]
pub async fn resync_airtable(actor: Actor, State(database): State<Database>) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.resync_airtable($1)", &[&actor.id]).await?;
    Ok(StatusCode::ACCEPTED)
}

//! The API keys of the whole organization. `DELETE /v1/api-keys/{id}` revokes a key; an admin can revoke those of
//! others.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use uuid::Uuid;

use crate::answer::auth::Actor;
use crate::answer::page::Page;
use crate::database::{Database, resource};
use crate::error::ApiError;

resource! {
    /// Somebody's key, without its secret.
    pub struct OrganizationKey {
        id: Uuid,
        user_id: Uuid,
        user_name: String,
        name: String,
        /// The key's first characters.
        prefix: String,
        /// What it may do, such as bookings:read.
        scopes: Vec<String>,
        created_at: Timestamp,
        /// Null is never.
        expires_at: Option<Timestamp>,
        /// To the minute.
        last_used_at: Option<Timestamp>,
    }
}

/// Everybody's API keys, newest first
#[utoipa::path(get, path = "/admin/api-keys", tag = "admin", responses((status = 200, body = Page<OrganizationKey>)))]
pub async fn list_all_keys(
    actor: Actor,
    State(database): State<Database>,
) -> Result<Json<Page<OrganizationKey>>, ApiError> {
    let keys = database.all("SELECT * FROM convene.list_organization_api_keys($1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(keys)))
}

//! Which subjects of an outside issuer a user is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::auth::{Actor, Authenticator};
use crate::answer::extract::{self, Id, Segment};
use crate::answer::page::Page;
use crate::answer::routes::identities::Identity;
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::database::Database;
use crate::error::ApiError;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentity {
    /// The `iss` of the tokens, exactly.
    #[schema(example = "https://login.example.org/", min_length = 1, max_length = 255)]
    issuer: String,
    /// Their `sub`, exactly.
    #[schema(example = "auth0|5f7c8ec7c33c6c004bbafe82", min_length = 1, max_length = 255)]
    subject: String,
}

/// The outside identities of a user, oldest first
#[utoipa::path(get, path = "/admin/users/{id}/identities", tag = "admin", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<Identity>), InvalidOrAbsent))]
pub async fn list_identities(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Page<Identity>>, ApiError> {
    let identities = database.all("SELECT * FROM convene.list_identities($1, $2)", &[&actor.id, &id]).await?;
    Ok(Json(Page::whole(identities)))
}

/// Let the tokens of the organization's own issuer for a subject sign a user in
///
/// An operator gives an issuer to an organization. With another issuer's token its owner links it themselves:
/// `POST /v1/auth/identities`. A subject is one user, whatever the organization.
#[utoipa::path(post, path = "/admin/users/{id}/identities", tag = "admin", params(("id" = Uuid, Path)),
    request_body = NewIdentity, responses((status = 201, body = Identity), Refusals))]
pub async fn link_identity(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(wanted): extract::Json<NewIdentity>,
) -> Result<(StatusCode, Json<Identity>), ApiError> {
    let sql = "SELECT * FROM convene.link_identity($1, $2, $3, $4)";
    let identity = database.one(sql, &[&actor.id, &id, &wanted.issuer, &wanted.subject]).await?;
    Ok((StatusCode::CREATED, Json(identity)))
}

/// Let those tokens sign the user in no more
#[utoipa::path(delete, path = "/admin/users/{id}/identities/{identity_id}", tag = "admin",
    params(("id" = Uuid, Path), ("identity_id" = Uuid, Path)), responses((status = 204), InvalidOrAbsent))]
pub async fn unlink_identity(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Segment((id, identity_id)): Segment<(Uuid, Uuid)>,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.unlink_identity($1, $2, $3)", &[&actor.id, &id, &identity_id]).await?;
    authenticator.forget(id);
    Ok(StatusCode::NO_CONTENT)
}

//! Which subjects of outside issuers the sender is. Whoever shows a token proves that its subject is theirs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent, Refusals};
use crate::answer::auth::{self, Actor, Authenticator, allow};
use crate::answer::extract::{self, Id};
use crate::answer::page::Page;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_own_identities)))
        .routes(allow(auth::ALL, routes!(link_own_identity)))
        .routes(allow(auth::ALL, routes!(unlink_own_identity)))
}

resource! {
    /// A subject whose tokens sign the user in.
    pub struct Identity {
        id: Uuid,
        issuer: String,
        subject: String,
        created_at: Timestamp,
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProofOfIdentity {
    /// A valid token of the issuer, which names its `iss`.
    #[schema(min_length = 1, max_length = 4096)]
    token: String,
}

/// The sender's outside identities, oldest first
#[utoipa::path(get, path = "/auth/identities", tag = "auth", responses((status = 200, body = Page<Identity>), Invalid))]
async fn list_own_identities(actor: Actor, State(database): State<Database>) -> Result<Json<Page<Identity>>, ApiError> {
    let identities = database.all("SELECT * FROM convene.list_identities($1, $1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(identities)))
}

/// Let an outside issuer's tokens sign the sender in
///
/// The subject is that of the token, which proves that it is the sender's.
#[utoipa::path(post, path = "/auth/identities", tag = "auth", request_body = ProofOfIdentity,
    responses((status = 201, body = Identity), Refusals))]
async fn link_own_identity(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    extract::Json(proof): extract::Json<ProofOfIdentity>,
) -> Result<(StatusCode, Json<Identity>), ApiError> {
    let verified = authenticator.verify(&proof.token).await?;
    let verified = verified.ok_or_else(|| ApiError::invalid("token", "is not a valid token of a known issuer"))?;
    let issuer = verified.issuer.ok_or_else(|| ApiError::invalid("token", "names no issuer"))?;
    let sql = "SELECT * FROM convene.link_own_identity($1, $2, $3)";
    let identity = database.one(sql, &[&actor.id, &issuer, &verified.subject]).await?;
    Ok((StatusCode::CREATED, Json(identity)))
}

/// Let those tokens sign the sender in no more
#[utoipa::path(delete, path = "/auth/identities/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204), InvalidOrAbsent))]
async fn unlink_own_identity(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.unlink_identity($1, $1, $2)", &[&actor.id, &id]).await?;
    authenticator.forget(actor.id);
    Ok(StatusCode::NO_CONTENT)
}

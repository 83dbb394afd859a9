//! A copy of everything that is stored about a person, and its erasure. API keys cannot be used here: they can have no
//! scope for this tag.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::Refusals;
use crate::answer::auth::{self, Actor, Authenticator, allow};
use crate::answer::extract::Id;
use crate::answer::failure::ErrorBody;
use crate::answer::state::AppState;
use crate::database::{Database, Recent, Scalar, resource};
use crate::error::ApiError;
use crate::integrations::airtable::Directories;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(export_me)))
        .routes(allow(auth::ALL, routes!(erase_me)))
        .routes(allow(auth::ADMINS, routes!(erase_user)))
}

resource! {
    /// What went with a person.
    pub struct Erasure {
        /// Future bookings that were canceled.
        bookings_canceled: i64,
        /// Unbooked future slots that are gone.
        slots_removed: i64,
        /// False while it goes on: what the person wrote in many bookings goes in the background.
        is_complete: bool,
    }
}

/// Everything that is stored about the sender
///
/// Profile with the phone number, addresses, outside identities, bookings with their history, ratings, penalties, exceptions, availability,
/// calendars, notifications, sessions and API keys; no secrets.
#[utoipa::path(get, path = "/users/me/export", tag = "personal data", responses((status = 200, body = Object)))]
async fn export_me(
    actor: Actor,
    State(database): State<Database>,
    State(directories): State<Option<Directories>>,
) -> Result<Json<Value>, ApiError> {
    let Scalar(mut export): Scalar<Value> =
        database.one(Recent("SELECT convene.export_user($1, $1)"), &[&actor.id]).await?;
    if let Some(directories) = directories {
        export["profile"]["phone"] = json!(directories.phone(actor.id, actor.id).await?);
    }
    Ok(Json(export))
}

/// Erase the sender's personal data, for good
///
/// Future bookings are canceled without penalty. Ids, times, statuses and the numbers of ratings stay.
#[utoipa::path(delete, path = "/users/me", tag = "personal data", responses((status = 200, body = Erasure),
    (status = 202, body = Erasure, description = "The rest goes in the background"),
    (status = 409, body = ErrorBody, description = "The last admin of the organization stays")))]
async fn erase_me(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
) -> Result<(StatusCode, Json<Erasure>), ApiError> {
    erase(&database, &authenticator, actor, actor.id).await
}

/// Erase a user's personal data, for good
#[utoipa::path(delete, path = "/users/{id}", tag = "personal data", params(("id" = Uuid, Path)),
    responses((status = 200, body = Erasure, description = "Nothing is left; so it is when asked again"),
        (status = 202, body = Erasure, description = "The rest goes in the background"), Refusals))]
async fn erase_user(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Id(id): Id,
) -> Result<(StatusCode, Json<Erasure>), ApiError> {
    erase(&database, &authenticator, actor, id).await
}

async fn erase(
    database: &Database,
    authenticator: &Authenticator,
    actor: Actor,
    id: Uuid,
) -> Result<(StatusCode, Json<Erasure>), ApiError> {
    let sql = "SELECT bookings_canceled, slots_removed, is_complete FROM convene.erase_user($1, $2)";
    let erasure: Erasure = database.one(sql, &[&actor.id, &id]).await?;
    authenticator.forget(id);
    let status = if erasure.is_complete { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(erasure)))
}

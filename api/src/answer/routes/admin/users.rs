//! Who belongs to the organization, and as what.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::auth::{Actor, Authenticator};
use crate::answer::extract::{self, Change, Id};
use crate::answer::routes::responses::{Invalid, Refusals};
use crate::answer::routes::users::User;
use crate::answer::routes::words::TimeZone;
use crate::database::{Database, Scalar};
use crate::error::ApiError;
use crate::role::Role;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Unique in the organization, whatever its case.
    #[schema(pattern = r"^[^@\s]+@[^@\s]+$", max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: String,
    #[schema(value_type = Role, example = "mentor")]
    role: String,
    /// The organization's by default.
    #[schema(value_type = Option<TimeZone>)]
    time_zone: Option<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChanges {
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Role, example = "mentor")]
    role: Change<String>,
    /// False suspends the user, who can then do nothing and cannot be booked; that takes a reason. True ends it.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    is_active: Change<bool>,
    /// Why they are suspended. They are told.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 500, pattern = r"\S", example = "Missed three meetings")]
    suspension_reason: Change<String>,
    /// From then on they count as active. Null: until somebody ends it.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Timestamp>)]
    suspended_until: Change<String>,
}

/// Add somebody to the organization
#[utoipa::path(post, path = "/admin/users", tag = "admin", request_body = NewUser,
    responses((status = 201, body = User, headers(("Location" = String, description = "The user's path"))), Invalid))]
pub async fn add_user(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(wanted): extract::Json<NewUser>,
) -> Result<Response, ApiError> {
    let sql = "SELECT convene.add_user($1, $2, $3, $4, $5)";
    let NewUser { email, name, role, time_zone } = &wanted;
    let Scalar::<Uuid>(id) = database.one(sql, &[&actor.id, email, name, role, time_zone]).await?;
    let user: User = database.one("SELECT * FROM convene.get_user($1, $2)", &[&id, &actor.id]).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/v1/users/{id}"))], Json(user)).into_response())
}

/// Change somebody's role, suspend them, or end that
///
/// Who is suspended is refused with `USER_INACTIVE`, the reason and the end. Sessions and API keys rest meanwhile.
#[utoipa::path(patch, path = "/admin/users/{id}", tag = "admin", params(("id" = Uuid, Path)), request_body = UserChanges,
    responses((status = 200, body = User), Refusals))]
pub async fn change_user(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Id(id): Id,
    extract::Json(changes): extract::Json<UserChanges>,
) -> Result<Json<User>, ApiError> {
    let sql = "SELECT convene.change_user($1, $2, $3)";
    database.run(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await?;
    authenticator.forget(id);
    // An admin who has just given up the role can still read this: everybody can see themselves.
    database.one("SELECT * FROM convene.get_user($1, $2)", &[&id, &actor.id]).await.map(Json)
}

//! Phone numbers, which only the service can open.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::InvalidOrAbsent;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::Id;
use crate::answer::state::AppState;
use crate::error::ApiError;
use crate::integrations::airtable::{Directories, not_configured};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(allow(auth::ALL, routes!(get_phone)))
}

/// A phone number.
#[derive(Serialize, ToSchema)]
struct Phone {
    /// As it is written in Airtable; null where none is known.
    #[schema(example = "+43 1 234 567")]
    phone: Option<String>,
}

/// A user's phone number
///
/// From the organization's directory in Airtable. One's own; coordinators and admins see everybody's.
#[utoipa::path(get, path = "/users/{id}/phone", tag = "users", params(("id" = Uuid, Path)),
    responses((status = 200, body = Phone), InvalidOrAbsent))]
async fn get_phone(
    actor: Actor,
    State(directories): State<Option<Directories>>,
    Id(id): Id,
) -> Result<Json<Phone>, ApiError> {
    let directories = directories.ok_or_else(not_configured)?;
    Ok(Json(Phone { phone: directories.phone(actor.id, id).await? }))
}

//! What is known of a guest, for themselves, and its end.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::answer::auth::Anonymous;
use crate::answer::extract::Segment;
use crate::answer::routes::guests::{GuestView, SealedRow, not_configured, token_hash};
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::database::Database;
use crate::error::ApiError;
use crate::seal::KeyRing;

/// Everything that is known of a guest
///
/// For the token to erase.
#[utoipa::path(get, path = "/public/bookings/{token}/data", tag = "public",
    params(("token" = String, Path, description = "The token to erase")),
    responses((status = 200, body = GuestView), InvalidOrAbsent))]
pub async fn export_own_data(
    _: Anonymous,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    Segment(token): Segment<String>,
) -> Result<Json<GuestView>, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let hash = token_hash(&token).to_vec();
    let row: SealedRow = database.one("SELECT * FROM convene.guest_of_token($1)", &[&hash]).await?;
    GuestView::of(row, &keys).map(Json)
}

/// Have everything erased that is known of a guest
///
/// For the token to erase. A meeting that is still to come is canceled, and all tokens end.
#[utoipa::path(delete, path = "/public/bookings/{token}/data", tag = "public",
    params(("token" = String, Path, description = "The token to erase")),
    responses((status = 204, description = "Done"), Refusals))]
pub async fn erase_own_data(
    _: Anonymous,
    State(database): State<Database>,
    Segment(token): Segment<String>,
) -> Result<StatusCode, ApiError> {
    let hash = token_hash(&token).to_vec();
    database.run("SELECT convene.erase_guest_by_token($1)", &[&hash]).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What becomes of a booking.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::resource::{Answer, Booking, Rating};
use crate::answer::auth::Actor;
use crate::answer::extract::{self, Id, OptionalJson};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::CancellationReason;
use crate::database::{Database, Parameters};
use crate::error::ApiError;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    #[schema(max_length = 2000, example = "Not my field")]
    reason: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    #[schema(value_type = Option<CancellationReason>)]
    pub reason: Option<String>,
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoShow {
    /// The user who did not come; or the guest, exactly one of the two.
    absent_user_id: Option<Uuid>,
    absent_guest_id: Option<Uuid>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// For the others and the coordinators, who decide.
    #[schema(max_length = 2000, example = "I waited for half an hour, as my message shows")]
    notes: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The user whom it is about; or the guest, exactly one of the two.
    user_id: Option<Uuid>,
    guest_id: Option<Uuid>,
    was_absent: bool,
    #[schema(max_length = 2000)]
    notes: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRating {
    #[schema(minimum = 1, maximum = 5)]
    rating: i32,
    #[schema(max_length = 2000)]
    comment: Option<String>,
}

async fn change(database: &Database, sql: &str, parameters: Parameters<'_>) -> Result<Json<Booking>, ApiError> {
    database.one(sql, parameters).await.map(|answer: Answer| Json(answer.booking))
}

/// Accept a request
///
/// For its mentor, coordinators and admins.
#[utoipa::path(post, path = "/bookings/{id}/confirm", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Booking), Refusals))]
pub async fn confirm_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Booking>, ApiError> {
    change(&database, "SELECT * FROM convene.confirm_booking($1, $2)", &[&id, &actor.id]).await
}

/// Turn a request down
///
/// For its mentor, coordinators and admins.
#[utoipa::path(post, path = "/bookings/{id}/decline", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = Option<Decline>, responses((status = 200, body = Booking), Refusals))]
pub async fn decline_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    OptionalJson(body): OptionalJson<Decline>,
) -> Result<Json<Booking>, ApiError> {
    change(&database, "SELECT * FROM convene.decline_booking($1, $2, $3)", &[&id, &actor.id, &body.reason]).await
}

/// Cancel
///
/// The slot is free at once. Canceling shortly before the start costs reputation. The same request once more is answered
/// as before.
#[utoipa::path(put, path = "/bookings/{id}/cancel", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = Option<Cancellation>, responses((status = 200, body = Booking), Refusals))]
pub async fn cancel_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    OptionalJson(body): OptionalJson<Cancellation>,
) -> Result<Json<Booking>, ApiError> {
    let sql = "SELECT * FROM convene.cancel_booking($1, $2, $3, $4)";
    change(&database, sql, &[&id, &actor.id, &body.reason, &body.notes]).await
}

/// Say that the meeting took place
///
/// For its mentor, coordinators and admins.
#[utoipa::path(post, path = "/bookings/{id}/complete", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Booking), Refusals))]
pub async fn complete_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Booking>, ApiError> {
    change(&database, "SELECT * FROM convene.complete_booking($1, $2)", &[&id, &actor.id]).await
}

/// Say who did not come
#[utoipa::path(post, path = "/bookings/{id}/no-show", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = NoShow, responses((status = 200, body = Booking), Refusals))]
pub async fn mark_no_show(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(body): extract::Json<NoShow>,
) -> Result<Json<Booking>, ApiError> {
    let sql = "SELECT * FROM convene.mark_no_show($1, $2, $3, $4)";
    change(&database, sql, &[&id, &actor.id, &body.absent_user_id, &body.absent_guest_id]).await
}

/// Say that you came, although another participant says that you did not
///
/// Until a coordinator decides, the absence does not count.
#[utoipa::path(post, path = "/bookings/{id}/no-show/dispute", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = Option<Dispute>, responses((status = 200, body = Booking), Refusals))]
pub async fn dispute_no_show(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    OptionalJson(body): OptionalJson<Dispute>,
) -> Result<Json<Booking>, ApiError> {
    change(&database, "SELECT * FROM convene.dispute_no_show($1, $2, $3)", &[&id, &actor.id, &body.notes]).await
}

/// Decide whether a participant came
///
/// Of a completed or missed meeting; its status and the reputations follow.
#[utoipa::path(put, path = "/bookings/{id}/no-show", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = Correction, responses((status = 200, body = Booking), Refusals))]
pub async fn correct_no_show(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(body): extract::Json<Correction>,
) -> Result<Json<Booking>, ApiError> {
    let sql = "SELECT * FROM convene.correct_no_show($1, $2, $3, $4, $5, $6)";
    change(&database, sql, &[&id, &actor.id, &body.user_id, &body.was_absent, &body.notes, &body.guest_id]).await
}

/// Rate the other participant, once
///
/// For those who took part.
#[utoipa::path(post, path = "/bookings/{id}/ratings", tag = "bookings", params(("id" = Uuid, Path)),
    request_body = NewRating, responses((status = 201, body = Rating), Refusals))]
pub async fn rate_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(body): extract::Json<NewRating>,
) -> Result<(StatusCode, Json<Rating>), ApiError> {
    let sql = "SELECT * FROM convene.rate_booking($1, $2, $3, $4)";
    let rating = database.one(sql, &[&id, &actor.id, &body.rating, &body.comment]).await?;
    Ok((StatusCode::CREATED, Json(rating)))
}

//! Booking a slot, and moving a booking to another slot. These must not happen twice, and so require an
//! Idempotency-Key.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::decide::decide;
use super::resource::{Answer, Booking};
use crate::answer::auth::Actor;
use crate::answer::extract::{self, Id, IdempotencyKey};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::{IdempotencyKeyForm, WebAddress};
use crate::database::{Database, Parameters};
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;

/// On an answer that was given before.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBooking {
    time_slot_id: Uuid,
    /// What the mentee wants from the meeting, 10 to 2,000 characters unless the organization says otherwise.
    #[schema(max_length = 20000, example = "Find out whether our pricing holds up")]
    meeting_goal: String,
    /// Things to read before.
    #[serde(default)]
    #[schema(value_type = Vec<WebAddress>, max_items = 10, default = json!([]))]
    materials_urls: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// A free slot of the same mentor.
    time_slot_id: Uuid,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassignment {
    /// A free slot of the mentor who is to have the booking.
    time_slot_id: Uuid,
    /// Why; all three are told.
    #[schema(max_length = 2000, example = "Their mentor is ill.")]
    reason: Option<String>,
}

/// Book a slot
///
/// The same key and body give the same answer again, with `Idempotent-Replayed: true`; the same key with another body
/// is refused. Keys are kept for 24 hours.
#[utoipa::path(post, path = "/bookings", tag = "bookings", request_body = NewBooking,
    params(("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 201, body = Booking, headers(
            ("Location" = String, description = "The booking's path"),
            ("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn create_booking(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<NewBooking>,
) -> Result<Response, ApiError> {
    let sql = "SELECT * FROM convene.create_booking_atomic($1, $2, $3, $4, $5, $6)";
    let NewBooking { time_slot_id, meeting_goal, materials_urls } = &wanted;
    let parameters: Parameters<'_> = &[time_slot_id, &actor.id, meeting_goal, materials_urls, &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    let location = format!("/v1/bookings/{}", answer.booking.id);
    Ok(([(header::LOCATION, location)], keyed(StatusCode::CREATED, answer)).into_response())
}

/// Move a booking to another slot
///
/// It keeps its id; the move is in its history. Idempotency as for booking.
#[utoipa::path(post, path = "/bookings/{id}/reschedule", tag = "bookings", request_body = Move,
    params(("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 200, body = Booking, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn reschedule_booking(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<Move>,
) -> Result<Response, ApiError> {
    let sql = "SELECT * FROM convene.reschedule_booking($1, $2, $3, $4, $5)";
    let parameters: Parameters<'_> = &[&id, &actor.id, &wanted.time_slot_id, &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    Ok(keyed(StatusCode::OK, answer))
}

/// Give a booking to another mentor
///
/// For coordinators and admins. It moves to a slot of theirs and keeps its id; the move is in its history. Every check of booking runs again. It
/// waits for the new mentor where their block asks for confirmation. Idempotency as for booking.
#[utoipa::path(post, path = "/bookings/{id}/reassign", tag = "bookings", request_body = Reassignment,
    params(("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 200, body = Booking, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn reassign_booking(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<Reassignment>,
) -> Result<Response, ApiError> {
    let sql = "SELECT * FROM convene.reassign_booking($1, $2, $3, $4, $5, $6)";
    let parameters: Parameters<'_> = &[&id, &actor.id, &wanted.time_slot_id, &wanted.reason, &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    Ok(keyed(StatusCode::OK, answer))
}

pub fn keyed(status: StatusCode, answer: Answer) -> Response {
    let mut response = (status, Json(answer.booking)).into_response();
    if answer.replayed {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

//! What a guest does to their own booking, by the tokens that booking gave. Reading never changes anything.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::resource::{BookedByGuest, GuestsBooking, OwnBooking};
use crate::answer::auth::Anonymous;
use crate::answer::extract::{self, IdempotencyKey, OptionalJson, Segment};
use crate::answer::failure::ErrorBody;
use crate::answer::routes::bookings::create::keyed;
use crate::answer::routes::bookings::decide::decide;
use crate::answer::routes::bookings::resource::Answer;
use crate::answer::routes::bookings::transitions::Cancellation;
use crate::answer::routes::guests::{ActionTokens, not_configured, token_hash};
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::answer::routes::words::IdempotencyKeyForm;
use crate::database::{Database, Parameters};
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;
use crate::seal::KeyRing;

/// A guest's booking
///
/// For the token to view it.
#[utoipa::path(get, path = "/public/bookings/{token}", tag = "public",
    params(("token" = String, Path, description = "The token to view")),
    responses((status = 200, body = OwnBooking), InvalidOrAbsent))]
pub async fn view_own_booking(
    _: Anonymous,
    State(database): State<Database>,
    Segment(token): Segment<String>,
) -> Result<Json<OwnBooking>, ApiError> {
    let hash = token_hash(&token).to_vec();
    database.one("SELECT * FROM convene.booking_of_token($1)", &[&hash]).await.map(Json)
}

/// Cancel as a guest
///
/// For the token to cancel. One of several gives up their seat, and the meeting takes place. The same request once more is
/// answered as before.
#[utoipa::path(post, path = "/public/bookings/{token}/cancel", tag = "public", request_body = Option<Cancellation>,
    params(("token" = String, Path, description = "The token to cancel")),
    responses((status = 200, body = GuestsBooking), Refusals))]
pub async fn cancel_own_booking(
    _: Anonymous,
    State(database): State<Database>,
    Segment(token): Segment<String>,
    OptionalJson(body): OptionalJson<Cancellation>,
) -> Result<Json<GuestsBooking>, ApiError> {
    let hash = token_hash(&token).to_vec();
    let sql = "SELECT * FROM convene.cancel_booking_by_token($1, $2, $3)";
    let answer: Answer = database.one(sql, &[&hash, &body.reason, &body.notes]).await?;
    Ok(Json(answer.booking.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnMove {
    /// One of the free times.
    start_time: Timestamp,
    /// One of the event type's lengths, in minutes; as long as it is unless given.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    duration: Option<i32>,
}

/// Move a booking as a guest
///
/// For the token to reschedule. It keeps its id, and the answer has new tokens in place of all old ones. Idempotency as for
/// booking.
#[utoipa::path(post, path = "/public/bookings/{token}/reschedule", tag = "public", request_body = OwnMove,
    params(("token" = String, Path, description = "The token to reschedule"),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 200, body = BookedByGuest, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        (status = 403, body = ErrorBody, description = "It is a meeting of several"),
        Refusals))]
pub async fn reschedule_own_booking(
    _: Anonymous,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    State(keys): State<Option<KeyRing>>,
    Segment(token): Segment<String>,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<OwnMove>,
) -> Result<Response, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let OwnMove { start_time, duration } = &wanted;
    let tokens = ActionTokens::of(&keys, &[&token, &key, &start_time.to_string()])?;
    let hash = token_hash(&token).to_vec();
    let sql = "SELECT * FROM convene.reschedule_event_type_by_token($1, $2, $3, $4, $5, $6)";
    let parameters: Parameters<'_> = &[&hash, start_time, duration, &tokens.hashes(), &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    let replayed = answer.replayed;
    Ok(keyed(StatusCode::OK, replayed, BookedByGuest { booking: answer.booking.into(), tokens }))
}

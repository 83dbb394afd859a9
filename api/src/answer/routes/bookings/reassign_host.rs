//! Giving a team's meeting to another of its members.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::create::keyed;
use super::decide::decide;
use super::resource::Booking;
use crate::answer::auth::Actor;
use crate::answer::extract::{Id, IdempotencyKey, OptionalJson};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::IdempotencyKeyForm;
use crate::database::{Database, Parameters};
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHost {
    /// One of the members who host the event type; if absent, whoever of the others is free and has their turn.
    to_user_id: Option<Uuid>,
    /// Told to those who take part.
    #[schema(max_length = 2000, example = "Ada is ill")]
    reason: Option<String>,
}

/// Give a team's meeting to another member
///
/// For its host, the team's owners, coordinators and admins, where one member hosts each meeting in turn. It keeps its id and
/// its time; the turn goes with it. Idempotency as for booking.
#[utoipa::path(post, path = "/bookings/{id}/reassign-host", tag = "bookings", request_body = Option<NewHost>,
    params(("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 200, body = Booking, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn reassign_host(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    OptionalJson(wanted): OptionalJson<NewHost>,
) -> Result<Response, ApiError> {
    let sql = "SELECT * FROM convene.reassign_host($1, $2, $3, $4, $5, $6)";
    let parameters: Parameters<'_> = &[&id, &actor.id, &wanted.to_user_id, &wanted.reason, &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    Ok(keyed(StatusCode::OK, answer.replayed, answer.booking))
}

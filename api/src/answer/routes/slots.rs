//! Why a slot cannot be booked.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::InvalidOrAbsent;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{Id, Query};
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::role::Role;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(allow(auth::ALL, routes!(explain_slot)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    /// For whom; a mentee may leave it out and means themselves.
    mentee_id: Option<Uuid>,
}

/// Whether a mentee may book a slot now, and everything that stands against it.
#[derive(Serialize, ToSchema)]
struct Explanation {
    time_slot_id: Uuid,
    mentee_id: Uuid,
    bookable: bool,
    /// In the order in which booking would refuse; empty when bookable.
    reasons: Vec<Reason>,
}

resource! {
    /// One refusal that booking would give.
    pub struct Reason {
        /// As in errors.
        #[schema(example = "TIER_RESTRICTION")]
        code: String,
        message: String,
        #[schema(value_type = Object)]
        details: Value,
        /// mentor or mentee, where a check of one of them finds it.
        #[schema(example = "mentee")]
        whose: Option<String>,
    }
}

/// Every reason why a mentee cannot book a slot
///
/// By the checks of booking itself. Mentors see it for their own slots, coordinators and admins for all.
#[utoipa::path(get, path = "/slots/{id}/explain", tag = "slots", params(("id" = Uuid, Path), ExplainQuery),
    responses((status = 200, body = Explanation), InvalidOrAbsent))]
async fn explain_slot(
    actor: Actor,
    State(database): State<Database>,
    Id(time_slot_id): Id,
    Query(query): Query<ExplainQuery>,
) -> Result<Json<Explanation>, ApiError> {
    let mentee_id = match (query.mentee_id, actor.role) {
        (Some(mentee_id), _) => mentee_id,
        (None, Role::Mentee) => actor.id,
        (None, role) => return Err(ApiError::invalid("mentee_id", format!("must be given by a {role}"))),
    };
    let sql = "SELECT * FROM convene.explain_slot($1, $2, $3)";
    let reasons: Vec<Reason> = database.all(sql, &[&time_slot_id, &mentee_id, &actor.id]).await?;
    Ok(Json(Explanation { time_slot_id, mentee_id, bookable: reasons.is_empty(), reasons }))
}

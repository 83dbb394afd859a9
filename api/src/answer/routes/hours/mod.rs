//! When hosts can be booked for event types: schedules with their windows, and stays elsewhere.

mod schedules;
mod windows;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::schedules::ScheduleWithWindows;
use self::windows::Travel;
use super::responses::InvalidOrAbsent;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::Query;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(get_availability)))
        .merge(schedules::routes())
        .merge(windows::routes())
}

/// Whose availability is meant.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HostQuery {
    /// The sender, if absent. Coordinators and admins may name others.
    host_id: Option<Uuid>,
}

resource! {
    /// When a host can be booked for event types.
    pub struct Availability {
        host_id: Uuid,
        /// The default one first.
        #[schema(value_type = Vec<ScheduleWithWindows>)]
        schedules: Value,
        #[schema(value_type = Vec<Travel>)]
        travel_dates: Value,
    }
}

/// The sender's schedules with their windows, and stays elsewhere
#[utoipa::path(get, path = "/me/availability", tag = "availability", params(HostQuery),
    responses((status = 200, body = Availability), InvalidOrAbsent))]
async fn get_availability(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<HostQuery>,
) -> Result<Json<Availability>, ApiError> {
    let host_id = query.host_id.unwrap_or(actor.id);
    database.one("SELECT * FROM convene.get_availability($1, $2)", &[&actor.id, &host_id]).await.map(Json)
}

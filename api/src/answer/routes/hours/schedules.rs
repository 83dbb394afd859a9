//! Schedules: named weekly hours.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::HostQuery;
use super::windows::{DatedWindow, WeeklyWindow};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Change, Id, Query};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::TimeZone;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(create_schedule)))
        .routes(allow(auth::HOSTS, routes!(change_schedule, delete_schedule)))
}

resource! {
    /// Named weekly hours of a host.
    pub struct Schedule {
        id: Uuid,
        /// Whose.
        user_id: Uuid,
        name: String,
        /// Of its windows, and in which limits per day, week and month are counted.
        #[schema(value_type = TimeZone)]
        time_zone: String,
        /// Whether event types that name no schedule use it.
        is_default: bool,
        created_at: Timestamp,
        /// When it or its windows were last changed.
        updated_at: Timestamp,
    }
}

/// A schedule with all its windows.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
pub struct ScheduleWithWindows {
    #[serde(flatten)]
    schedule: Schedule,
    rules: Vec<WeeklyWindow>,
    overrides: Vec<DatedWindow>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSchedule {
    /// Unlike the host's other ones.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Evenings")]
    name: String,
    /// The host's own zone, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TimeZone>)]
    time_zone: Option<String>,
    /// Whether it is the default one from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    is_default: Option<bool>,
}

/// What is to change: absent fields stay.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScheduleChanges {
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"\S")]
    name: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = TimeZone)]
    time_zone: Change<String>,
    /// True makes it the default one; false is refused of the one that is it.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    is_default: Change<bool>,
}

/// Make a schedule
///
/// It has no windows yet. A host's only schedule is the default one.
#[utoipa::path(post, path = "/me/availability/schedules", tag = "availability", params(HostQuery),
    request_body = NewSchedule, responses((status = 201, body = Schedule), Refusals))]
async fn create_schedule(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<HostQuery>,
    extract::Json(schedule): extract::Json<NewSchedule>,
) -> Result<(StatusCode, Json<Schedule>), ApiError> {
    let host_id = query.host_id.unwrap_or(actor.id);
    let sql = "SELECT * FROM convene.create_schedule($1, $2, $3)";
    let schedule = database.one(sql, &[&actor.id, &host_id, &tokio_postgres::types::Json(schedule)]).await?;
    Ok((StatusCode::CREATED, Json(schedule)))
}

/// Change a schedule, or make it the default one
#[utoipa::path(patch, path = "/me/availability/schedules/{id}", tag = "availability", params(("id" = Uuid, Path)),
    request_body = ScheduleChanges, responses((status = 200, body = Schedule), Refusals))]
async fn change_schedule(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(changes): extract::Json<ScheduleChanges>,
) -> Result<Json<Schedule>, ApiError> {
    let sql = "SELECT * FROM convene.change_schedule($1, $2, $3)";
    database.one(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// Remove a schedule
///
/// Not the default one while there are others, and none that event types use.
#[utoipa::path(delete, path = "/me/availability/schedules/{id}", tag = "availability", params(("id" = Uuid, Path)),
    responses((status = 204), Refusals))]
async fn delete_schedule(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.delete_schedule($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

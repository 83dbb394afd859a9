//! How teams share event types out.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id};
use crate::answer::routes::event_types::NewEventType;
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::answer::routes::words::TeamMode;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(create_team_event_type)))
        .routes(allow(auth::HOSTS, routes!(get_team_event_type, set_team_event_type)))
}

resource! {
    /// How a team shares an event type out, and among whom.
    pub struct TeamEventType {
        event_type_id: Uuid,
        team_id: Uuid,
        slug: String,
        title: String,
        is_active: bool,
        /// Null where that was not said yet.
        #[schema(value_type = Option<TeamMode>)]
        mode: Option<String>,
        /// By name.
        #[schema(value_type = Vec<EventTypeMember>)]
        members: Value,
    }
}

/// A member of a team who hosts an event type, and where they stand in its rotation.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventTypeMember {
    user_id: Uuid,
    name: String,
    /// Whether they can host anything.
    is_active: bool,
    is_required: bool,
    priority: i32,
    weight: i32,
    limit_per_day: Option<i32>,
    limit_per_week: Option<i32>,
    /// How often they were assigned; what did not take place is taken off.
    turns: f64,
    last_assigned_at: Option<Timestamp>,
}

/// A member of a team who is to host an event type.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEventTypeMember {
    user_id: Uuid,
    /// Whether a collective meeting needs them; others host it where they are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = true)]
    is_required: Option<bool>,
    /// Of those who are free, the ones with the highest take turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100, default = 0)]
    priority: Option<i32>,
    /// Their share of the meetings beside the others' weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, default = 100)]
    weight: Option<i32>,
    /// Most meetings of the event type on a date of their zone; as the event type says, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    limit_per_day: Option<i32>,
    /// The same for an ISO week.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000)]
    limit_per_week: Option<i32>,
}

/// How an event type is to be shared out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sharing {
    #[schema(value_type = TeamMode)]
    mode: String,
    #[schema(min_items = 1, max_items = 200)]
    members: Vec<NewEventTypeMember>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTeamEventType {
    team_id: Uuid,
    /// Without a schedule: members use their default ones.
    event_type: NewEventType,
    #[schema(value_type = TeamMode)]
    mode: String,
    #[schema(min_items = 1, max_items = 200)]
    members: Vec<NewEventTypeMember>,
}

/// Make an event type of a team
///
/// For the team's owners, coordinators and admins. What else there is to it is read and changed as of any event type.
#[utoipa::path(post, path = "/team-event-types", tag = "teams", request_body = NewTeamEventType,
    responses((status = 201, body = TeamEventType), Refusals))]
async fn create_team_event_type(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(wanted): extract::Json<NewTeamEventType>,
) -> Result<(StatusCode, Json<TeamEventType>), ApiError> {
    let NewTeamEventType { team_id, event_type, mode, members } = wanted;
    let (event_type, members) = (tokio_postgres::types::Json(event_type), tokio_postgres::types::Json(members));
    let sql = "SELECT * FROM convene.create_team_event_type($1, $2, $3, $4, $5)";
    let made = database.one(sql, &[&actor.id, &team_id, &event_type, &mode, &members]).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// How a team shares an event type out
///
/// For the team's members, coordinators and admins. `id` is the event type's.
#[utoipa::path(get, path = "/team-event-types/{id}", tag = "teams", params(("id" = Uuid, Path)),
    responses((status = 200, body = TeamEventType), InvalidOrAbsent))]
async fn get_team_event_type(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<TeamEventType>, ApiError> {
    database.one("SELECT * FROM convene.get_team_event_type($1, $2)", &[&actor.id, &id]).await.map(Json)
}

/// Say how a team shares an event type out, and among whom
///
/// For the team's owners, coordinators and admins. Who stays keeps their turns; who is new begins where the others are.
#[utoipa::path(put, path = "/team-event-types/{id}", tag = "teams", params(("id" = Uuid, Path)), request_body = Sharing,
    responses((status = 200, body = TeamEventType), InvalidOrAbsent))]
async fn set_team_event_type(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(wanted): extract::Json<Sharing>,
) -> Result<Json<TeamEventType>, ApiError> {
    let members = tokio_postgres::types::Json(wanted.members);
    let sql = "SELECT * FROM convene.set_team_event_type($1, $2, $3, $4)";
    database.one(sql, &[&actor.id, &id, &wanted.mode, &members]).await.map(Json)
}

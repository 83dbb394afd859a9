//! How teams share their meetings out.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use super::query::ReportQuery;
use super::report::{answer, report};
use crate::answer::auth::Actor;
use crate::answer::extract::Query;
use crate::answer::page::Page;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::TeamMode;
use crate::database::Database;
use crate::error::ApiError;

report! {
    /// What a member hosted of a team's event type.
    pub struct TeamVolume {
        event_type_id: Uuid,
        event_type_title: String,
        team_id: Uuid,
        team_name: String,
        #[schema(value_type = TeamMode)]
        mode: String,
        /// Meetings of the event type.
        event_type_meetings: i64,
        user_id: Uuid,
        user_name: String,
        /// How many of them the member hosted.
        meetings: i64,
        /// Of the event type's meetings, 0 to 1; null without meetings.
        share: Option<f64>,
        /// The member's in the rotation; null of collective event types, and of those who left.
        weight: Option<i32>,
        /// Of the weights of all members, 0 to 1.
        expected_share: Option<f64>,
    }
}

/// How teams shared their meetings out
///
/// Of those that start on these days and are confirmed, completed or missed. A team's owners see their team's, its other
/// members their own part, coordinators and admins all. All rows are in one answer: it is refused if they are more than 10,000.
#[utoipa::path(get, path = "/analytics/team", tag = "analytics", params(ReportQuery),
    responses((status = 200, content((Page<TeamVolume> = "application/json"), (String = "text/csv"))), InvalidOrAbsent))]
pub async fn get_team_volumes(
    actor: Actor,
    State(database): State<Database>,
    headers: HeaderMap,
    Query(query): Query<ReportQuery>,
) -> Result<Response, ApiError> {
    let ReportQuery { from, to, event_type_id, team_id, format } = &query;
    let sql = "SELECT * FROM convene.rotation_volumes($1, $2, $3, $4, $5)";
    let rows = database.all::<TeamVolume>(sql, &[&actor.id, from, to, event_type_id, team_id]).await?;
    answer(rows, *format, &headers, "team")
}

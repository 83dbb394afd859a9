//! How much hosts host.

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
use crate::database::{Database, Day};
use crate::error::ApiError;

report! {
    /// What a host hosted in a week.
    pub struct HostWeek {
        /// Monday of the ISO week, in the organization's zone.
        week_start: Day,
        user_id: Uuid,
        user_name: String,
        meetings: i64,
        /// How long they were, without buffers.
        booked_minutes: i64,
    }
}

/// How much hosts hosted in each week
///
/// Of meetings that start on these days and are confirmed, completed or missed. Hosts see what they host, and who hosts their
/// event types; a team's owners also who hosts the team's; coordinators and admins all, office hours included. All rows are in
/// one answer: it is refused if they are more than 10,000.
#[utoipa::path(get, path = "/analytics/hosts", tag = "analytics", params(ReportQuery),
    responses((status = 200, content((Page<HostWeek> = "application/json"), (String = "text/csv"))), InvalidOrAbsent))]
pub async fn get_host_weeks(
    actor: Actor,
    State(database): State<Database>,
    headers: HeaderMap,
    Query(query): Query<ReportQuery>,
) -> Result<Response, ApiError> {
    let ReportQuery { from, to, event_type_id, team_id, format } = &query;
    let sql = "SELECT * FROM convene.host_utilisation($1, $2, $3, $4, $5)";
    let rows = database.all::<HostWeek>(sql, &[&actor.id, from, to, event_type_id, team_id]).await?;
    answer(rows, *format, &headers, "hosts")
}

//! What becomes of holds.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::query::ReportQuery;
use super::report::{answer, report};
use crate::answer::auth::Actor;
use crate::answer::extract::Query;
use crate::answer::page::Page;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::database::{Database, Day};
use crate::error::ApiError;

report! {
    /// What became of the times that were held on a day.
    pub struct HoldDay {
        /// In the organization's zone.
        day: Day,
        made: i64,
        /// Became bookings.
        finalized: i64,
        /// Were not finalized in time.
        lapsed: i64,
        canceled: i64,
        /// Can still be finalized.
        still_open: i64,
        /// The finalized share of those that ended; null where none did.
        conversion_rate: Option<f64>,
    }
}

/// What became of held times
///
/// Of holds made on these days. Hosts see those of their own time and event types, a team's owners also the team's,
/// coordinators and admins all, office hours included.
#[utoipa::path(get, path = "/analytics/holds", tag = "analytics", params(ReportQuery),
    responses((status = 200, content((Page<HoldDay> = "application/json"), (String = "text/csv"))), InvalidOrAbsent))]
pub async fn get_hold_outcomes(
    actor: Actor,
    State(database): State<Database>,
    headers: HeaderMap,
    Query(query): Query<ReportQuery>,
) -> Result<Response, ApiError> {
    let ReportQuery { from, to, event_type_id, team_id, format } = &query;
    let sql = "SELECT * FROM convene.hold_conversion($1, $2, $3, $4, $5)";
    let rows = database.all::<HoldDay>(sql, &[&actor.id, from, to, event_type_id, team_id]).await?;
    answer(rows, *format, &headers, "holds")
}

//! What becomes of bookings.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::query::ReportQuery;
use super::report::{answer, report};
use crate::answer::auth::Actor;
use crate::answer::extract::Query;
use crate::answer::page::Page;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::BookingStatus;
use crate::database::Database;
use crate::error::ApiError;

report! {
    /// How many bookings have a status.
    pub struct StatusShare {
        #[schema(value_type = BookingStatus)]
        status: String,
        bookings: i64,
        /// Of all bookings in this report, 0 to 1.
        share: f64,
    }
}

/// How many bookings have which status
///
/// Of those that start on these days. Hosts see the bookings that they host and those of their event types, a team's owners
/// also the team's, coordinators and admins all, office hours included.
#[utoipa::path(get, path = "/analytics/bookings", tag = "analytics", params(ReportQuery),
    responses((status = 200, content((Page<StatusShare> = "application/json"), (String = "text/csv"))), InvalidOrAbsent))]
pub async fn get_booking_statuses(
    actor: Actor,
    State(database): State<Database>,
    headers: HeaderMap,
    Query(query): Query<ReportQuery>,
) -> Result<Response, ApiError> {
    let ReportQuery { from, to, event_type_id, team_id, format } = &query;
    let sql = "SELECT * FROM convene.booking_status_distribution($1, $2, $3, $4, $5)";
    let rows = database.all::<StatusShare>(sql, &[&actor.id, from, to, event_type_id, team_id]).await?;
    answer(rows, *format, &headers, "bookings")
}

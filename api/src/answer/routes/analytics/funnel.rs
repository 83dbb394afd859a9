//! How visits to booking pages end.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use uuid::Uuid;

use super::format::Format;
use super::report::{answer, report};
use crate::answer::auth::Actor;
use crate::answer::extract::Query;
use crate::answer::page::Page;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::{FunnelParts, PlannedDay};
use crate::database::{Database, Day};
use crate::error::ApiError;

report! {
    /// How visits to booking pages ended: on a day, of an event type, or of a team.
    pub struct FunnelPart {
        /// Of a funnel by day.
        day: Option<Day>,
        /// Of a funnel by event type.
        event_type_id: Option<Uuid>,
        event_type_title: Option<String>,
        /// The team, if it is a team's.
        team_id: Option<Uuid>,
        team_name: Option<String>,
        /// Visits in which the page was seen.
        page_views: i64,
        /// Visits in which a time was chosen.
        slot_selections: i64,
        /// Bookings confirmed for the first time, and seats taken in confirmed meetings; however they were made.
        bookings_confirmed: i64,
        /// Selections by views; null without views.
        selection_rate: Option<f64>,
        /// Bookings by selections; null without selections.
        booking_rate: Option<f64>,
        /// Bookings by views; null without views.
        conversion_rate: Option<f64>,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FunnelQuery {
    /// What each row is; the day if absent.
    #[param(value_type = Option<FunnelParts>, inline)]
    by: Option<String>,
    /// The first day, in the organization's zone; 29 days before `to` if absent.
    #[param(value_type = Option<PlannedDay>, inline)]
    from: Option<Day>,
    /// The last day, at most 365 after the first; today if absent.
    #[param(value_type = Option<PlannedDay>, inline)]
    to: Option<Day>,
    /// Of this event type alone.
    event_type_id: Option<Uuid>,
    /// Of this team's event types alone.
    team_id: Option<Uuid>,
    /// In which form the answer is; if absent, `Accept` decides.
    #[param(inline)]
    format: Option<Format>,
}

/// How visits to booking pages ended
///
/// Hosts see their own event types, a team's owners the team's, coordinators and admins all. What has nothing to count has
/// no row. All rows are in one answer: it is refused if they are more than 10,000.
#[utoipa::path(get, path = "/analytics/funnel", tag = "analytics", params(FunnelQuery),
    responses((status = 200, content((Page<FunnelPart> = "application/json"), (String = "text/csv"))), InvalidOrAbsent))]
pub async fn get_funnel(
    actor: Actor,
    State(database): State<Database>,
    headers: HeaderMap,
    Query(query): Query<FunnelQuery>,
) -> Result<Response, ApiError> {
    let FunnelQuery { by, from, to, event_type_id, team_id, format } = &query;
    let by = by.as_deref().unwrap_or("day");
    let sql = "SELECT * FROM convene.funnel($1, $2, $3, $4, $5, $6)";
    let rows = database.all::<FunnelPart>(sql, &[&actor.id, from, to, &by, event_type_id, team_id]).await?;
    answer(rows, *format, &headers, "funnel")
}

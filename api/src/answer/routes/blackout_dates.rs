//! Days off.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{InvalidOrAbsent, Refusals};
use super::words::PlannedDay;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Query, Segment};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, Day, Scalar, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(list_blackout_dates, add_blackout_date)))
        .routes(allow(auth::HOSTS, routes!(remove_blackout_date)))
}

resource! {
    /// A host's day off: neither slots nor times of event types are offered on it.
    pub struct BlackoutDate {
        id: Uuid,
        /// Whose: a mentor, coordinator or admin.
        mentor_id: Uuid,
        /// In the zone of each block and schedule.
        day: Day,
        reason: Option<String>,
        created_at: Timestamp,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BlackoutDatesQuery {
    /// The sender, if absent.
    mentor_id: Option<Uuid>,
    /// Days from this one on.
    from: Option<Day>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MentorQuery {
    /// The sender, if absent.
    mentor_id: Option<Uuid>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlackoutDate {
    #[schema(value_type = PlannedDay)]
    day: Day,
    #[schema(max_length = 2000, example = "Conference")]
    reason: Option<String>,
}

/// What taking back a day off brought.
#[derive(Serialize, ToSchema)]
struct SlotsAdded {
    /// Slots that are offered again.
    slots_added: i64,
}

/// A host's days off
#[utoipa::path(get, path = "/availability/blackout-dates", tag = "availability", params(BlackoutDatesQuery),
    responses((status = 200, body = Page<BlackoutDate>), InvalidOrAbsent))]
async fn list_blackout_dates(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<BlackoutDatesQuery>,
) -> Result<Json<Page<BlackoutDate>>, ApiError> {
    let after = position::<Day>(query.cursor.as_ref(), &list)?;
    let mentor_id = query.mentor_id.unwrap_or(actor.id);
    let sql = "SELECT * FROM convene.list_blackout_dates($1, $2, $3, $4, $5)";
    let days = database.all(sql, &[&actor.id, &mentor_id, &query.from, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(days, query.limit, &list, |date: &BlackoutDate| date.day)))
}

/// Take a day off
///
/// Unbooked slots of that day go; bookings stay.
#[utoipa::path(post, path = "/availability/blackout-dates", tag = "availability", params(MentorQuery),
    request_body = NewBlackoutDate, responses((status = 201, body = BlackoutDate), Refusals))]
async fn add_blackout_date(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<MentorQuery>,
    extract::Json(body): extract::Json<NewBlackoutDate>,
) -> Result<(StatusCode, Json<BlackoutDate>), ApiError> {
    let mentor_id = query.mentor_id.unwrap_or(actor.id);
    let sql = "SELECT * FROM convene.add_blackout_date($1, $2, $3, $4)";
    let date = database.one(sql, &[&actor.id, &mentor_id, &body.day, &body.reason]).await?;
    Ok((StatusCode::CREATED, Json(date)))
}

/// Take back a day off
#[utoipa::path(delete, path = "/availability/blackout-dates/{day}", tag = "availability",
    params(("day" = inline(PlannedDay), Path), MentorQuery), responses((status = 200, body = SlotsAdded), Refusals))]
async fn remove_blackout_date(
    actor: Actor,
    State(database): State<Database>,
    Segment(day): Segment<Day>,
    Query(query): Query<MentorQuery>,
) -> Result<Json<SlotsAdded>, ApiError> {
    let mentor_id = query.mentor_id.unwrap_or(actor.id);
    let sql = "SELECT slots_added FROM convene.remove_blackout_date($1, $2, $3)";
    let Scalar(slots_added) = database.one(sql, &[&actor.id, &mentor_id, &day]).await?;
    Ok(Json(SlotsAdded { slots_added }))
}

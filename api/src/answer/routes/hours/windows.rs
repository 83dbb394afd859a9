//! The windows of schedules, and stays elsewhere, each replaced as a whole.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::HostQuery;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Query};
use crate::answer::page::Page;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::{PlannedDay, TimeZone, WindowEnd, WindowStart};
use crate::answer::state::AppState;
use crate::database::{Database, Day, WallTime, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(set_rules)))
        .routes(allow(auth::HOSTS, routes!(set_overrides)))
        .routes(allow(auth::HOSTS, routes!(set_travel_dates)))
}

resource! {
    /// A window that comes back every week.
    pub struct WeeklyWindow {
        /// 1 Monday to 7 Sunday.
        weekday: i16,
        start_time: WallTime,
        end_time: WallTime,
    }
}

resource! {
    /// A window of one date, in place of its weekday's; or that the date is off.
    pub struct DatedWindow {
        day: Day,
        start_time: WallTime,
        end_time: WallTime,
        /// Whether nothing is offered on that date.
        is_off: bool,
    }
}

resource! {
    /// Dates on which a host is in another zone.
    pub struct Travel {
        first_day: Day,
        /// Inclusive.
        last_day: Day,
        #[schema(value_type = TimeZone)]
        time_zone: String,
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRule {
    /// 1 Monday to 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 1)]
    weekday: i32,
    #[schema(value_type = WindowStart)]
    start_time: WallTime,
    #[schema(value_type = WindowEnd)]
    end_time: WallTime,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRules {
    /// The default one, if absent.
    schedule_id: Option<Uuid>,
    /// At most 20 for a weekday. Those that touch or overlap become one.
    #[schema(max_items = 140)]
    rules: Vec<NewRule>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOverride {
    #[schema(value_type = PlannedDay)]
    day: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WindowStart>)]
    start_time: Option<WallTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WindowEnd>)]
    end_time: Option<WallTime>,
    /// In place of the two times: nothing is offered on that date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    is_off: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOverrides {
    /// The default one, if absent.
    schedule_id: Option<Uuid>,
    /// Of at most 1,000 dates with 20 windows each. Those that touch or overlap become one.
    #[schema(max_items = 2000)]
    overrides: Vec<NewOverride>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTravel {
    #[schema(value_type = PlannedDay)]
    first_day: Day,
    /// Inclusive.
    #[schema(value_type = PlannedDay)]
    last_day: Day,
    #[schema(value_type = TimeZone)]
    time_zone: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTravelDates {
    /// No date twice.
    #[schema(max_items = 100)]
    travel_dates: Vec<NewTravel>,
}

/// Replace the weekly windows of a schedule
#[utoipa::path(put, path = "/me/availability/rules", tag = "availability", params(HostQuery), request_body = NewRules,
    responses((status = 200, body = Page<WeeklyWindow>), InvalidOrAbsent))]
async fn set_rules(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<HostQuery>,
    extract::Json(body): extract::Json<NewRules>,
) -> Result<Json<Page<WeeklyWindow>>, ApiError> {
    let sql = "SELECT * FROM convene.set_availability_rules($1, $2, $3, $4)";
    let rules = tokio_postgres::types::Json(body.rules);
    let rules = database.all(sql, &[&actor.id, &body.schedule_id, &rules, &query.host_id]).await?;
    Ok(Json(Page::whole(rules)))
}

/// Replace the dates of a schedule that have windows of their own
#[utoipa::path(put, path = "/me/availability/overrides", tag = "availability", params(HostQuery),
    request_body = NewOverrides, responses((status = 200, body = Page<DatedWindow>), InvalidOrAbsent))]
async fn set_overrides(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<HostQuery>,
    extract::Json(body): extract::Json<NewOverrides>,
) -> Result<Json<Page<DatedWindow>>, ApiError> {
    let sql = "SELECT * FROM convene.set_availability_overrides($1, $2, $3, $4)";
    let overrides = tokio_postgres::types::Json(body.overrides);
    let overrides = database.all(sql, &[&actor.id, &body.schedule_id, &overrides, &query.host_id]).await?;
    Ok(Json(Page::whole(overrides)))
}

/// Replace the dates on which one is in another zone
///
/// The windows of all schedules are then read in that zone.
#[utoipa::path(put, path = "/me/availability/travel-dates", tag = "availability", params(HostQuery),
    request_body = NewTravelDates, responses((status = 200, body = Page<Travel>), InvalidOrAbsent))]
async fn set_travel_dates(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<HostQuery>,
    extract::Json(body): extract::Json<NewTravelDates>,
) -> Result<Json<Page<Travel>>, ApiError> {
    let host_id = query.host_id.unwrap_or(actor.id);
    let sql = "SELECT * FROM convene.set_travel_dates($1, $2, $3)";
    let travels = database.all(sql, &[&actor.id, &host_id, &tokio_postgres::types::Json(body.travel_dates)]).await?;
    Ok(Json(Page::whole(travels)))
}

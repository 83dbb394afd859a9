//! Availability blocks: a mentor's recurring windows.

mod block;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::block::{AvailabilityBlock, BlockChanges, NewBlock};
use super::responses::{Invalid, InvalidOrAbsent, Refusals};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::words::{BufferMinutes, PlannedDay, SlotMinutes, TimeZone, WindowEnd, WindowStart};
use crate::answer::state::AppState;
use crate::database::{Database, Day, Scalar, WallTime};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(list_blocks, create_block)))
        .routes(allow(auth::HOSTS, routes!(get_block, change_block, delete_block)))
        .routes(allow(auth::HOSTS, routes!(deactivate_block)))
        .routes(allow(auth::HOSTS, routes!(preview_slots)))
}

/// Whose availability is meant.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MentorQuery {
    /// The sender, if absent.
    mentor_id: Option<Uuid>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BlocksQuery {
    /// The sender, if absent.
    mentor_id: Option<Uuid>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// A mentor's blocks
#[utoipa::path(get, path = "/availability/blocks", tag = "availability", params(BlocksQuery),
    responses((status = 200, body = Page<AvailabilityBlock>), InvalidOrAbsent))]
async fn list_blocks(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<BlocksQuery>,
) -> Result<Json<Page<AvailabilityBlock>>, ApiError> {
    let after = position::<Uuid>(query.cursor.as_ref(), &list)?;
    let sql = "SELECT * FROM convene.list_availability_blocks($1, $2, $3, $4)";
    let mentor_id = query.mentor_id.unwrap_or(actor.id);
    let blocks = database.all(sql, &[&actor.id, &mentor_id, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(blocks, query.limit, &list, |block: &AvailabilityBlock| block.id)))
}

/// Offer time
///
/// The block's slots are made at once, as far as the organization's horizon.
#[utoipa::path(post, path = "/availability/blocks", tag = "availability", params(MentorQuery), request_body = NewBlock,
    responses((status = 201, body = AvailabilityBlock), Refusals))]
async fn create_block(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<MentorQuery>,
    extract::Json(block): extract::Json<NewBlock>,
) -> Result<(StatusCode, Json<AvailabilityBlock>), ApiError> {
    let mentor_id = query.mentor_id.unwrap_or(actor.id);
    let sql = "SELECT * FROM convene.create_availability_block($1, $2, $3)";
    let block = database.one(sql, &[&actor.id, &mentor_id, &tokio_postgres::types::Json(block)]).await?;
    Ok((StatusCode::CREATED, Json(block)))
}

/// One block
#[utoipa::path(get, path = "/availability/blocks/{id}", tag = "availability", params(("id" = Uuid, Path)),
    responses((status = 200, body = AvailabilityBlock), InvalidOrAbsent))]
async fn get_block(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<AvailabilityBlock>, ApiError> {
    database.one("SELECT * FROM convene.get_availability_block($1, $2)", &[&id, &actor.id]).await.map(Json)
}

/// Change a block
///
/// Its unbooked future slots are made anew; booked ones stay.
#[utoipa::path(patch, path = "/availability/blocks/{id}", tag = "availability", params(("id" = Uuid, Path)),
    request_body = BlockChanges, responses((status = 200, body = AvailabilityBlock), Refusals))]
async fn change_block(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(changes): extract::Json<BlockChanges>,
) -> Result<Json<AvailabilityBlock>, ApiError> {
    let sql = "SELECT * FROM convene.change_availability_block($1, $2, $3)";
    database.one(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// What removing took away.
#[derive(Serialize, ToSchema)]
struct SlotsRemoved {
    /// Unbooked slots that are gone.
    slots_removed: i64,
}

/// Remove a block
///
/// Its unbooked slots go; bookings stay.
#[utoipa::path(delete, path = "/availability/blocks/{id}", tag = "availability", params(("id" = Uuid, Path)),
    responses((status = 200, body = SlotsRemoved), Refusals))]
async fn delete_block(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<SlotsRemoved>, ApiError> {
    let sql = "SELECT slots_removed FROM convene.delete_availability_block($1, $2)";
    let Scalar(slots_removed) = database.one(sql, &[&actor.id, &id]).await?;
    Ok(Json(SlotsRemoved { slots_removed }))
}

/// Offer no more of a block
///
/// Its unbooked future slots go; changing `is_active` brings them back.
#[utoipa::path(post, path = "/availability/blocks/{id}/deactivate", tag = "availability", params(("id" = Uuid, Path)),
    responses((status = 200, body = AvailabilityBlock), Refusals))]
async fn deactivate_block(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<AvailabilityBlock>, ApiError> {
    database.one("SELECT * FROM convene.deactivate_availability_block($1, $2)", &[&actor.id, &id]).await.map(Json)
}

/// One window of wall-clock time, as a block has it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Window {
    #[schema(value_type = TimeZone)]
    time_zone: String,
    #[schema(value_type = PlannedDay)]
    date: Day,
    #[schema(value_type = WindowStart)]
    start_time: WallTime,
    #[schema(value_type = WindowEnd)]
    end_time: WallTime,
    ends_next_day: Option<bool>,
    #[schema(value_type = SlotMinutes)]
    slot_minutes: i32,
    #[serde(default)]
    #[schema(value_type = BufferMinutes, default = 0)]
    buffer_minutes: i32,
}

/// Where a slot would start.
#[derive(Serialize, ToSchema)]
struct PreviewedSlot {
    start_time: Timestamp,
}

/// The slots a window would yield, daylight-saving changes included
#[utoipa::path(post, path = "/availability/preview", tag = "availability", request_body = Window,
    responses((status = 200, body = Page<PreviewedSlot>), Invalid))]
async fn preview_slots(
    _: Actor,
    State(database): State<Database>,
    extract::Json(window): extract::Json<Window>,
) -> Result<Json<Page<PreviewedSlot>>, ApiError> {
    let sql = "SELECT * FROM convene.preview_slots($1, $2, $3, $4, $5, $6, $7)";
    let Window { time_zone, date, start_time, end_time, ends_next_day, slot_minutes, buffer_minutes } = &window;
    let starts: Vec<Scalar<Timestamp>> = database
        .all(sql, &[time_zone, date, start_time, end_time, slot_minutes, buffer_minutes, ends_next_day])
        .await?;
    Ok(Json(Page::whole(starts.into_iter().map(|Scalar(start_time)| PreviewedSlot { start_time }).collect())))
}

//! Calendars: connecting accounts, choosing calendars, and writebacks.

use axum::Json;
use axum::extract::State;
use convene_providers::calendar::Provider;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{InvalidOrAbsent, Refusals};
use crate::answer::auth::{self, Actor, allow, allow_in_person};
use crate::answer::extract::{self, Id, Query, Segment};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::{ApiError, Rejection};
use crate::integrations::calendars::Calendars;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        // With a stolen key nobody must be able to have somebody's bookings written into a calendar of their own.
        .routes(allow_in_person(auth::ALL, routes!(start_connection)))
        .routes(allow_in_person(auth::ALL, routes!(complete_connection)))
        .routes(allow_in_person(auth::ALL, routes!(disconnect_calendar)))
        .routes(allow(auth::ALL, routes!(list_connections)))
        .routes(allow(auth::ALL, routes!(get_connection)))
        .routes(allow(auth::ALL, routes!(select_calendars)))
        .routes(allow(auth::ALL, routes!(request_sync)))
        .routes(allow(auth::ALL, routes!(list_writebacks)))
        .routes(allow(auth::ALL, routes!(retry_writeback)))
}

resource! {
    /// A connected calendar account.
    pub struct CalendarConnection {
        id: Uuid,
        #[schema(example = "google")]
        provider: String,
        /// Its address at the provider.
        account: Option<String>,
        /// connected, or needs_reconnect: its grant has ended.
        #[schema(example = "connected")]
        status: String,
        /// As of when its busy time is known.
        synced_at: Option<Timestamp>,
        /// Why it could not be read when that was last tried.
        sync_error: Option<String>,
        /// Whether its busy time is known well enough to book on.
        is_known: bool,
        created_at: Timestamp,
        /// Its calendars, and which of them are read and written to.
        #[schema(value_type = Vec<CalendarChoice>)]
        calendars: Value,
    }
}

/// A calendar of an account.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct CalendarChoice {
    /// The provider's id.
    calendar_id: String,
    name: String,
    time_zone: Option<String>,
    /// Whether it is the account's main calendar.
    is_primary: bool,
    can_write: bool,
    /// Whether what is in it makes its user busy.
    is_read: bool,
    /// Whether bookings are written to it.
    is_written: bool,
    /// Why it could not be read.
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Departure {
    /// The provider's page to send the user to. They come back to the page configured as
    /// CONVENE_CALENDAR_REDIRECT_URL, with `code` and `state`.
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?client_id=…")]
    url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Return {
    /// As the provider gave it.
    #[schema(max_length = 4096)]
    code: String,
    /// As the provider gave it.
    #[schema(max_length = 4096)]
    state: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Choice {
    /// Ids of the calendars that make the user busy, at least one.
    #[schema(min_items = 1, example = json!(["primary"]))]
    read: Vec<String>,
    /// Id of the calendar that bookings are written to; null for none.
    #[schema(example = "primary")]
    write: Option<String>,
}

resource! {
    /// An event that is to be written into a participant's calendar, or was.
    pub struct Writeback {
        id: Uuid,
        booking_id: Uuid,
        /// Whose calendar.
        user_id: Uuid,
        #[schema(example = "google")]
        provider: String,
        /// create, reschedule or cancel.
        #[schema(example = "create")]
        operation: String,
        /// pending, done, or failed: given up until somebody retries it.
        #[schema(example = "done")]
        status: String,
        /// Tries so far.
        attempts: i32,
        /// When it is tried next; null while the account must be connected again.
        due_at: Option<Timestamp>,
        /// Why the last try failed, in the provider's word.
        last_error: Option<String>,
        event_url: Option<String>,
        /// The conference link: none, pending, ready or failed.
        #[schema(example = "ready")]
        conference: String,
        /// What its owner did to the event in their calendar: deleted or moved.
        owner_change: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WritebacksQuery {
    /// pending, done or failed: only those.
    status: Option<String>,
    /// Only those of this booking.
    booking_id: Option<Uuid>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

fn configured(calendars: Option<Calendars>) -> Result<Calendars, ApiError> {
    calendars.ok_or_else(|| Rejection::CalendarNotConfigured.into())
}

fn provider(text: &str) -> Result<Provider, ApiError> {
    text.parse().map_err(|_| ApiError::invalid("provider", "must be google or microsoft"))
}

async fn connection(database: &Database, actor: Actor, id: Uuid) -> Result<Json<CalendarConnection>, ApiError> {
    let sql = "SELECT * FROM convene.list_calendar_connections($1, $2)";
    database.one(sql, &[&actor.id, &Some(id)]).await.map(Json)
}

/// Begin to connect a calendar
///
/// Send the user to the address; they must be back within ten minutes.
#[utoipa::path(post, path = "/calendar/{provider}/connect/start", tag = "calendars",
    params(("provider" = String, Path, description = "google or microsoft", example = "google")),
    responses((status = 200, body = Departure), Refusals))]
async fn start_connection(
    actor: Actor,
    State(calendars): State<Option<Calendars>>,
    Segment(name): Segment<String>,
) -> Result<Json<Departure>, ApiError> {
    let url = configured(calendars)?.start(actor.id, provider(&name)?).await?;
    Ok(Json(Departure { url }))
}

/// Connect the calendar of a user who is back
///
/// With the code and state they came back with, once. At first the main calendar is read and written to. Connecting an
/// account again keeps what was chosen.
#[utoipa::path(post, path = "/calendar/{provider}/connect/complete", tag = "calendars", request_body = Return,
    params(("provider" = String, Path, description = "google or microsoft", example = "google")),
    responses((status = 200, body = CalendarConnection), Refusals))]
async fn complete_connection(
    actor: Actor,
    State(calendars): State<Option<Calendars>>,
    State(database): State<Database>,
    Segment(name): Segment<String>,
    extract::Json(back): extract::Json<Return>,
) -> Result<Json<CalendarConnection>, ApiError> {
    let id = configured(calendars)?.complete(actor.id, provider(&name)?, &back.state, &back.code).await?;
    connection(&database, actor, id).await
}

/// The sender's connected calendars
#[utoipa::path(get, path = "/calendar/connections", tag = "calendars",
    responses((status = 200, body = Page<CalendarConnection>)))]
async fn list_connections(
    actor: Actor,
    State(database): State<Database>,
) -> Result<Json<Page<CalendarConnection>>, ApiError> {
    let sql = "SELECT * FROM convene.list_calendar_connections($1, $2)";
    Ok(Json(Page::whole(database.all(sql, &[&actor.id, &None::<Uuid>]).await?)))
}

/// One connected calendar account
#[utoipa::path(get, path = "/calendar/connections/{id}", tag = "calendars", params(("id" = Uuid, Path)),
    responses((status = 200, body = CalendarConnection), InvalidOrAbsent))]
async fn get_connection(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<CalendarConnection>, ApiError> {
    connection(&database, actor, id).await
}

/// Disconnect a calendar account
///
/// Its tokens and what is known from it are removed at once, and the provider is told where it can be. Events in the
/// calendar stay.
#[utoipa::path(delete, path = "/calendar/connections/{id}", tag = "calendars", params(("id" = Uuid, Path)),
    responses((status = 204), InvalidOrAbsent))]
async fn disconnect_calendar(
    actor: Actor,
    State(calendars): State<Option<Calendars>>,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    let removed = database.one("SELECT * FROM convene.disconnect_calendar($1, $2)", &[&actor.id, &id]).await?;
    if let Some(calendars) = calendars {
        calendars.forget(id, &removed).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Choose which calendars count
///
/// Until the chosen ones have been read, the user's busy time is not known, and nothing is booked on it.
#[utoipa::path(put, path = "/calendar/connections/{id}/calendars", tag = "calendars", params(("id" = Uuid, Path)),
    request_body = Choice, responses((status = 200, body = CalendarConnection), InvalidOrAbsent))]
async fn select_calendars(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(choice): extract::Json<Choice>,
) -> Result<Json<CalendarConnection>, ApiError> {
    let sql = "SELECT convene.select_calendars($1, $2, $3, $4)";
    let chosen = database.run(sql, &[&actor.id, &id, &choice.read, &choice.write]).await;
    chosen.map_err(|error| error.renamed("written", "write"))?;
    connection(&database, actor, id).await
}

/// Have a calendar read again
///
/// As soon as a worker is free; `synced_at` shows when it was.
#[utoipa::path(post, path = "/calendar/connections/{id}/sync", tag = "calendars", params(("id" = Uuid, Path)),
    responses((status = 202), InvalidOrAbsent))]
async fn request_sync(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.request_calendar_sync($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Writebacks, newest first
///
/// Coordinators and admins see the organization's, everybody else their own.
#[utoipa::path(get, path = "/calendar/writebacks", tag = "calendars", params(WritebacksQuery),
    responses((status = 200, body = Page<Writeback>), InvalidOrAbsent))]
async fn list_writebacks(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<WritebacksQuery>,
) -> Result<Json<Page<Writeback>>, ApiError> {
    let after = position::<(Uuid,)>(query.cursor.as_ref(), &list)?.map(|(id,)| id);
    let sql = "SELECT * FROM convene.list_writebacks($1, $2, $3, $4, $5)";
    let found = database.all(sql, &[&actor.id, &query.status, &query.booking_id, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(found, query.limit, &list, |writeback: &Writeback| (writeback.id,))))
}

/// Try a writeback again now
///
/// Also one that was given up. One that is done stays so.
#[utoipa::path(post, path = "/calendar/writebacks/{id}/retry", tag = "calendars", params(("id" = Uuid, Path)),
    responses((status = 202), InvalidOrAbsent))]
async fn retry_writeback(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.retry_writeback($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::ACCEPTED)
}

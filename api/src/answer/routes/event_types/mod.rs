//! Event types: kinds of meetings that hosts and teams offer.

mod event_type;
mod links;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) use self::event_type::NewEventType;
use self::event_type::{EventType, EventTypeChanges};
use super::responses::{InvalidOrAbsent, Refusals};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::Database;
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_event_types)))
        .routes(allow(auth::HOSTS, routes!(create_event_type)))
        .routes(allow(auth::ALL, routes!(get_event_type)))
        .routes(allow(auth::HOSTS, routes!(change_event_type, delete_event_type)))
        .merge(links::routes())
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventTypesQuery {
    /// Those of one host.
    host_id: Option<Uuid>,
    /// Those of one team.
    team_id: Option<Uuid>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Whose event type it is to be.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OwnerQuery {
    /// The sender, if neither is given.
    host_id: Option<Uuid>,
    /// A team that the sender owns.
    team_id: Option<Uuid>,
}

/// Event types that the sender may see
///
/// Their own, those of their teams, and of others those that are switched on and not private. Coordinators and admins see
/// all.
#[utoipa::path(get, path = "/event-types", tag = "event-types", params(EventTypesQuery),
    responses((status = 200, body = Page<EventType>), InvalidOrAbsent))]
async fn list_event_types(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<EventTypesQuery>,
) -> Result<Json<Page<EventType>>, ApiError> {
    let after = position::<Uuid>(query.cursor.as_ref(), &list)?;
    let sql = "SELECT * FROM convene.list_event_types($1, $2, $3, $4, $5)";
    let event_types =
        database.all(sql, &[&actor.id, &query.host_id, &query.team_id, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(event_types, query.limit, &list, |event_type: &EventType| event_type.id)))
}

/// Offer a kind of meetings
///
/// A host who has no schedule is given one: Monday to Friday, 9:00 to 17:00 in their zone.
#[utoipa::path(post, path = "/event-types", tag = "event-types", params(OwnerQuery), request_body = NewEventType,
    responses((status = 201, body = EventType), Refusals))]
async fn create_event_type(
    actor: Actor,
    State(database): State<Database>,
    Query(owner): Query<OwnerQuery>,
    extract::Json(event_type): extract::Json<NewEventType>,
) -> Result<(StatusCode, Json<EventType>), ApiError> {
    let host_id = owner.host_id.or_else(|| owner.team_id.is_none().then_some(actor.id));
    let sql = "SELECT * FROM convene.create_event_type($1, $2, $3, $4)";
    let event_type = tokio_postgres::types::Json(event_type);
    let event_type = database.one(sql, &[&actor.id, &host_id, &owner.team_id, &event_type]).await?;
    Ok((StatusCode::CREATED, Json(event_type)))
}

/// One event type
#[utoipa::path(get, path = "/event-types/{id}", tag = "event-types", params(("id" = Uuid, Path)),
    responses((status = 200, body = EventType), InvalidOrAbsent))]
async fn get_event_type(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<EventType>, ApiError> {
    database.one("SELECT * FROM convene.get_event_type($1, $2)", &[&id, &actor.id]).await.map(Json)
}

/// Change an event type
///
/// Bookings stay as they were made.
#[utoipa::path(patch, path = "/event-types/{id}", tag = "event-types", params(("id" = Uuid, Path)),
    request_body = EventTypeChanges, responses((status = 200, body = EventType), Refusals))]
async fn change_event_type(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(changes): extract::Json<EventTypeChanges>,
) -> Result<Json<EventType>, ApiError> {
    let sql = "SELECT * FROM convene.change_event_type($1, $2, $3)";
    database.one(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// Remove an event type
///
/// Its bookings stay.
#[utoipa::path(delete, path = "/event-types/{id}", tag = "event-types", params(("id" = Uuid, Path)),
    responses((status = 204), InvalidOrAbsent))]
async fn delete_event_type(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.delete_event_type($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

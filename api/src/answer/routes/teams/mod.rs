//! Teams: people who host event types together.

mod event_types;
mod members;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent, Refusals};
use super::words::{Slug, TeamRole};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Change, Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

/// Mentees are in no team. Who else may see a team, or manage it, the database says.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(list_teams, create_team)))
        .routes(allow(auth::HOSTS, routes!(get_team, change_team, delete_team)))
        .merge(members::routes())
        .merge(event_types::routes())
}

resource! {
    /// People who host event types together.
    pub struct Team {
        id: Uuid,
        /// Short name in the addresses of its pages.
        slug: String,
        name: String,
        /// What the sender is in it; null for staff who are not.
        #[schema(value_type = Option<TeamRole>)]
        own_role: Option<String>,
        /// How many they are, 200 at most.
        members: i32,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TeamsQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    /// No other team and no user of the organization has it.
    #[schema(value_type = Slug)]
    slug: String,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Sales")]
    name: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamChanges {
    /// Its pages then have other addresses.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Slug)]
    slug: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = r"\S", example = "Sales")]
    name: Change<String>,
}

/// Teams, by name
///
/// Those the sender is in; coordinators and admins see all.
#[utoipa::path(get, path = "/teams", tag = "teams", params(TeamsQuery),
    responses((status = 200, body = Page<Team>), Invalid))]
async fn list_teams(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<TeamsQuery>,
) -> Result<Json<Page<Team>>, ApiError> {
    let (name, id) = position::<(String, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let is_mine = !actor.role.is_staff();
    let sql = "SELECT * FROM convene.list_teams($1, $2, $3, $4, $5)";
    let teams = database.all(sql, &[&actor.id, &query.limit.probe(), &name, &id, &is_mine]).await?;
    Ok(Json(Page::cut(teams, query.limit, &list, |team: &Team| (team.name.clone(), team.id))))
}

/// Make a team, and own it
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = NewTeam,
    responses((status = 201, body = Team), Refusals))]
async fn create_team(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(wanted): extract::Json<NewTeam>,
) -> Result<(StatusCode, Json<Team>), ApiError> {
    let sql = "SELECT * FROM convene.create_team($1, $2, $3)";
    let team = database.one(sql, &[&actor.id, &wanted.slug, &wanted.name]).await?;
    Ok((StatusCode::CREATED, Json(team)))
}

/// One team
///
/// For its members, coordinators and admins.
#[utoipa::path(get, path = "/teams/{id}", tag = "teams", params(("id" = Uuid, Path)),
    responses((status = 200, body = Team), InvalidOrAbsent))]
async fn get_team(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<Json<Team>, ApiError> {
    database.one("SELECT * FROM convene.get_team($1, $2)", &[&actor.id, &id]).await.map(Json)
}

/// Give a team another name
///
/// For its owners, coordinators and admins.
#[utoipa::path(patch, path = "/teams/{id}", tag = "teams", params(("id" = Uuid, Path)), request_body = TeamChanges,
    responses((status = 200, body = Team), InvalidOrAbsent))]
async fn change_team(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(changes): extract::Json<TeamChanges>,
) -> Result<Json<Team>, ApiError> {
    let sql = "SELECT * FROM convene.change_team($1, $2, $3)";
    database.one(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// Remove a team
///
/// For its owners, coordinators and admins, once its event types are switched off. They go with it; meetings that were booked
/// stay.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", params(("id" = Uuid, Path)),
    responses((status = 204), Refusals))]
async fn delete_team(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.delete_team($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

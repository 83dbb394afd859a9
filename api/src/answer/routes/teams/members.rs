//! Who is in a team, and as what.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id, Query, Segment};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::answer::routes::words::TeamRole;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(list_members, add_member)))
        .routes(allow(auth::HOSTS, routes!(change_member, remove_member)))
        .routes(allow(auth::HOSTS, routes!(reassign_meetings)))
}

resource! {
    /// Somebody in a team.
    pub struct TeamMember {
        user_id: Uuid,
        name: String,
        #[schema(value_type = TeamRole)]
        role: String,
        /// Whether they can host anything: not if they were switched off or removed, or are a mentee by now.
        is_active: bool,
        joined_at: Timestamp,
    }
}

resource! {
    /// A meeting to come of somebody who leaves.
    pub struct MeetingToCome {
        booking_id: Uuid,
        event_type_id: Uuid,
        start_time: Timestamp,
        end_time: Timestamp,
        /// Who hosts it from now on; null: it stays with them.
        to_user_id: Option<Uuid>,
        /// Why it stays, where another host was looked for: a code, such as `TIME_NOT_AVAILABLE`.
        refusal: Option<String>,
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MembersQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// A mentor, coordinator or admin.
    user_id: Uuid,
    #[schema(value_type = Option<TeamRole>, default = "member")]
    role: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    #[schema(value_type = TeamRole)]
    role: String,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RemovalQuery {
    /// Whether the meetings that they host in turn go to other members.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    reassign: bool,
}

/// Who is in a team, by name
///
/// For its members, coordinators and admins.
#[utoipa::path(get, path = "/teams/{id}/members", tag = "teams", params(("id" = Uuid, Path), MembersQuery),
    responses((status = 200, body = Page<TeamMember>), InvalidOrAbsent))]
async fn list_members(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    list: List,
    Query(query): Query<MembersQuery>,
) -> Result<Json<Page<TeamMember>>, ApiError> {
    let (name, user_id) = position::<(String, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let sql = "SELECT * FROM convene.list_team_members($1, $2, $3, $4, $5)";
    let members = database.all(sql, &[&actor.id, &id, &query.limit.probe(), &name, &user_id]).await?;
    Ok(Json(Page::cut(members, query.limit, &list, |member: &TeamMember| (member.name.clone(), member.user_id))))
}

/// Add somebody to a team
///
/// For its owners, coordinators and admins. Which event types they host is said of each of those.
#[utoipa::path(post, path = "/teams/{id}/members", tag = "teams", params(("id" = Uuid, Path)), request_body = NewMember,
    responses((status = 201, body = TeamMember), Refusals))]
async fn add_member(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(wanted): extract::Json<NewMember>,
) -> Result<(StatusCode, Json<TeamMember>), ApiError> {
    let role = wanted.role.as_deref().unwrap_or("member");
    let sql = "SELECT * FROM convene.add_team_member($1, $2, $3, $4)";
    let member = database.one(sql, &[&actor.id, &id, &wanted.user_id, &role]).await?;
    Ok((StatusCode::CREATED, Json(member)))
}

/// Give a member another role in the team
///
/// For its owners, coordinators and admins. One owner remains.
#[utoipa::path(patch, path = "/teams/{id}/members/{user_id}", tag = "teams",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path)), request_body = MemberChange,
    responses((status = 200, body = TeamMember), Refusals))]
async fn change_member(
    actor: Actor,
    State(database): State<Database>,
    Segment((id, user_id)): Segment<(Uuid, Uuid)>,
    extract::Json(change): extract::Json<MemberChange>,
) -> Result<Json<TeamMember>, ApiError> {
    let sql = "SELECT * FROM convene.change_team_member($1, $2, $3, $4)";
    database.one(sql, &[&actor.id, &id, &user_id, &change.role]).await.map(Json)
}

/// Remove somebody from a team, or leave it
///
/// For its owners, coordinators, admins, and whoever leaves. One owner remains. The answer lists the meetings to come that they
/// host in turn, the first 200, and with `reassign` who hosts each from now on. Those for which nobody is free stay theirs.
#[utoipa::path(delete, path = "/teams/{id}/members/{user_id}", tag = "teams",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path), RemovalQuery),
    responses((status = 200, body = Page<MeetingToCome>), Refusals))]
async fn remove_member(
    actor: Actor,
    State(database): State<Database>,
    Segment((id, user_id)): Segment<(Uuid, Uuid)>,
    Query(query): Query<RemovalQuery>,
) -> Result<Json<Page<MeetingToCome>>, ApiError> {
    let sql = "SELECT * FROM convene.remove_team_member($1, $2, $3, $4)";
    let meetings = database.all(sql, &[&actor.id, &id, &user_id, &query.reassign]).await?;
    Ok(Json(Page::whole(meetings)))
}

/// Give the meetings that somebody hosts in turn to other members
///
/// Before they are removed as a user, or when they are away. For the team's owners, coordinators, admins, and them. The answer
/// is as that of removing them from the team.
#[utoipa::path(post, path = "/teams/{id}/members/{user_id}/reassign-meetings", tag = "teams",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path)),
    responses((status = 200, body = Page<MeetingToCome>), Refusals))]
async fn reassign_meetings(
    actor: Actor,
    State(database): State<Database>,
    Segment((id, user_id)): Segment<(Uuid, Uuid)>,
) -> Result<Json<Page<MeetingToCome>>, ApiError> {
    let sql = "SELECT * FROM convene.reassign_team_meetings($1, $2, $3)";
    Ok(Json(Page::whole(database.all(sql, &[&actor.id, &id, &user_id]).await?)))
}

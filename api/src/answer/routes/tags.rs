//! Tags, and the sender's own.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use tokio_postgres::Row;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use super::words::TagKind;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Query};
use crate::answer::page::Page;
use crate::answer::state::AppState;
use crate::database::{Database, FromRow, Recent, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_tags)))
        .routes(allow(auth::STAFF, routes!(create_tag)))
        .routes(allow(auth::ALL, routes!(get_my_tags)))
        .routes(allow(auth::ALL, routes!(set_my_tags)))
}

resource! {
    /// One of an organization's words for what people know and look for.
    pub struct Tag {
        id: Uuid,
        #[schema(value_type = TagKind)]
        kind: String,
        name: String,
        created_at: Timestamp,
    }
}

resource! {
    /// A tag that somebody has.
    pub struct UserTag {
        id: Uuid,
        #[schema(value_type = TagKind)]
        kind: String,
        name: String,
        /// manual: the user or staff said so. airtable: it comes from there, and stays until it goes there.
        source: String,
        /// Since when.
        created_at: Timestamp,
    }
}

/// A tag, and whether this request made it.
struct CreatedTag {
    tag: Tag,
    is_new: bool,
}

impl FromRow for CreatedTag {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { tag: Tag::from_row(row)?, is_new: row.try_get("is_new")? })
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TagsQuery {
    /// Only those of this kind.
    #[param(value_type = Option<TagKind>, inline)]
    kind: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTag {
    #[schema(value_type = TagKind)]
    kind: String,
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Climate")]
    name: String,
}

/// Which tags somebody is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TagChoice {
    #[schema(max_items = 50)]
    tag_ids: Vec<Uuid>,
}

/// The organization's tags, by kind and name
///
/// All on one page.
#[utoipa::path(get, path = "/tags", tag = "tags", params(TagsQuery),
    responses((status = 200, body = Page<Tag>), Invalid))]
async fn list_tags(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<TagsQuery>,
) -> Result<Json<Page<Tag>>, ApiError> {
    let tags = database.all(Recent("SELECT * FROM convene.list_tags($1, $2)"), &[&actor.id, &query.kind]).await?;
    Ok(Json(Page::whole(tags)))
}

/// Make a tag
///
/// Where there is one of that kind and name, whatever its case, it is the answer, with 200.
#[utoipa::path(post, path = "/tags", tag = "tags", request_body = NewTag,
    responses((status = 201, body = Tag), (status = 200, body = Tag), Invalid))]
async fn create_tag(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(body): extract::Json<NewTag>,
) -> Result<(StatusCode, Json<Tag>), ApiError> {
    let sql = "SELECT * FROM convene.create_tag($1, $2, $3)";
    let created: CreatedTag = database.one(sql, &[&actor.id, &body.kind, &body.name]).await?;
    let status = if created.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(created.tag)))
}

/// The sender's tags, by kind and name
#[utoipa::path(get, path = "/users/me/tags", tag = "tags", responses((status = 200, body = Page<UserTag>)))]
async fn get_my_tags(actor: Actor, State(database): State<Database>) -> Result<Json<Page<UserTag>>, ApiError> {
    let tags = database.all("SELECT * FROM convene.user_tags($1, $1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(tags)))
}

/// Choose the sender's tags
///
/// They replace those chosen before. Tags that come from Airtable stay.
#[utoipa::path(put, path = "/users/me/tags", tag = "tags", request_body = TagChoice,
    responses((status = 200, body = Page<UserTag>), InvalidOrAbsent))]
async fn set_my_tags(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(body): extract::Json<TagChoice>,
) -> Result<Json<Page<UserTag>>, ApiError> {
    let sql = "SELECT * FROM convene.set_user_tags($1, $1, $2)";
    let tags = database.all(sql, &[&actor.id, &body.tag_ids]).await?;
    Ok(Json(Page::whole(tags)))
}

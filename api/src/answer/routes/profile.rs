//! What users say about themselves.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Invalid;
use super::users::User;
use super::words::{Slug, TimeZone, WebAddress};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Change};
use crate::answer::page::Page;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(change_me)))
        .routes(allow(auth::ALL, routes!(list_my_urls, set_my_urls)))
}

/// What is to change: absent fields stay, null clears `title`, `company`, `bio` and `slug`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChanges {
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = r"\S", example = "Ada Lovelace")]
    name: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Founder")]
    title: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Analytical Engines")]
    company: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    bio: Change<String>,
    /// In the addresses of one's pages; no other user and no team of the organization has it.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Slug>)]
    slug: Change<String>,
    /// In which messages show times.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = TimeZone)]
    time_zone: Change<String>,
}

resource! {
    /// An address that a user shows the others.
    pub struct UserUrl {
        /// From 1.
        position: i32,
        label: String,
        url: String,
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUrl {
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Portfolio")]
    label: String,
    #[schema(value_type = WebAddress)]
    url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUrls {
    /// In the order in which they are shown.
    #[schema(max_items = 10)]
    urls: Vec<NewUrl>,
}

/// Change one's profile
#[utoipa::path(patch, path = "/users/me", tag = "users", request_body = ProfileChanges,
    responses((status = 200, body = User), Invalid))]
async fn change_me(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(changes): extract::Json<ProfileChanges>,
) -> Result<Json<User>, ApiError> {
    let sql = "SELECT * FROM convene.update_profile($1, $2)";
    database.one(sql, &[&actor.id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// The addresses one shows the others
#[utoipa::path(get, path = "/users/me/urls", tag = "users", responses((status = 200, body = Page<UserUrl>)))]
async fn list_my_urls(actor: Actor, State(database): State<Database>) -> Result<Json<Page<UserUrl>>, ApiError> {
    let urls = database.all("SELECT * FROM convene.list_user_urls($1, $1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(urls)))
}

/// Replace the addresses one shows the others
#[utoipa::path(put, path = "/users/me/urls", tag = "users", request_body = NewUrls,
    responses((status = 200, body = Page<UserUrl>), Invalid))]
async fn set_my_urls(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(body): extract::Json<NewUrls>,
) -> Result<Json<Page<UserUrl>>, ApiError> {
    let sql = "SELECT * FROM convene.set_user_urls($1, $2)";
    let urls = database.all(sql, &[&actor.id, &tokio_postgres::types::Json(body.urls)]).await?;
    Ok(Json(Page::whole(urls)))
}

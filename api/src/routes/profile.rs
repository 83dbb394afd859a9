//! What users say about themselves.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Invalid;
use super::users::User;
use crate::auth::{self, Actor, allow};
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::extract::{self, Change};
use crate::page::Page;
use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(change_me)))
        .routes(allow(auth::ALL, routes!(list_my_urls, set_my_urls)))
}

/// What is to change: absent fields stay, null clears `title`, `company` and `bio`.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ProfileChanges {
    /// 1 to 200 characters.
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String)]
    name: Change<String>,
    /// At most 200 characters.
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>)]
    title: Change<String>,
    /// At most 200 characters.
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>)]
    company: Change<String>,
    /// At most 2,000 characters.
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>)]
    bio: Change<String>,
    /// IANA zone in which messages show times.
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, example = "Europe/Berlin")]
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
    /// 1 to 100 characters.
    #[schema(example = "Portfolio")]
    label: String,
    /// http or https.
    #[schema(example = "https://example.org/work")]
    url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUrls {
    /// At most 10, in the order in which they are shown.
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

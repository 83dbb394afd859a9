//! Pages of hosts and teams, and of their event types.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use convene_providers::captcha::Captcha;
use http::request::Parts;
use serde::Deserialize;

use super::resource::{CaptchaWidget, PageRow, PublicEventType, PublicPage};
use crate::answer::auth::Anonymous;
use crate::answer::extract::{Query, Segment};
use crate::answer::page::Page;
use crate::answer::routes::guests::token_hash;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::state::AppState;
use crate::database::Database;
use crate::error::ApiError;

/// `{org}/{owner}/{slug}` of a route.
pub type PagePath = (String, String, String);

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The token of a private link, for an event type that is not public.
    #[param(max_length = 200)]
    link: Option<String>,
}

/// The page that a request names.
pub struct Named {
    path: PagePath,
    link: Option<String>,
}

impl FromRequestParts<AppState> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Segment(path) = Segment::<PagePath>::from_request_parts(parts, state).await?;
        let Query(PageQuery { link }) = Query::<PageQuery>::from_request_parts(parts, state).await?;
        Ok(Self { path, link })
    }
}

impl Named {
    /// Its event type. Refuses with `PAGE_NOT_FOUND`, whatever the reason.
    pub async fn find(&self, database: &Database) -> Result<PageRow, ApiError> {
        find(database, &self.path, self.link.as_deref()).await
    }

    /// Of the private link, as the database takes it.
    pub fn link_hash(&self) -> Option<Vec<u8>> {
        self.link.as_deref().map(|link| token_hash(link).to_vec())
    }
}

/// The event types of a host or a team
///
/// Those that everybody may book, by title, at most 200. A host without a short name is found by their id.
#[utoipa::path(get, path = "/public/{org}/{owner}", tag = "public",
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name")),
    responses((status = 200, body = Page<PublicEventType>), InvalidOrAbsent))]
pub async fn list_public_event_types(
    _: Anonymous,
    State(database): State<Database>,
    Segment((org, owner)): Segment<(String, String)>,
) -> Result<Json<Page<PublicEventType>>, ApiError> {
    let found = database.all("SELECT * FROM convene.public_event_types($1, $2)", &[&org, &owner]).await?;
    Ok(Json(Page::whole(found)))
}

/// One event type
///
/// Unknown, inactive and private ones are answered alike.
#[utoipa::path(get, path = "/public/{org}/{owner}/{slug}", tag = "public",
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name"),
        ("slug" = String, Path, description = "The event type's short name"), PageQuery),
    responses((status = 200, body = PublicPage), InvalidOrAbsent))]
pub async fn get_public_event_type(
    _: Anonymous,
    State(database): State<Database>,
    State(captcha): State<Option<Arc<Captcha>>>,
    named: Named,
) -> Result<Json<PublicPage>, ApiError> {
    let page = named.find(&database).await?;
    let captcha =
        captcha.map(|captcha| CaptchaWidget { provider: captcha.provider.name(), site_key: captcha.site_key.clone() });
    Ok(Json(page.shown(captcha)))
}

/// The event type of a page. Refuses with `PAGE_NOT_FOUND`, whatever the reason.
pub async fn find(database: &Database, (org, owner, slug): &PagePath, link: Option<&str>) -> Result<PageRow, ApiError> {
    let link = link.map(|link| token_hash(link).to_vec());
    database.one("SELECT * FROM convene.public_event_type($1, $2, $3, $4)", &[org, owner, slug, &link]).await
}

//! What booking pages tell of their visits.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Refusals;
use super::words::{PageStage, Slug};
use crate::answer::auth::{Anonymous, open};
use crate::answer::extract::{self, Segment};
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::database::Database;
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(open(Preset::Public, routes!(record_page_event)))
}

/// What happened on a page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PageEvent {
    #[schema(value_type = PageStage)]
    stage: String,
    /// A random key that the page makes for this visit, and forgets with it. A stage counts once for each key; without one it
    /// counts each time.
    #[schema(pattern = "^[A-Za-z0-9_-]{16,64}$", example = "Zk3vX0pQ7rT9uW1yB2cD")]
    visitor: Option<String>,
}

/// Count what happened on a booking page
///
/// Nothing about the visitor is stored. Of an event type that is private there is no such page.
#[utoipa::path(post, path = "/public/{org}/{owner}/{slug}/events", tag = "public", request_body = PageEvent,
    params(("org" = Slug, Path, description = "The organization's short name"),
        ("owner" = String, Path, description = "The team's short name, or the host's id"),
        ("slug" = Slug, Path, description = "The event type's short name")),
    responses((status = 204), Refusals))]
async fn record_page_event(
    _: Anonymous,
    State(database): State<Database>,
    Segment((org, owner, slug)): Segment<(String, String, String)>,
    extract::Json(event): extract::Json<PageEvent>,
) -> Result<StatusCode, ApiError> {
    let sql = "SELECT convene.record_page_event($1, $2, $3, $4, $5)";
    database.run(sql, &[&org, &owner, &slug, &event.stage, &event.visitor]).await?;
    Ok(StatusCode::NO_CONTENT)
}

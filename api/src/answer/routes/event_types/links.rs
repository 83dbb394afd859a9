//! Private links: whoever has one may book an event type.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id, Segment};
use crate::answer::page::Page;
use crate::answer::routes::responses::{InvalidOrAbsent, Refusals};
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::opaque_token::{BOOKING_LINK_PREFIX, generate, hash};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(list_links, create_link)))
        .routes(allow(auth::HOSTS, routes!(revoke_link)))
}

resource! {
    /// A private link, without its token.
    pub struct EventTypeLink {
        id: Uuid,
        event_type_id: Uuid,
        /// When it stops working; null is never.
        expires_at: Option<Timestamp>,
        /// How many bookings can be made with it; null is unlimited.
        uses_most: Option<i32>,
        /// How many were.
        uses: i32,
        created_at: Timestamp,
    }
}

#[derive(Serialize, ToSchema)]
struct NewLink {
    #[serde(flatten)]
    link: EventTypeLink,
    /// What the link carries. It is shown here and never again.
    #[schema(example = "cvp_…")]
    token: String,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PrivateLinkRequest {
    /// Without it the link works until it is taken back.
    #[serde(default, deserialize_with = "extract::instant")]
    #[schema(example = "2099-12-31T23:59:59Z")]
    expires_at: Option<Timestamp>,
    /// How many bookings can be made with it; any number, if absent.
    #[schema(minimum = 1, maximum = 100_000)]
    uses_most: Option<i32>,
}

/// The private links of an event type, newest first
#[utoipa::path(get, path = "/event-types/{id}/links", tag = "event-types", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<EventTypeLink>), InvalidOrAbsent))]
async fn list_links(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Page<EventTypeLink>>, ApiError> {
    let links = database.all("SELECT * FROM convene.list_event_type_links($1, $2)", &[&actor.id, &id]).await?;
    Ok(Json(Page::whole(links)))
}

/// Make a private link
///
/// Whoever has it may book the event type, private or not.
#[utoipa::path(post, path = "/event-types/{id}/links", tag = "event-types", params(("id" = Uuid, Path)),
    request_body = PrivateLinkRequest, responses((status = 201, body = NewLink), Refusals))]
async fn create_link(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(wanted): extract::Json<PrivateLinkRequest>,
) -> Result<(StatusCode, Json<NewLink>), ApiError> {
    let token = generate(BOOKING_LINK_PREFIX).map_err(|error| ApiError::internal(error.to_string()))?;
    let hash = hash(&token);
    let sql = "SELECT * FROM convene.create_event_type_link($1, $2, $3, $4, $5)";
    let PrivateLinkRequest { expires_at, uses_most } = &wanted;
    let link = database.one(sql, &[&actor.id, &id, &hash.as_slice(), expires_at, uses_most]).await?;
    Ok((StatusCode::CREATED, Json(NewLink { link, token })))
}

/// Take a private link back
///
/// What was booked with it stays.
#[utoipa::path(delete, path = "/event-types/{id}/links/{link_id}", tag = "event-types",
    params(("id" = Uuid, Path), ("link_id" = Uuid, Path)), responses((status = 204), InvalidOrAbsent))]
async fn revoke_link(
    actor: Actor,
    State(database): State<Database>,
    Segment((id, link_id)): Segment<(Uuid, Uuid)>,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.revoke_event_type_link($1, $2, $3)", &[&actor.id, &id, &link_id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

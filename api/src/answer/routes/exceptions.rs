//! Exceptions: requests to book a mentor beyond one's tier, once.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, Refusals};
use super::words::ExceptionStatus;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{self, Id, OptionalJson, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, FromRow, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::MENTEES, routes!(request_exception)))
        .routes(allow(auth::REQUESTERS, routes!(list_exceptions)))
        .routes(allow(auth::STAFF, routes!(approve_exception)))
        .routes(allow(auth::STAFF, routes!(reject_exception)))
}

resource! {
    /// A mentee's request to book a mentor beyond their tier.
    pub struct TierException {
        id: Uuid,
        mentee_id: Uuid,
        mentor_id: Uuid,
        reason: String,
        #[schema(value_type = ExceptionStatus)]
        status: String,
        /// Null when the clock rejected it.
        reviewed_by: Option<Uuid>,
        reviewed_at: Option<Timestamp>,
        review_notes: Option<String>,
        /// A pending request is rejected then; an approval lapses then.
        expires_at: Timestamp,
        /// When a booking consumed the approval.
        used_at: Option<Timestamp>,
        created_at: Timestamp,
    }
}

/// A request with its people's names, as it is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierExceptionView {
    #[serde(flatten)]
    exception: TierException,
    mentee_name: String,
    mentor_name: String,
}

impl FromRow for TierExceptionView {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            exception: TierException::from_row(row)?,
            mentee_name: row.try_get("mentee_name")?,
            mentor_name: row.try_get("mentor_name")?,
        })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewException {
    mentor_id: Uuid,
    #[schema(min_length = 10, max_length = 2000, example = "They built what we are about to build.")]
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Review {
    #[schema(max_length = 2000)]
    notes: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExceptionsQuery {
    /// Only those with this status.
    #[param(value_type = Option<ExceptionStatus>, inline)]
    status: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Ask to book a mentor beyond one's tier
#[utoipa::path(post, path = "/exceptions", tag = "exceptions", request_body = NewException,
    responses((status = 201, body = TierException), Refusals))]
async fn request_exception(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(body): extract::Json<NewException>,
) -> Result<(StatusCode, Json<TierException>), ApiError> {
    let sql = "SELECT * FROM convene.request_tier_override($1, $2, $3)";
    let exception = database.one(sql, &[&actor.id, &body.mentor_id, &body.reason]).await?;
    Ok((StatusCode::CREATED, Json(exception)))
}

/// Requests, newest first
///
/// Mentees see their own, coordinators and admins the organization's.
#[utoipa::path(get, path = "/exceptions", tag = "exceptions", params(ExceptionsQuery),
    responses((status = 200, body = Page<TierExceptionView>), Invalid))]
async fn list_exceptions(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<ExceptionsQuery>,
) -> Result<Json<Page<TierExceptionView>>, ApiError> {
    let (created, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let sql = "SELECT * FROM convene.list_tier_overrides($1, $2, $3, $4, $5)";
    let found = database.all(sql, &[&actor.id, &query.status, &query.limit.probe(), &created, &id]).await?;
    let key = |view: &TierExceptionView| (view.exception.created_at, view.exception.id);
    Ok(Json(Page::cut(found, query.limit, &list, key)))
}

/// Let the mentee book the mentor once
#[utoipa::path(post, path = "/exceptions/{id}/approve", tag = "exceptions", params(("id" = Uuid, Path)),
    request_body = Option<Review>, responses((status = 200, body = TierException), Refusals))]
async fn approve_exception(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    OptionalJson(body): OptionalJson<Review>,
) -> Result<Json<TierException>, ApiError> {
    let sql = "SELECT * FROM convene.review_tier_override($1, $2, true, $3)";
    database.one(sql, &[&id, &actor.id, &body.notes]).await.map(Json)
}

/// Turn the request down
#[utoipa::path(post, path = "/exceptions/{id}/reject", tag = "exceptions", params(("id" = Uuid, Path)),
    request_body = Option<Review>, responses((status = 200, body = TierException), Refusals))]
async fn reject_exception(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    OptionalJson(body): OptionalJson<Review>,
) -> Result<Json<TierException>, ApiError> {
    let sql = "SELECT * FROM convene.review_tier_override($1, $2, false, $3)";
    database.one(sql, &[&id, &actor.id, &body.notes]).await.map(Json)
}

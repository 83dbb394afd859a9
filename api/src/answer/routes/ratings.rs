//! Ratings as they are read. They are given with the booking.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, FromRow, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_ratings_received)))
        .routes(allow(auth::ALL, routes!(list_ratings_given)))
        .routes(allow(auth::ALL, routes!(list_mentor_ratings)))
}

resource! {
    /// A rating as it is read.
    pub struct GivenRating {
        id: Uuid,
        /// Null for those who only look at a mentor's ratings; so are rater and comment.
        booking_id: Option<Uuid>,
        rater_id: Option<Uuid>,
        rater_name: Option<String>,
        ratee_id: Uuid,
        ratee_name: String,
        /// 1 to 5.
        rating: i32,
        comment: Option<String>,
        created_at: Timestamp,
    }
}

/// A mentor's ratings.
#[derive(Serialize, ToSchema)]
struct MentorRatings {
    /// Of all ratings, to hundredths; null without one.
    average: Option<f64>,
    /// How many there are.
    count: i64,
    #[serde(flatten)]
    page: Page<GivenRating>,
}

struct Summary {
    average: Option<f64>,
    count: i64,
}

impl FromRow for Summary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { average: row.try_get("average")?, count: row.try_get("count")? })
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RatingsQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Ratings that somebody got, or gave.
const RECEIVED: &str = "received";
const GIVEN: &str = "given";

async fn page(
    actor: Actor,
    database: &Database,
    list: &List,
    query: &RatingsQuery,
    user_id: Uuid,
    side: &str,
) -> Result<Page<GivenRating>, ApiError> {
    let (time, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), list)?.unzip();
    let sql = "SELECT * FROM convene.list_ratings($1, $2, $3, $4, $5, $6)";
    let ratings = database.all(sql, &[&actor.id, &user_id, &side, &query.limit.probe(), &time, &id]).await?;
    Ok(Page::cut(ratings, query.limit, list, |rating: &GivenRating| (rating.created_at, rating.id)))
}

/// How the sender was rated, newest first
#[utoipa::path(get, path = "/users/me/ratings/received", tag = "users", params(RatingsQuery),
    responses((status = 200, body = Page<GivenRating>), Invalid))]
async fn list_ratings_received(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<RatingsQuery>,
) -> Result<Json<Page<GivenRating>>, ApiError> {
    page(actor, &database, &list, &query, actor.id, RECEIVED).await.map(Json)
}

/// How the sender rated others, newest first
#[utoipa::path(get, path = "/users/me/ratings/given", tag = "users", params(RatingsQuery),
    responses((status = 200, body = Page<GivenRating>), Invalid))]
async fn list_ratings_given(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<RatingsQuery>,
) -> Result<Json<Page<GivenRating>>, ApiError> {
    page(actor, &database, &list, &query, actor.id, GIVEN).await.map(Json)
}

/// A mentor's ratings, newest first, and their average
///
/// Who gave them, for which booking and with which comment is shown to the mentor, and to coordinators and admins.
#[utoipa::path(get, path = "/mentors/{id}/ratings", tag = "mentors", params(("id" = Uuid, Path), RatingsQuery),
    responses((status = 200, body = MentorRatings), InvalidOrAbsent))]
async fn list_mentor_ratings(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Id(id): Id,
    Query(query): Query<RatingsQuery>,
) -> Result<Json<MentorRatings>, ApiError> {
    let summary = "SELECT average, count FROM convene.mentor_rating($1, $2)";
    let Summary { average, count } = database.one(summary, &[&actor.id, &id]).await?;
    let page = page(actor, &database, &list, &query, id, RECEIVED).await?;
    Ok(Json(MentorRatings { average, count, page }))
}

//! When people signed in, tried to, and were signed out.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, Recent, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_own_sign_ins)))
        .routes(allow(auth::ADMINS, routes!(list_sign_ins)))
}

resource! {
    /// Something about a user's signing in.
    pub struct SignInEvent {
        seq: i64,
        /// signed_in; link_refused: a used or expired link of theirs was shown; signed_out: by themselves; ended: because they
        /// were switched off or removed.
        event: String,
        /// Null for a refused link.
        session_id: Option<Uuid>,
        occurred_at: Timestamp,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SignInsQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(inline)]
    cursor: Option<Cursor>,
}

async fn page(
    actor: Actor,
    database: &Database,
    list: &List,
    query: &SignInsQuery,
    user_id: Uuid,
) -> Result<Json<Page<SignInEvent>>, ApiError> {
    let before = position::<i64>(query.cursor.as_ref(), list)?;
    let sql = Recent("SELECT * FROM convene.list_sign_ins($1, $2, $3, $4)");
    let events = database.all(sql, &[&actor.id, &user_id, &query.limit.probe(), &before]).await?;
    Ok(Json(Page::cut(events, query.limit, list, |event: &SignInEvent| event.seq)))
}

/// When the sender signed in, tried to, and was signed out, newest first
///
/// Kept for 90 days.
#[utoipa::path(get, path = "/auth/sign-ins", tag = "auth", params(SignInsQuery),
    responses((status = 200, body = Page<SignInEvent>), Invalid))]
async fn list_own_sign_ins(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<SignInsQuery>,
) -> Result<Json<Page<SignInEvent>>, ApiError> {
    page(actor, &database, &list, &query, actor.id).await
}

/// When a user signed in, tried to, and was signed out, newest first
#[utoipa::path(get, path = "/admin/users/{id}/sign-ins", tag = "admin", params(("id" = Uuid, Path), SignInsQuery),
    responses((status = 200, body = Page<SignInEvent>), InvalidOrAbsent))]
async fn list_sign_ins(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Id(id): Id,
    Query(query): Query<SignInsQuery>,
) -> Result<Json<Page<SignInEvent>>, ApiError> {
    page(actor, &database, &list, &query, id).await
}

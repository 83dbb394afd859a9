//! What admins and coordinators did.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::answer::auth::Actor;
use crate::answer::extract::{Query, instant};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::database::{Database, Recent, resource};
use crate::error::ApiError;

resource! {
    /// Something that somebody of the staff did.
    pub struct AuditEntry {
        id: String,
        occurred_at: Timestamp,
        actor_id: Uuid,
        actor_name: String,
        /// Such as change_policy, or booking_canceled.
        action: String,
        /// To what kind of thing: organization, tier, user, location_preset, api_key, tier_override or booking.
        target_kind: String,
        /// Null for the organization itself.
        target_id: Option<String>,
        /// What changed, each before and after.
        #[schema(value_type = Object, example = json!({"minimum_notice_minutes": [0, 120]}))]
        details: Value,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only what this user did.
    actor_id: Option<Uuid>,
    /// Only this, such as change_policy or booking_canceled.
    #[param(example = "change_policy")]
    action: Option<String>,
    /// Only what was done at this instant or later.
    #[serde(default, deserialize_with = "instant")]
    from: Option<Timestamp>,
    /// Only what was done before this instant.
    #[serde(default, deserialize_with = "instant")]
    to: Option<Timestamp>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// What admins and coordinators did, newest first
#[utoipa::path(get, path = "/admin/audit-log", tag = "admin", params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>), InvalidOrAbsent))]
pub async fn list_audit_log(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let (before, before_id) = position::<(Timestamp, String)>(query.cursor.as_ref(), &list)?.unzip();
    let sql = Recent("SELECT * FROM convene.list_audit_log($1, $2, $3, $4, $5, $6, $7, $8)");
    let AuditQuery { actor_id, action, from, to, limit, .. } = &query;
    let entries =
        database.all(sql, &[&actor.id, &limit.probe(), &before, &before_id, actor_id, action, from, to]).await?;
    Ok(Json(Page::cut(entries, query.limit, &list, |entry: &AuditEntry| (entry.occurred_at, entry.id.clone()))))
}

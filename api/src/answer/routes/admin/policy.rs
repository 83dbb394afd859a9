//! The organization's numbers, and what each tier means.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::policy_changes::PolicyChanges;
use crate::answer::auth::Actor;
use crate::answer::extract::{self, Change, Segment};
use crate::answer::page::Page;
use crate::answer::routes::responses::Invalid;
use crate::answer::routes::words::{Tier, TimeZone};
use crate::database::{Database, Scalar, resource};
use crate::error::ApiError;

resource! {
    /// What a tier means.
    pub struct TierPolicy {
        #[schema(value_type = Tier)]
        tier: String,
        /// Lowest reputation of this tier.
        minimum_score: f64,
        /// Highest tier of mentor that mentees of this tier may book.
        #[schema(value_type = Tier)]
        highest_bookable_tier: String,
        /// Active bookings a mentee may have in an ISO week; null is unlimited.
        weekly_limit: Option<i32>,
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierChanges {
    /// 0 for bronze, and higher for every tier than for the one before.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = f64, minimum = 0, maximum = 5, example = 3.5)]
    minimum_score: Change<f64>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Tier, example = "gold")]
    highest_bookable_tier: Change<String>,
    /// Null is unlimited.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 0, example = 5)]
    weekly_limit: Change<i32>,
}

/// The organization's name, zone and numbers. docs/rules.md says what each is for.
///
/// The database reads and writes it as JSON; this struct only documents the fields.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that passes through")]
pub struct Policy {
    #[schema(min_length = 1, max_length = 200, example = "The accelerator")]
    name: String,
    #[schema(value_type = TimeZone)]
    time_zone: String,
    calendars_required: bool,
    closes_early: bool,
    #[schema(minimum = 1, maximum = 366)]
    slot_horizon_days: i32,
    #[schema(minimum = 0, maximum = 527040)]
    minimum_notice_minutes: i32,
    /// At most meeting_goal_max_chars.
    #[schema(minimum = 0, maximum = 20000)]
    meeting_goal_min_chars: i32,
    #[schema(minimum = 0, maximum = 20000)]
    meeting_goal_max_chars: i32,
    #[schema(minimum = 1, maximum = 3650)]
    pending_expiry_days: i32,
    #[schema(minimum = 1, maximum = 3650)]
    override_expiry_days: i32,
    #[schema(minimum = 1, maximum = 3650)]
    dormant_after_days: i32,
    #[schema(minimum = 0, maximum = 527040)]
    late_cancellation_minutes: i32,
    #[schema(minimum = 0, maximum = 5)]
    late_cancellation_penalty: f64,
    #[schema(minimum = 0, maximum = 3650)]
    late_cancellation_penalty_days: i32,
    #[schema(minimum = 1, maximum = 5)]
    default_rating: f64,
    #[schema(minimum = 0, maximum = 8760)]
    default_response_hours: f64,
    /// At most slow_response_hours.
    #[schema(minimum = 0, maximum = 8760)]
    fast_response_hours: f64,
    #[schema(minimum = 0, maximum = 8760)]
    slow_response_hours: f64,
    /// Not below normal_response_factor.
    #[schema(minimum = 0, maximum = 10)]
    fast_response_factor: f64,
    /// Not below slow_response_factor.
    #[schema(minimum = 0, maximum = 10)]
    normal_response_factor: f64,
    #[schema(minimum = 0, maximum = 10)]
    slow_response_factor: f64,
    #[schema(minimum = 0, maximum = 5)]
    tenure_bonus_per_month: f64,
    #[schema(minimum = 0, maximum = 5)]
    tenure_bonus_max: f64,
    #[schema(minimum = 0, maximum = 1000)]
    probation_ratings: i32,
    #[schema(minimum = 0, maximum = 5)]
    probation_score: f64,
    #[schema(minimum = 1, maximum = 1440)]
    calendar_fresh_minutes: i32,
    #[schema(minimum = 1, maximum = 1440)]
    calendar_stale_minutes: i32,
    /// Days after a meeting for which its guests' contact details are kept.
    #[schema(minimum = 1, maximum = 3650)]
    guest_retention_days: i32,
}

/// The organization's name, zone and numbers
///
/// docs/rules.md says what each number is for.
#[utoipa::path(get, path = "/admin/policy", tag = "admin", responses((status = 200, body = Policy)))]
pub async fn get_policy(actor: Actor, State(database): State<Database>) -> Result<Json<Value>, ApiError> {
    let Scalar(policy) = database.one("SELECT convene.get_policy($1)", &[&actor.id]).await?;
    Ok(Json(policy))
}

/// Change numbers of the organization
///
/// An object of the fields to change, named as `GET` shows them. They hold at once; scores follow in the night.
#[utoipa::path(patch, path = "/admin/policy", tag = "admin",
    request_body(content = PolicyChanges, example = json!({"minimum_notice_minutes": 120, "late_cancellation_penalty": 0.5})),
    responses((status = 200, body = Policy), Invalid))]
pub async fn change_policy(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(PolicyChanges(changes)): extract::Json<PolicyChanges>,
) -> Result<Json<Value>, ApiError> {
    let sql = "SELECT convene.change_policy($1, $2)";
    let Scalar(policy) = database.one(sql, &[&actor.id, &Value::Object(changes)]).await?;
    Ok(Json(policy))
}

/// What each tier means
#[utoipa::path(get, path = "/tiers", tag = "tiers", responses((status = 200, body = Page<TierPolicy>)))]
pub async fn list_tiers(actor: Actor, State(database): State<Database>) -> Result<Json<Page<TierPolicy>>, ApiError> {
    let tiers = database.all("SELECT * FROM convene.list_tier_policies($1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(tiers)))
}

/// Change what a tier means
///
/// Limits and reach hold at once; who is of which tier follows in the night.
#[utoipa::path(patch, path = "/admin/tiers/{tier}", tag = "admin", params(("tier" = inline(Tier), Path)),
    request_body = TierChanges, responses((status = 200, body = Page<TierPolicy>), Invalid))]
pub async fn change_tier(
    actor: Actor,
    State(database): State<Database>,
    Segment(tier): Segment<String>,
    extract::Json(changes): extract::Json<TierChanges>,
) -> Result<Json<Page<TierPolicy>>, ApiError> {
    let sql = "SELECT * FROM convene.change_tier_policy($1, $2, $3)";
    let tiers = database.all(sql, &[&actor.id, &tier, &tokio_postgres::types::Json(changes)]).await?;
    Ok(Json(Page::whole(tiers)))
}

//! Users and their reputation.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::InvalidOrAbsent;
use super::words::Tier;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::Id;
use crate::answer::state::AppState;
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::role::Role;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(get_me)))
        .routes(allow(auth::ALL, routes!(get_user)))
        .routes(allow(auth::ALL, routes!(get_reputation)))
}

resource! {
    /// A user.
    pub struct User {
        id: Uuid,
        /// The organization's short name.
        org_slug: String,
        email: Option<String>,
        name: String,
        #[schema(value_type = Role)]
        role: String,
        title: Option<String>,
        company: Option<String>,
        bio: Option<String>,
        /// Short name in the addresses of their pages.
        slug: Option<String>,
        /// IANA zone in which messages show times.
        time_zone: String,
        is_active: bool,
        /// 0 to 5, as last calculated.
        reputation_score: f64,
        #[schema(value_type = Tier)]
        reputation_tier: String,
        joined_at: Timestamp,
        /// To the day.
        last_activity_at: Timestamp,
        is_dormant: bool,
        /// Why they are suspended. For coordinators and admins.
        suspension_reason: Option<String>,
        /// When that ends by itself. For coordinators and admins.
        suspended_until: Option<Timestamp>,
    }
}

resource! {
    /// A reputation with everything it is made of: average rating × completion rate × responsiveness factor + tenure
    /// bonus − penalties, from 0 to 5, then probation.
    pub struct Reputation {
        /// 0 to 5.
        score: f64,
        #[schema(value_type = Tier)]
        tier: String,
        /// 1 to 5.
        average_rating: f64,
        ratings_count: i64,
        /// 0 to 1: completed of ended.
        completion_rate: f64,
        completed_count: i64,
        ended_count: i64,
        /// Mean time to answer a request.
        response_hours: f64,
        responsiveness_factor: f64,
        months_active: i32,
        tenure_bonus: f64,
        /// Live penalties together.
        penalties: f64,
        /// Before the limits and probation.
        raw_score: f64,
        is_probationary: bool,
    }
}

/// The sender
#[utoipa::path(get, path = "/users/me", tag = "users", responses((status = 200, body = User)))]
async fn get_me(actor: Actor, State(database): State<Database>) -> Result<Json<User>, ApiError> {
    database.one("SELECT * FROM convene.get_user($1, $1)", &[&actor.id]).await.map(Json)
}

/// A user of the organization
///
/// Everybody sees active mentors, and themselves; mentors see mentees they ever had a booking with; coordinators and
/// admins see everybody. The address is null for those who never had a booking with the user.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = Uuid, Path)),
    responses((status = 200, body = User), InvalidOrAbsent))]
async fn get_user(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<Json<User>, ApiError> {
    database.one("SELECT * FROM convene.get_user($1, $2)", &[&id, &actor.id]).await.map(Json)
}

/// A reputation as it comes out now
///
/// One's own; coordinators and admins see everybody's.
#[utoipa::path(get, path = "/users/{id}/reputation", tag = "users", params(("id" = Uuid, Path)),
    responses((status = 200, body = Reputation), InvalidOrAbsent))]
async fn get_reputation(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Reputation>, ApiError> {
    database.one("SELECT * FROM convene.calculate_reputation($1, $2)", &[&id, &actor.id]).await.map(Json)
}

//! Liveness, readiness, and the state of the database. Open to everybody, so it says little about the inside.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::header;
use http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Invalid;
use crate::answer::auth::{self, Anonymous, open};
use crate::answer::failure::ErrorBody;
use crate::answer::health::{HealthCheck, Versions};
use crate::answer::rate_limit::Preset;
use crate::answer::state::{AppState, Lifecycle};
use crate::error::{ApiError, Fault};
use crate::telemetry::RequestNotes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// Under `/v1`.
pub fn of_database() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(open(Preset::Public, routes!(database_health)))
}

/// A service that is ready.
#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "ready")]
    status: &'static str,
}

/// A process that answers.
#[derive(Serialize, ToSchema)]
struct Liveness {
    #[schema(example = "ok")]
    status: &'static str,
    /// Of the service.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// For how long it has been running.
    uptime_seconds: u64,
}

/// Whether the process answers; asks nobody else
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Liveness), Invalid))]
async fn healthz(State(lifecycle): State<Lifecycle>) -> Json<Liveness> {
    let uptime_seconds = lifecycle.uptime().as_secs();
    Json(Liveness { status: "ok", version: env!("CARGO_PKG_VERSION"), uptime_seconds })
}

/// Whether requests can be served: the database is there, migrated and takes writes, and nobody is shutting this down
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health), Invalid,
    (status = 503, description = "Not ready", body = ErrorBody)))]
async fn readyz(
    State(check): State<HealthCheck>,
    State(lifecycle): State<Lifecycle>,
) -> Result<Json<Health>, ApiError> {
    if lifecycle.is_stopping() {
        return Err(Fault::NotReady { problem: "the service is shutting down" }.into());
    }
    check.ready().await?;
    Ok(Json(Health { status: "ready" }))
}

/// A database that answers.
#[derive(Serialize, ToSchema)]
struct DatabaseReport {
    #[schema(example = "healthy")]
    status: &'static str,
    /// From the wait for a connection to the answer.
    #[schema(example = 0.731)]
    response_time_ms: f64,
    connections: ConnectionsReport,
    /// The answer is remembered for 30 seconds.
    checked_at: Timestamp,
    /// Only for coordinators and admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<VersionsReport>,
}

/// The connections of the instance that answers.
#[derive(Serialize, ToSchema)]
struct ConnectionsReport {
    /// In use.
    active: usize,
    idle: usize,
    total: usize,
}

#[derive(Serialize, ToSchema)]
struct VersionsReport {
    #[schema(example = "17.2")]
    postgres: String,
    /// Null when it is not installed.
    extension: Option<String>,
    /// The number of the last migration.
    schema: Option<i32>,
}

/// Whether the database answers, how fast, and on how many connections
#[utoipa::path(get, path = "/health/db", tag = "health", responses((status = 200, body = DatabaseReport),
    (status = 401, description = "Nobody is signed in with that token", body = ErrorBody),
    (status = 403, description = "Who is signed in with that token is suspended", body = ErrorBody)))]
async fn database_health(
    IsStaff(is_staff): IsStaff,
    State(check): State<HealthCheck>,
) -> Result<Json<DatabaseReport>, ApiError> {
    let health = check.database().await?;
    let Versions { postgres_version, extension_version, schema_version } = health.versions.clone();
    Ok(Json(DatabaseReport {
        status: "healthy",
        response_time_ms: (health.response_time.as_secs_f64() * 1e6).round() / 1e3,
        connections: ConnectionsReport {
            active: health.connections.used,
            idle: health.connections.idle,
            total: health.connections.used + health.connections.idle,
        },
        checked_at: health.checked_at,
        versions: is_staff.then_some(VersionsReport {
            postgres: postgres_version,
            extension: extension_version,
            schema: schema_version,
        }),
    }))
}

/// Whether a coordinator or an admin asks. A request without a token is not limited: the limits are in the database,
/// which may be down.
struct IsStaff(bool);

impl FromRequestParts<AppState> for IsStaff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(false));
        }
        Anonymous::from_request_parts(parts, state).await?;
        let actor = state.authenticator.identify(&parts.headers, &state.database).await?;
        if let Some(notes) = parts.extensions.get::<RequestNotes>() {
            notes.principal(actor.id);
        }
        Ok(Self(auth::STAFF.contains(&actor.role)))
    }
}

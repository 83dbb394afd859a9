//! Is it alive, and is it ready? Open to everybody, and silent about the inside.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::database::{Database, resource};
use crate::error::{ApiError, Fault};
use crate::state::{AppState, Lifecycle};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

resource! {
    /// What the database says of itself.
    pub struct Readiness {
        migrated: bool,
    }
}

/// Whether the process answers; asks nobody else
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health)))]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether requests can be served: the database is there and migrated, and nobody is shutting this down
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health),
    (status = 503, description = "Not ready", body = crate::error::ErrorBody)))]
async fn readyz(
    State(database): State<Database>,
    State(lifecycle): State<Lifecycle>,
) -> Result<Json<Health>, ApiError> {
    if lifecycle.is_stopping() {
        return Err(Fault::NotReady { problem: "the service is shutting down" }.into());
    }
    let readiness: Result<Readiness, ApiError> =
        database.one("SELECT migrated FROM convene.check_readiness()", &[]).await;
    match readiness {
        Ok(Readiness { migrated: true }) => Ok(Json(Health { status: "ready" })),
        Ok(Readiness { migrated: false }) => Err(Fault::NotReady { problem: "the database is not migrated" }.into()),
        // Before the first migration the function is not there, which is no fault of the service.
        Err(ApiError::Failed(fault)) if matches!(*fault, Fault::Internal { .. }) => {
            tracing::warn!(cause = fault.cause(), "not ready");
            Err(Fault::NotReady { problem: "the database is not migrated" }.into())
        }
        Err(other) => Err(other),
    }
}

//! Watching over the installation's jobs.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Invalid;
use crate::auth::{self, Actor, allow};
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::extract::{Query, Segment};
use crate::page::{Cursor, Limit, Page, position};
use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::STAFF, routes!(list_jobs)))
        .routes(allow(auth::STAFF, routes!(list_job_runs)))
}

resource! {
    /// A job that pg_cron runs, and how it went.
    pub struct Job {
        name: String,
        /// cron expression, GMT.
        schedule: String,
        description: String,
        last_run_at: Option<Timestamp>,
        /// success or failure.
        last_status: Option<String>,
        last_duration_ms: Option<f64>,
        /// What the last failed run said; later runs may have succeeded.
        last_error: Option<String>,
        last_failed_at: Option<Timestamp>,
        runs_24h: i64,
        failures_24h: i64,
        /// Whether a run that fell due more than 5 minutes ago is missing.
        is_overdue: bool,
    }
}

resource! {
    /// One run of a job.
    pub struct JobRun {
        id: i64,
        job_name: String,
        /// success or failure.
        status: String,
        message: Option<String>,
        duration_ms: Option<f64>,
        /// The SQLSTATE of a failure.
        #[schema(value_type = Option<Object>)]
        error_details: Option<Value>,
        created_at: Timestamp,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RunsQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Every job and how its runs went
#[utoipa::path(get, path = "/coordinator/jobs", tag = "coordinator", responses((status = 200, body = Page<Job>)))]
async fn list_jobs(actor: Actor, State(database): State<Database>) -> Result<Json<Page<Job>>, ApiError> {
    let jobs = database.all("SELECT * FROM convene.coordinator_jobs($1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(jobs)))
}

/// The runs of a job, newest first
#[utoipa::path(get, path = "/coordinator/jobs/{name}/runs", tag = "coordinator",
    params(("name" = String, Path), RunsQuery), responses((status = 200, body = Page<JobRun>), Invalid))]
async fn list_job_runs(
    actor: Actor,
    State(database): State<Database>,
    Segment(name): Segment<String>,
    Query(query): Query<RunsQuery>,
) -> Result<Json<Page<JobRun>>, ApiError> {
    let after = position::<i64>(query.cursor.as_ref(), "job-runs")?;
    let sql = "SELECT * FROM convene.coordinator_job_runs($1, $2, $3, $4)";
    let runs = database.all(sql, &[&actor.id, &name, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(runs, query.limit, "job-runs", |run: &JobRun| run.id)))
}

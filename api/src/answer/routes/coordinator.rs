//! Watching over the organization, and over the installation's jobs.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::Invalid;
use super::users::User;
use super::words::Tier;
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{Query, Segment};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, Recent, resource};
use crate::error::ApiError;
use crate::role::Role;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::STAFF, routes!(get_overview)))
        .routes(allow(auth::STAFF, routes!(list_users)))
        .routes(allow(auth::STAFF, routes!(list_jobs)))
        .routes(allow(auth::STAFF, routes!(list_job_runs)))
}

resource! {
    /// How the organization is doing.
    pub struct Overview {
        /// Meetings today in the organization's zone, requests included.
        bookings_today: i64,
        /// Of the organization's ISO week, by status.
        #[schema(value_type = Object, example = json!({"confirmed": 12, "pending": 3}))]
        bookings_this_week: Value,
        pending_requests: i64,
        oldest_pending_at: Option<Timestamp>,
        overrides_waiting: i64,
        oldest_override_at: Option<Timestamp>,
        /// Of meetings in the last 30 days.
        late_cancellations_30d: i64,
        /// Of meetings in the last 30 days.
        no_shows_30d: i64,
        /// In the next 7 days.
        slots_free_7d: i64,
        /// In the next 7 days.
        slots_booked_7d: i64,
        /// Active mentors with none in the next 14 days.
        mentors_without_free_slots: i64,
        /// Active users.
        #[schema(value_type = Object, example = json!({"mentee": 40, "mentor": 12}))]
        users_by_role: Value,
        /// Active mentors and mentees.
        #[schema(value_type = Object, example = json!({"bronze": 4, "silver": 40}))]
        users_by_tier: Value,
        dormant_users: i64,
        /// Jobs of the installation whose last run failed.
        jobs_failing: i64,
        /// Jobs of the installation that miss a run.
        jobs_overdue: i64,
    }
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
        /// When it last failed; later runs may have succeeded.
        last_failed_at: Option<Timestamp>,
        runs_24h: i64,
        failures_24h: i64,
        /// Mean duration of the runs in the last 24 hours; null without any.
        avg_duration_ms_24h: Option<f64>,
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
        duration_ms: Option<f64>,
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
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UsersQuery {
    /// Only those with this role.
    #[param(value_type = Option<Role>, inline)]
    role: Option<String>,
    /// Only those of this tier.
    #[param(value_type = Option<Tier>, inline)]
    tier: Option<String>,
    /// Whether they may sign in.
    active: Option<bool>,
    /// Whether they were found dormant.
    dormant: Option<bool>,
    /// Only users with this text, of whatever case, in name, address, title or company.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    q: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// How the organization is doing
#[utoipa::path(get, path = "/coordinator/overview", tag = "coordinator", responses((status = 200, body = Overview)))]
async fn get_overview(actor: Actor, State(database): State<Database>) -> Result<Json<Overview>, ApiError> {
    database.one(Recent("SELECT * FROM convene.coordinator_overview($1)"), &[&actor.id]).await.map(Json)
}

/// The organization's users, by name
#[utoipa::path(get, path = "/coordinator/users", tag = "coordinator", params(UsersQuery),
    responses((status = 200, body = Page<User>), Invalid))]
async fn list_users(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<UsersQuery>,
) -> Result<Json<Page<User>>, ApiError> {
    let (name, id) = position::<(String, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let UsersQuery { role, tier, active, dormant, q, limit, .. } = &query;
    let sql = Recent("SELECT * FROM convene.list_users($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    let users = database.all(sql, &[&actor.id, &limit.probe(), &name, &id, role, tier, active, dormant, q]).await?;
    Ok(Json(Page::cut(users, query.limit, &list, |user: &User| (user.name.clone(), user.id))))
}

/// Every job and how its runs went
#[utoipa::path(get, path = "/coordinator/jobs", tag = "coordinator", responses((status = 200, body = Page<Job>)))]
async fn list_jobs(actor: Actor, State(database): State<Database>) -> Result<Json<Page<Job>>, ApiError> {
    let jobs = database.all(Recent("SELECT * FROM convene.coordinator_jobs($1)"), &[&actor.id]).await?;
    Ok(Json(Page::whole(jobs)))
}

/// The runs of a job, newest first
#[utoipa::path(get, path = "/coordinator/jobs/{name}/runs", tag = "coordinator",
    params(("name" = String, Path, pattern = "^[a-z][a-z0-9_]*$", example = "dispatch_events"), RunsQuery), responses((status = 200, body = Page<JobRun>), Invalid))]
async fn list_job_runs(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Segment(name): Segment<String>,
    Query(query): Query<RunsQuery>,
) -> Result<Json<Page<JobRun>>, ApiError> {
    let after = position::<i64>(query.cursor.as_ref(), &list)?;
    let sql = Recent("SELECT * FROM convene.coordinator_job_runs($1, $2, $3, $4)");
    let runs = database.all(sql, &[&actor.id, &name, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(runs, query.limit, &list, |run: &JobRun| run.id)))
}

//! Tables of the pages for operators.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, html};

use crate::answer::health::DatabaseHealth;
use crate::error::ApiError;
use crate::telemetry::{Board, Finished, InFlight, JobHealth, RouteKey, RouteRecord, Sample, Telemetry, process};

/// Of a table, cell by cell.
pub type Lines = Vec<Vec<Markup>>;
type Routes = [(RouteKey, RouteRecord)];

pub fn table(headings: &[&str], lines: Lines) -> Markup {
    html! {
        @if lines.is_empty() { p { "Nothing." } } @else {
            table {
                thead { tr { @for heading in headings { th { (heading) } } } }
                tbody { @for line in lines { tr { @for cell in line { td { (cell) } } } } }
            }
        }
    }
}

pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! { table { @for (name, value) in facts { tr { th { (name) } td { (value) } } } } }
}

pub fn database(health: &Result<Arc<DatabaseHealth>, ApiError>) -> Vec<(&'static str, Markup)> {
    let health = match health {
        Ok(health) => health,
        Err(error) => return vec![("status", bad(true, &error.to_string())), ("cause", text(error.cause()))],
    };
    let (versions, pool) = (&health.versions, &health.connections);
    vec![
        ("status", text("healthy")),
        ("checked", at(health.checked_at)),
        ("answered in", time(health.response_time)),
        ("connections", text(format!("{} used, {} idle, {} at most", pool.used, pool.idle, pool.most))),
        ("waiting for one", bad(pool.waiting > 0, &pool.waiting.to_string())),
        ("Postgres", text(&versions.postgres_version)),
        ("extension", text(versions.extension_version.as_deref().unwrap_or("not installed"))),
        ("last migration", versions.schema_version.map_or_else(nothing, text)),
    ]
}

pub fn queues(sample: &Sample) -> Lines {
    let age = |seconds: f64| time(Duration::from_secs_f64(seconds.max(0.0)));
    sample
        .queues
        .iter()
        .map(|queue| vec![text(&queue.queue), text(queue.depth), queue.oldest_age.map_or_else(nothing, age)])
        .collect()
}

pub fn process(telemetry: &Telemetry) -> Vec<(&'static str, Markup)> {
    let mebibytes = |bytes: u64| text(format!("{:.1} MiB", bytes as f64 / 1_048_576.0));
    vec![
        ("version", text(env!("CARGO_PKG_VERSION"))),
        ("up for", time(telemetry.uptime())),
        ("memory", process::memory().map_or_else(nothing, mebibytes)),
        ("open files", process::files().map_or_else(nothing, text)),
        ("requests in progress", text(telemetry.board().in_flight().len())),
    ]
}

pub fn jobs(sample: &Sample) -> Lines {
    let took = |milliseconds: f64| time(Duration::from_secs_f64(milliseconds.max(0.0) / 1e3));
    let line = |job: &JobHealth| {
        let status = job.last_status.as_deref().unwrap_or("never ran");
        vec![
            text(&job.name),
            job.last_run_at.map_or_else(nothing, at),
            bad(status == "failure", status),
            job.last_duration_ms.map_or_else(nothing, took),
            job.last_success_at.map_or_else(nothing, at),
            text(job.runs_24h),
            bad(job.failures_24h > 0, &job.failures_24h.to_string()),
            bad(job.is_overdue, if job.is_overdue { "yes" } else { "no" }),
        ]
    };
    sample.jobs.iter().map(line).collect()
}

pub fn in_flight(board: &Board) -> Lines {
    let line = |request: InFlight| {
        vec![
            time(request.started.elapsed()),
            text(request.method),
            route(request.route.as_deref()),
            text(request.id.as_str()),
            request.notes.known_principal().map_or_else(nothing, text),
        ]
    };
    board.in_flight().into_iter().map(line).collect()
}

pub fn failed(routes: &Routes) -> Lines {
    finished(routes, |record| &record.recently_failed)
}

pub fn slow(routes: &Routes) -> Lines {
    finished(routes, |record| &record.recently_slow)
}

/// The latest first.
fn finished(routes: &Routes, which: fn(&RouteRecord) -> &VecDeque<Finished>) -> Lines {
    let mut requests: Vec<&Finished> = routes.iter().flat_map(|(_, record)| which(record)).collect();
    requests.sort_by_key(|request| std::cmp::Reverse(request.ended));
    let line = |request: &Finished| {
        vec![
            time(request.ended.elapsed()),
            time(request.duration),
            text(request.method),
            route(request.route.as_deref()),
            request.status.map_or_else(nothing, text),
            request.problem.as_ref().map_or_else(nothing, text),
            text(request.id.as_str()),
            request.principal.map_or_else(nothing, text),
        ]
    };
    requests.into_iter().map(line).collect()
}

pub fn routes(routes: &Routes) -> Lines {
    let line = |((template, method), record): &(RouteKey, RouteRecord)| {
        let mean = record.total.div_f64(record.count.max(1) as f64);
        vec![
            text(method),
            route(template.as_deref()),
            text(record.count),
            text(record.refused),
            bad(record.failed > 0, &record.failed.to_string()),
            time(mean),
            time(record.longest),
        ]
    };
    routes.iter().map(line).collect()
}

fn text(value: impl std::fmt::Display) -> Markup {
    html! { (value.to_string()) }
}

fn nothing() -> Markup {
    html! { "–" }
}

fn at(instant: Timestamp) -> Markup {
    text(instant.strftime("%F %T UTC"))
}

fn route(template: Option<&str>) -> Markup {
    text(template.unwrap_or("(none)"))
}

/// A value that is highlighted where it is a problem.
fn bad(is_bad: bool, value: &str) -> Markup {
    html! { span class=[is_bad.then_some("bad")] { (value) } }
}

fn time(duration: Duration) -> Markup {
    let seconds = duration.as_secs_f64();
    text(match duration.as_secs() {
        0 => format!("{:.1} ms", seconds * 1e3),
        1..120 => format!("{seconds:.1} s"),
        120..7200 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    })
}

//! `/zpages`: the state of this instance for operators, beyond what metrics show. Plain pages that load nothing.

use axum::extract::State;
use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::InternalState;
use super::tables::{self, Lines};
use crate::config::SETTINGS;

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222}\
    table{border-collapse:collapse;margin:.5em 0 2em}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:left}\
    .bad{color:#b00;font-weight:600}nav a{margin-right:1.5em}code{font-size:12px}";

const PAGES: [(&str, &str); 4] = [
    ("/zpages", "Overview"),
    ("/zpages/requests", "Requests"),
    ("/zpages/jobs", "Jobs"),
    ("/zpages/config", "Configuration"),
];

/// The database, its pool, queues, and the process.
pub async fn overview(State(state): State<InternalState>) -> Html<String> {
    let sample = state.sampler.refresh().await;
    let health = state.health.database().await;
    page(
        "Overview",
        html! {
            h2 { "Database" }
            (tables::facts(&tables::database(&health)))
            h2 { "Queues" }
            (tables::table(&["queue", "waiting", "oldest"], tables::queues(&sample)))
            h2 { "This instance" }
            (tables::facts(&tables::process(&state.telemetry)))
        },
    )
}

/// Requests in progress, and those that recently were slow or failed.
pub async fn requests(State(state): State<InternalState>) -> Html<String> {
    let board = state.telemetry.board();
    let routes = board.routes();
    let headings = ["ago", "duration", "method", "route", "status", "problem", "request id", "principal"];
    let finished = |title: &str, lines: Lines| html! { h2 { (title) } (tables::table(&headings, lines)) };
    page(
        "Requests",
        html! {
            p { "Of this instance, since it started. In its log a request is found by its id." }
            h2 { "In progress" }
            (tables::table(&["for", "method", "route", "request id", "principal"], tables::in_flight(board)))
            (finished("Recently failed", tables::failed(&routes)))
            (finished("Recently slow", tables::slow(&routes)))
            h2 { "By route" }
            (tables::table(&["method", "route", "count", "4xx", "failed", "mean", "longest"], tables::routes(&routes)))
        },
    )
}

/// How jobs went.
pub async fn jobs(State(state): State<InternalState>) -> Html<String> {
    let sample = state.sampler.refresh().await;
    let headings =
        ["job", "last run", "outcome", "took", "last success", "runs in 24 h", "failures in 24 h", "is overdue"];
    page(
        "Jobs",
        html! {
            p { "What a failed one said: " code { "SELECT * FROM convene.job_failures" } }
            (tables::table(&headings, tables::jobs(&sample)))
        },
    )
}

/// The settings, without secrets.
pub async fn configuration() -> Html<String> {
    let rows = SETTINGS.iter().map(|setting| {
        vec![html! { code { (setting.name) } }, html! { (setting.shown()) }, html! { (setting.meaning) }]
    });
    page("Configuration", tables::table(&["setting", "value", "meaning"], rows.collect()))
}

fn page(title: &str, content: Markup) -> Html<String> {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Convene: " (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                nav { @for (path, name) in PAGES { a href=(path) { (name) } } a href="/metrics" { "Metrics" } }
                h1 { (title) }
                (content)
            }
        }
    };
    Html(markup.into_string())
}

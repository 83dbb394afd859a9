//! The lists in the documents agree with the code, and links lead somewhere. This needs no database, so `make lint` runs
//! it too. `make docs` writes what is out of date.

// What fails here should fail the test on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stale_documents;

use convene_api::config::SETTINGS;
use convene_api::error::{ApiError, codes};
use convene_api::telemetry::METRICS;
use serde_json::Value;
use support::{document, links, refusals};

#[test]
fn every_refusal_is_in_the_list() {
    let refusals = refusals::one_of_each();
    let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes, refusals::all_codes());

    let rows = refusals.iter().map(|refusal| {
        let status = ApiError::Refused(refusal.clone()).status();
        let details = refusal.details();
        let facts: Vec<String> =
            details.as_object().into_iter().flatten().map(|(name, _)| format!("`{name}`")).collect();
        vec![
            format!("`{}`", refusal.code()),
            status.as_u16().to_string(),
            refusal.sqlstate().code().to_owned(),
            refusal.to_string(),
            refusal.hint().to_owned(),
            facts.join(", "),
        ]
    });
    let table = document::table(&["code", "HTTP", "SQLSTATE", "message, for example", "hint", "details"], rows);
    document::check_part("docs/refusals.md", "refusals", &table);
}

#[test]
fn every_metric_is_in_the_list() {
    let rows = METRICS.iter().map(|metric| {
        let labels: Vec<String> = metric.prometheus_labels().map(|label| format!("`{label}`")).collect();
        let (name, unit) = (format!("`{}`", metric.prometheus_name()), metric.unit.to_owned());
        vec![name, format!("{:?}", metric.kind).to_lowercase(), unit, labels.join(", "), metric.meaning.to_owned()]
    });
    let table = document::table(&["metric", "kind", "unit", "labels", "meaning"], rows);
    document::check_part("docs/operations.md", "metrics", &table);
}

#[test]
fn every_setting_is_in_the_list() {
    let rows = SETTINGS.iter().map(|setting| {
        let default = setting.default.map(|value| format!("`{value}`"));
        vec![format!("`{}`", setting.name), default.unwrap_or_default(), setting.meaning.to_owned()]
    });
    let table = document::table(&["variable", "default", "meaning"], rows);
    document::check_part("docs/operations.md", "settings", &table);
}

#[test]
fn every_route_is_in_the_list() {
    let api = serde_json::to_value(convene_api::openapi_document()).unwrap();
    let mut rows = Vec::new();
    for (path, operations) in api["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let roles: Vec<&str> =
                operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let open_to = if roles.is_empty() { "everybody, without signing in".to_owned() } else { roles.join(", ") };
            let summary = operation["summary"].as_str().unwrap_or_default().to_owned();
            rows.push(vec![format!("`{} {path}`", method.to_uppercase()), summary, open_to]);
        }
    }
    document::check_part("docs/http.md", "routes", &document::table(&["route", "what it does", "open to"], rows));
}

#[test]
fn every_code_of_the_service_is_explained() {
    let document = document::read("docs/http.md");
    let (_, errors) = document.split_once("## Errors").unwrap();
    let (errors, _) = errors.split_once("## Routes").unwrap();
    let absent: Vec<&str> = codes().filter(|code| !errors.contains(&format!("`{code}`"))).collect();
    assert_eq!(absent, [] as [&str; 0]);
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for document in document::all() {
        broken.extend(links::broken(&document));
    }
    assert_eq!(broken, Vec::<String>::new());
}

//! Errors, and the limit of calls.

use std::time::Duration;

use convene_fakes::airtable::RateLimit;
use convene_fakes::{Calls, Fault, Faults};
use serde_json::json;

use super::{HOOKS, connected};
use crate::http::Http;

const PATH: &str = "/v0/appA/tblPeople";

#[tokio::test]
async fn errors_are_an_object_or_a_string() {
    let (airtable, http) = connected().await;
    let wrong = Http::new(airtable.url(), "guessed").get(PATH).await;
    assert_eq!((wrong.status, &wrong.json["error"]["type"]), (401, &json!("AUTHENTICATION_REQUIRED")));
    let unknown = http.get("/v0/appB/tblPeople").await;
    assert_eq!(
        (unknown.status, &unknown.json["error"]["type"]),
        (403, &json!("INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"))
    );
    assert_eq!(http.get("/v0/appA/tblNone").await.status, 403);
    let missing = http.get(&format!("{HOOKS}/achNone/payloads")).await;
    assert_eq!((missing.status, missing.json), (404, json!({ "error": "NOT_FOUND" })));
    airtable.revoke();
    assert_eq!(http.get(PATH).await.status, 401);
}

#[tokio::test]
async fn a_sixth_call_in_a_second_closes_the_base_for_half_a_minute() {
    let (airtable, http) = connected().await;
    airtable.set_rate_limit(RateLimit::FivePerSecond);
    for _ in 0..5 {
        assert_eq!(http.get(PATH).await.status, 200);
    }
    let limited = http.get(PATH).await;
    assert_eq!((limited.status, limited.retry_after), (429, None));
    airtable.pass(Duration::from_secs(29));
    assert_eq!(http.get(PATH).await.status, 429);
    airtable.pass(Duration::from_secs(30));
    assert_eq!(http.get(PATH).await.status, 200);
}

#[tokio::test]
async fn a_fault_can_limit_calls_too() {
    let (airtable, http) = connected().await;
    airtable.set_faults(Faults::none().next(1, Calls::any(), Fault::RateLimited).next(
        1,
        Calls::any(),
        Fault::Status(503),
    ));
    assert_eq!(http.get(PATH).await.status, 429);
    assert_eq!(http.get(PATH).await.status, 503);
    assert_eq!(http.get(PATH).await.status, 200);
    assert_eq!(airtable.calls_to("GET", "/v0/{base}/{table}"), 3);
}

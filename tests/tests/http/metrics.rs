//! What `/metrics` says.

use std::collections::BTreeSet;
use std::time::Duration;

use convene_api::telemetry::{Kind, METRICS};
use serde_json::json;
use support::metrics::Metrics;
use support::{Service, Sql, World, days};

async fn scrape(service: &Service) -> Metrics {
    let reply = service.operator().get("/metrics").await;
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    Metrics::read(reply.body.as_str().expect("text"))
}

#[tokio::test]
async fn every_metric_in_the_list_is_there_and_no_other() {
    let world = World::new().await;
    world.admin.run("CALL convene.run_job('generate_time_slots')").await;
    let service =
        Service::start_with(&world.database, &[("CONVENE_POOL_SIZE", "1"), ("CONVENE_POOL_WAIT", "500ms")]).await;
    let lock = Sql::connect(&world.database.admin()).await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    // For the workers.
    world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    lock.run("BEGIN; LOCK TABLE convene.users").await;
    let (_, too_late) =
        tokio::join!(tokio::time::timeout(Duration::from_millis(900), client.book(&slot, "one")), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            client.get("/v1/mentors").await
        },);
    lock.run("ROLLBACK").await;
    assert_eq!(too_late.status, 503);
    let unknown = client.get("/v1/bookings/019c0000-0000-7000-8000-000000000001").await;
    assert_eq!(unknown.code(), "BOOKING_NOT_FOUND");

    let metrics = loop {
        let metrics = scrape(&service).await;
        // The workers wait longer after they found no connection.
        let have_worked = metrics.families.contains_key("convene_queue_work_duration_seconds");
        if have_worked && metrics.get("convene_database_up", &[]) == Some(1.0) {
            break metrics;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };

    // Nothing is said of a replica where there is none.
    for metric in METRICS.iter().filter(|metric| metric.prometheus_name() != "convene_replica_age_seconds") {
        let name = metric.prometheus_name();
        let family = metrics.families.get(&name).unwrap_or_else(|| panic!("{name} is missing: {:?}", metrics.families));
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(family.kind, kind, "{name}");
        assert_eq!(family.labels, metric.prometheus_labels().collect::<BTreeSet<_>>(), "{name}");
    }
    let known: BTreeSet<String> = METRICS.iter().map(|metric| metric.prometheus_name()).collect();
    let others: Vec<&String> = metrics.families.keys().filter(|name| !known.contains(*name)).collect();
    assert_eq!(others, ["target_info"]);
}

#[tokio::test]
async fn requests_are_counted_by_the_template_of_their_route_and_refusals_by_their_code() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    for id in ["019c0000-0000-7000-8000-000000000001", "019c0000-0000-7000-8000-000000000002", "nonsense"] {
        client.get(&format!("/v1/bookings/{id}")).await;
    }
    service.anonymous().get("/v1/bookings").await;
    service.anonymous().get("/somebody@example.org").await;
    service.anonymous().request("BREW".parse().unwrap(), "/healthz").send().await.unwrap();

    let metrics = scrape(&service).await;

    let requests = |labels: &[_]| metrics.get("http_server_request_duration_seconds_count", labels);
    let route = ("http_route", "/v1/bookings/{id}");
    assert_eq!(requests(&[route, ("http_request_method", "GET"), ("http_response_status_code", "404")]), Some(2.0));
    assert_eq!(requests(&[route, ("http_response_status_code", "400")]), Some(1.0));
    assert_eq!(requests(&[("http_route", "/v1/bookings"), ("http_response_status_code", "401")]), Some(1.0));
    assert_eq!(requests(&[("http_request_method", "_OTHER")]), Some(1.0));
    assert!(metrics.values("http_route").iter().all(|route| !route.contains('@')), "{metrics:?}");
    assert_eq!(metrics.get("convene_refusals_total", &[("code", "BOOKING_NOT_FOUND")]), Some(2.0));
    assert_eq!(metrics.get("convene_refusals_total", &[("code", "UNAUTHORIZED")]), Some(1.0));
    assert_eq!(
        metrics.get("db_client_operation_duration_seconds_count", &[("db_stored_procedure_name", "get_booking")]),
        Some(2.0)
    );
    assert_eq!(metrics.get("http_server_active_requests", &[]), Some(0.0));
}

#[tokio::test]
async fn what_waits_and_how_jobs_went_is_told() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_WORKERS", "false")]).await;
    world.booking(&world.mentee().await, &world.mentor().await, days(2)).await;
    world.admin.run("UPDATE convene.booking_events SET occurred_at = occurred_at - interval '1 hour'").await;
    world.admin.run("CALL convene.run_job('mark_dormant_users')").await;
    world.admin.run("SELECT convene.log_job_failure('purge_logs', 'it broke', 1500, '{}')").await;

    let metrics = scrape(&service).await;

    let of = |name: &str, label: (&str, &str)| metrics.get(name, &[label]);
    let events = ("queue", "booking_events");
    assert_eq!(of("convene_queue_depth", events), Some(1.0));
    assert!((3600.0..3700.0).contains(&of("convene_queue_oldest_age_seconds", events).unwrap()));
    assert_eq!(of("convene_queue_depth", ("queue", "email_deliveries")), Some(0.0));
    assert_eq!(of("convene_queue_oldest_age_seconds", ("queue", "email_deliveries")), Some(0.0));
    assert!(of("convene_job_last_success_seconds", ("job", "mark_dormant_users")).unwrap() > 1.7e9);
    assert_eq!(of("convene_job_last_success_seconds", ("job", "purge_logs")), None);
    assert_eq!(of("convene_job_last_duration_seconds", ("job", "purge_logs")), Some(1.5));
    let failures = [("job", "purge_logs"), ("outcome", "failure")];
    assert_eq!(metrics.get("convene_job_recent_runs", &failures), Some(1.0));
    assert_eq!(of("convene_job_overdue", ("job", "purge_logs")), Some(0.0));
    assert!((1e6..1e9).contains(&metrics.get("process_memory_usage_bytes", &[]).unwrap()));
    assert_eq!(metrics.get("db_client_connection_max", &[]), Some(16.0));
}

#[tokio::test]
async fn metrics_are_served_without_a_database_and_not_to_the_public() {
    let world = World::new().await;
    let nowhere = [("CONVENE_DATABASE_URL", "postgres://convene_service@127.0.0.1:1/convene")];
    let service = Service::start_with(&world.database, &nowhere).await;

    let metrics = scrape(&service).await;

    assert_eq!(metrics.get("convene_database_up", &[]), Some(0.0));
    assert_eq!(metrics.get("convene_queue_depth", &[]), None);
    assert_eq!(service.anonymous().get("/metrics").await.outcome(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn a_client_that_leaves_is_counted_and_logged() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let lock = Sql::connect(&world.database.admin()).await;
    lock.run("BEGIN; LOCK TABLE convene.users").await;
    let patience = Duration::from_millis(200);
    let body = json!({ "mentor_id": "019c0000-0000-7000-8000-000000000001", "reason": "Because I can wait" });
    assert!(tokio::time::timeout(patience, client.post("/v1/exceptions", body)).await.is_err());
    tokio::time::sleep(patience).await;
    lock.run("ROLLBACK").await;

    let metrics = scrape(&service).await;

    let left = [("http_route", "/v1/exceptions"), ("error_type", "canceled")];
    assert_eq!(metrics.get("http_server_request_duration_seconds_count", &left), Some(1.0));
    assert!(service.log().contains("/v1/exceptions"), "{}", service.log());
}

#[tokio::test]
async fn an_address_that_somebody_chose_must_be_free() {
    let world = World::new().await;
    let first = Service::start(&world.database).await;
    let database = support::surroundings::url_of(&world.database.role("convene_service"));
    let settings = [
        ("CONVENE_DATABASE_URL", &*database),
        ("CONVENE_LISTEN", "127.0.0.1:0"),
        ("CONVENE_INTERNAL_LISTEN", &first.internal),
    ];

    let second = support::program::convene(&["serve"], &settings).await;

    assert_eq!(second.code, 1);
    assert!(second.stderr.contains(&format!("cannot listen on {}", first.internal)), "{}", second.stderr);
}

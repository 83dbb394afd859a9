//! Telemetry that is sent to a collector.

use std::time::{Duration, Instant};

use convene_api::telemetry::METRICS;
use support::collector::Collector;
use support::{Service, World, days};

fn hurried(address: &str) -> [(&str, &str); 3] {
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
        ("OTEL_METRIC_EXPORT_INTERVAL", "300"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ]
}

#[tokio::test]
async fn a_collector_gets_metrics_and_the_spans_of_requests_with_their_calls() {
    let (world, collector) = (World::new().await, Collector::start().await);
    let mut service = Service::start_with(&world.database, &hurried(&collector.address)).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, days(2)).await;
    assert_eq!(client.book(&slot, "a-key-of-mine").await.status, 201);
    client.get(&format!("/v1/bookings?email={}", mentor.email)).await;
    let traced = client
        .request("GET".parse().unwrap(), "/v1/mentors")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .header("x-request-id", "the-traced-one");
    traced.send().await.unwrap();
    while !collector.metrics().iter().any(|name| name == "convene.queue.depth") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(service.stop().await);

    let spans = collector.spans();
    let booking = spans.iter().find(|span| span.name == "POST /v1/bookings").expect("a span of the request");
    let call = spans.iter().find(|span| span.name == "create_booking_atomic").expect("a span of the call");
    assert_eq!((&call.trace_id, &call.parent_span_id), (&booking.trace_id, &booking.span_id));
    let traced = spans.iter().find(|span| span.name == "GET /v1/mentors").unwrap();
    assert_eq!(
        traced.trace_id,
        [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c]
    );
    assert!(collector.knows("the-traced-one"));
    let metrics = collector.metrics();
    for name in ["http.server.request.duration", "db.client.operation.duration", "convene.queue.depth"] {
        assert!(METRICS.iter().any(|metric| metric.name == name), "{name} is no metric");
        assert!(metrics.iter().any(|sent| sent == name), "no {name} in {metrics:?}\n{}", service.log());
    }
    for secret in ["a-key-of-mine", &mentee.email, &mentor.email, support::world::GOAL] {
        assert!(!collector.knows(secret), "{secret} was sent");
    }
}

#[tokio::test]
async fn a_collector_that_is_not_there_harms_nothing() {
    let world = World::new().await;
    let mut service = Service::start_with(&world.database, &hurried("http://127.0.0.1:1")).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    for _ in 0..50 {
        assert_eq!(client.get("/v1/mentors").await.status, 200);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let warnings = service.log().matches("the collector does not take telemetry").count();
    assert!((1..=2).contains(&warnings), "once for traces and once for metrics, not {warnings} times");
    let asked = Instant::now();
    assert!(service.stop().await);
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn an_address_that_is_not_one_keeps_the_service_from_starting() {
    for address in ["collector", "https://collector.example", "http://user:word@collector", "http://collector/?a=b"] {
        let ended = support::program::convene(&["config"], &[("OTEL_EXPORTER_OTLP_ENDPOINT", address)]).await;
        assert_eq!(ended.code, 1, "{address}");
        assert!(ended.stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{}", ended.stderr);
    }
}

//! How the database is.

use serde_json::json;
use support::metrics::Metrics;
use support::surroundings::surroundings;
use support::{Service, Sql, TestDatabase, World};

const PATH: &str = "/v1/health/db";

#[tokio::test]
async fn everybody_sees_that_the_database_answers_and_only_staff_what_it_is_made_of() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;

    let report = service.anonymous().get(PATH).await;

    assert_eq!((report.status, &report.body["status"]), (200, &json!("healthy")));
    assert!((0.0..5000.0).contains(&report.body["response_time_ms"].as_f64().unwrap()), "{}", report.body);
    let connections = |state: &str| report.body["connections"][state].as_u64().unwrap();
    assert!(connections("total") >= 1 && connections("active") + connections("idle") == connections("total"));
    assert_eq!(report.body["versions"], json!(null));
    let of = async |user| service.signed_in(&world, &user).await.get(PATH).await.body["versions"].clone();
    assert_eq!(of(world.mentee().await).await, json!(null));
    let versions = of(world.coordinator().await).await;
    let server: String = world.admin.value("SELECT current_setting('server_version')", &[]).await;
    assert_eq!((&versions["postgres"], &versions["extension"]), (&json!(server), &json!("0.1.0")));
    assert!(versions["schema"].as_i64().unwrap() >= 8, "{versions}");
    assert_eq!(service.with_token(Some("cvs_nobodys")).get(PATH).await.status, 401);
}

#[tokio::test]
async fn a_living_process_says_what_it_is_and_for_how_long_it_has_lived() {
    let service = Service::start(&TestDatabase::empty().await).await;
    let first = service.anonymous().get("/healthz").await.body;
    assert_eq!((&first["status"], &first["version"]), (&json!("ok"), &json!(env!("CARGO_PKG_VERSION"))));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let later = service.anonymous().get("/healthz").await.body;
    assert!(later["uptime_seconds"].as_u64() > first["uptime_seconds"].as_u64(), "{first} {later}");
}

#[tokio::test]
async fn many_who_ask_whether_it_is_ready_make_one_call_a_second() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let began = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(service.anonymous().get("/readyz").await.status, 200);
    }
    let seconds = began.elapsed().as_secs() + 1;

    let text = service.operator().get("/metrics").await.body;
    let function = [("db_stored_procedure_name", "check_readiness")];
    let metrics = Metrics::read(text.as_str().unwrap());
    let calls = metrics.get("db_client_operation_duration_seconds_count", &function).unwrap();
    assert!((1.0..=seconds as f64).contains(&calls), "{calls} calls in {seconds} s");
}

#[tokio::test]
async fn the_answer_is_remembered() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let first = service.anonymous().get(PATH).await.body;
    assert_eq!(service.anonymous().get(PATH).await.body, first);
}

#[tokio::test]
async fn a_database_that_is_away_or_empty_or_does_not_answer_in_time_is_not_healthy() {
    let world = World::new().await;
    let nowhere = [("CONVENE_DATABASE_URL", "postgres://convene_service@127.0.0.1:1/convene")];
    let away = Service::start_with(&world.database, &nowhere).await;
    assert_eq!(away.anonymous().get(PATH).await.outcome(), (503, "SERVICE_UNAVAILABLE"));

    let empty = Service::start(&TestDatabase::empty().await).await;
    assert_eq!(empty.anonymous().get(PATH).await.status, 503);

    let slow = Service::start_with(&world.database, &[("CONVENE_STATEMENT_TIMEOUT", "300ms")]).await;
    let lock = Sql::connect(&world.database.admin()).await;
    lock.run("BEGIN; LOCK TABLE convene.refinery_schema_history").await;
    let started = std::time::Instant::now();
    assert_eq!(slow.anonymous().get(PATH).await.status, 503);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_database_that_comes_back_is_soon_seen() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let postgres = Sql::connect(&surroundings().admin).await;
    let name = &world.database.name;
    postgres.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    // The workers have connections already.
    let cut = format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}' AND usename = 'convene_service'"
    );
    postgres.run(&cut).await;
    assert_eq!(service.anonymous().get(PATH).await.status, 503);
    postgres.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    assert_eq!(service.anonymous().get(PATH).await.status, 503, "remembered, for a while");
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(service.anonymous().get(PATH).await.status, 200);
}

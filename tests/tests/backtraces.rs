//! A server whose environment asks Rust for backtraces.

use serde_json::{Value, json};
use support::cluster::Cluster;
use support::{Service, TestDatabase, World};

#[tokio::test]
async fn no_backtrace_is_in_an_error_or_kept_in_a_log() {
    let cluster = Cluster::start_new().await;
    let world = World::in_database(TestDatabase::on(&cluster).await).await;
    let (mentee, id) = (world.mentee().await, uuid::Uuid::new_v4());

    let arguments = json!({ "p_booking_id": id, "p_actor_id": mentee.id });
    let error = world.sql.attempt("complete_booking", &arguments).await.unwrap_err();
    let detail: Value = serde_json::from_str(error.as_db_error().unwrap().detail().unwrap()).unwrap();
    assert_eq!(detail, json!({ "code": "BOOKING_NOT_FOUND", "details": { "booking_id": id } }));

    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &mentee).await;
    assert_eq!(client.get(&format!("/v1/bookings/{id}")).await.outcome(), (404, "BOOKING_NOT_FOUND"));

    world.admin.run("ALTER TABLE convene.ratings RENAME TO somewhere_else").await;
    let run = world.admin.client().batch_execute("CALL convene.run_job('recompute_reputations')").await;
    assert!(run.is_err());
    let log = world.admin.json("SELECT message, error_details FROM convene.cron_job_logs", &[]).await.to_string();
    assert!(log.contains("42P01") && !log.contains(".rs:"), "{log}");
}

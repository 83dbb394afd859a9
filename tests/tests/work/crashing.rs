//! Workers that are killed.

use std::time::Duration;

use convene_fakes::{Calls, Fault, Faults};
use serde_json::json;
use support::calendars::{Providers, until};
use support::metrics::Metrics;
use support::{World, days};

use super::column;

#[tokio::test]
async fn work_that_is_under_way_when_its_worker_is_killed_counts_as_a_try_and_is_given_up_after_the_last() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let mut service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    providers.connect_google(&service.signed_in(&world, &mentee).await, &mentee).await;
    let hour = Duration::from_secs(3600)..Duration::from_secs(3601);
    providers.google.set_faults(Faults::none().share(1.0, Calls::to("POST", "/events"), Fault::Late(hour)));
    world.booking(&mentee, &mentor, days(2)).await;
    let writebacks = "SELECT count(*) FROM convene.work_items WHERE queue = 'writebacks' AND lease IS NOT NULL";
    let is_under_way = async || world.admin.value::<i64>(writebacks, &[]).await == 1;
    let only = "DELETE FROM convene.work_items WHERE queue <> 'writebacks'";

    until(is_under_way).await;
    service.kill().await;
    world.admin.run(only).await;
    assert_eq!(column(&world, "attempts").await.as_deref(), Some("1"));

    // Eighteen crashes later.
    world
        .admin
        .run("UPDATE convene.work_items SET attempts = 19, lease = NULL, lease_until = NULL, due_at = now()")
        .await;
    let mut service = providers.service(&world).await;
    until(is_under_way).await;
    service.kill().await;
    world.let_leases_run_out().await;
    let service = providers.service(&world).await;

    let client = service.signed_in(&world, &mentee).await;
    let failed = async || client.get("/v1/calendar/writebacks?status=failed").await.body["data"].clone();
    until(async || failed().await.as_array().unwrap().len() == 1).await;
    let failed = failed().await[0].clone();
    assert_eq!((&failed["attempts"], &failed["status"]), (&json!(20), &json!("failed")));
    assert!(failed["last_error"].as_str().unwrap().contains("worker"), "{failed}");
    let metrics = Metrics::read(service.operator().get("/metrics").await.body.as_str().unwrap());
    assert_eq!(metrics.get("convene_queue_failed", &[("queue", "writebacks")]), Some(1.0));
}

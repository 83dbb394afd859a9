//! What coordinators see of the clock's work.

use serde_json::json;
use support::{Service, World};

#[tokio::test]
async fn jobs_and_their_runs_are_shown() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    world.admin.run("CALL convene.run_job('mark_dormant_users')").await;

    let jobs = staff.get("/v1/coordinator/jobs").await;
    let runs = staff.get("/v1/coordinator/jobs/mark_dormant_users/runs").await;

    let names: Vec<&str> =
        jobs.body["data"].as_array().unwrap().iter().map(|job| job["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"expire_pending_bookings") && names.contains(&"recompute_reputations"), "{names:?}");
    assert_eq!(runs.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(runs.body["data"][0]["status"], json!("success"), "{}", runs.body);
    let unknown = staff.get("/v1/coordinator/jobs/no_such_job/runs").await;
    assert_eq!(unknown.outcome(), (400, "VALIDATION_ERROR"));
}

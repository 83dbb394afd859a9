//! A fuzzer reads the OpenAPI document and sends what it allows, what it does not allow, and what lies between.

use serde_json::json;
use support::availability::in_days;
use support::service::open_session;
use support::surroundings::surroundings;
use support::{Service, User, World, days};

/// Operations that would end the fuzzer's own session or account.
const SUICIDAL: &str = "(sign-out|auth/sessions|/v1/users/me$)";
/// What is true of every answer. That what the document allows is accepted cannot be: it has no ids to offer.
const BUT: &str = "positive_data_acceptance";

/// Something of everything, so that lists are not empty.
async fn office(world: &World) -> [User; 4] {
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (coordinator, admin) = (world.coordinator().await, world.user("admin").await);
    world.block(&mentor, json!({ "recurrence": "weekly", "until_date": in_days(28) })).await;
    world.booking(&mentee, &mentor, days(2)).await;
    world.request(&mentee, &mentor, days(3)).await;
    world.completed_booking(&mentee, &mentor).await;
    world.tag("industry", "Food").await;
    world.take_off(&mentor, &mentor, in_days(14)).await.unwrap();
    let star = world.with_tier(world.mentor().await, "platinum").await;
    let beginner = world.with_tier(world.mentee().await, "bronze").await;
    let ask = json!({ "p_mentee_id": beginner.id, "p_mentor_id": star.id, "p_reason": "They built it before" });
    world.sql.call_one("request_tier_override", ask).await.unwrap();
    [mentee, mentor, coordinator, admin]
}

#[tokio::test]
async fn the_service_keeps_its_document_whatever_it_is_sent() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let service = Service::start(&world.database).await;
    // Where it leaves what it remembers of a run.
    let place = std::env::temp_dir().join(format!("convene-fuzzing-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let [mentee, mentor, _, admin] = office(&world).await;
    for (who, user) in [("a mentee", &mentee), ("a mentor", &mentor), ("an admin", &admin)] {
        let token = open_session(&world, user).await;
        let output = tokio::process::Command::new(&surroundings().schemathesis)
            .current_dir(&place)
            .args(["run", &format!("http://{}/openapi.json", service.address)])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--exclude-path-regex", SUICIDAL, "--exclude-checks", BUT])
            // Two workers would sometimes meet in Python's parser, which is not made for it (cpython#106905).
            .args(["--max-examples", "10", "--seed", "1", "--workers", "1", "--no-color", "--warnings", "off"])
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "as {who}:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
        let cases = said.lines().find_map(|line| line.trim().split_once(" generated"));
        let cases: u32 = cases.and_then(|(number, _)| number.parse().ok()).unwrap_or_else(|| panic!("{said}"));
        assert!(cases > 1000, "only {cases} cases as {who}");
    }
    std::fs::remove_dir_all(&place).unwrap();
    let log = service.log();
    assert!(!log.contains("\"ERROR\""), "{log}");
}

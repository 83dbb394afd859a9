//! Running jobs: `run_job`, its log, and pg_cron itself.

use std::time::Duration;

use serde_json::{Value, json};
use support::{Sql, TestDatabase, World, days};

async fn jobs_role(world: &World) -> Sql {
    Sql::connect(&world.database.role("convene_jobs")).await
}

async fn status_of(world: &World, job: &str) -> Value {
    let sql = "SELECT last_run_at IS NOT NULL AS has_run, last_status, last_error, runs_24h, failures_24h, last_duration_ms >= 0 AS timed
        FROM convene.job_status WHERE name = $1";
    world.admin.json(sql, &[&job]).await
}

#[tokio::test]
async fn the_average_duration_is_that_of_the_runs_of_the_last_day() {
    let world = World::new().await;
    let average = "SELECT avg_duration_ms_24h FROM convene.job_status WHERE name = 'purge_logs'";
    assert_eq!(world.admin.value::<Option<f64>>(average, &[]).await, None);
    world
        .admin
        .run(
            "INSERT INTO convene.cron_job_logs (job_name, status, duration_ms, created_at) VALUES
                ('purge_logs', 'success', 100, now() - interval '23 hours'),
                ('purge_logs', 'failure', 400, now() - interval '1 hour'),
                ('purge_logs', 'success', 9000, now() - interval '25 hours'),
                ('mark_dormant_users', 'success', 7000, now())",
        )
        .await;
    assert_eq!(world.admin.value::<Option<f64>>(average, &[]).await, Some(250.0));
    let coordinator = world.coordinator().await;
    let jobs = world.sql.call("coordinator_jobs", json!({ "p_actor_id": coordinator.id })).await.unwrap();
    let job = jobs.iter().find(|job| job["name"] == "purge_logs").unwrap();
    assert_eq!(job["avg_duration_ms_24h"], 250.0);
}

#[tokio::test]
async fn the_jobs_role_runs_every_registered_job_and_each_success_is_logged() {
    let world = World::new().await;
    let jobs = jobs_role(&world).await;
    let names: Vec<String> = world
        .admin
        .rows("SELECT name FROM convene.jobs ORDER BY name", &[])
        .await
        .iter()
        .map(|row| row.get(0))
        .collect();
    for needed in [
        "clean_idempotency_keys",
        "complete_past_bookings",
        "dispatch_events",
        "expire_pending_bookings",
        "forget_guests",
        "generate_time_slots",
        "mark_dormant_users",
        "purge_logs",
        "recompute_reputations",
        "reject_expired_tier_overrides",
    ] {
        assert!(names.iter().any(|name| name == needed), "{needed} is no job");
    }
    for name in names {
        jobs.run(&format!("CALL convene.run_job('{name}')")).await;

        assert_eq!(
            status_of(&world, &name).await,
            json!({
                "has_run": true, "last_status": "success", "last_error": null, "runs_24h": 1, "failures_24h": 0,
                "timed": true,
            }),
            "{name}"
        );
        let log = world
            .admin
            .json("SELECT message, error_details FROM convene.cron_job_logs WHERE job_name = $1", &[&name])
            .await;
        assert!(log["message"].is_string() && log["error_details"].is_null(), "{name}: {log}");
    }
}

#[tokio::test]
async fn a_failed_run_is_logged_with_its_reason_and_raised_again() {
    let world = World::new().await;
    let jobs = jobs_role(&world).await;
    world
        .admin
        .run(
            "CREATE FUNCTION convene.sulk() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = 'check_violation', DETAIL = 'it rains', HINT = 'try tomorrow'; END $$;
             CREATE TRIGGER sulk BEFORE UPDATE ON convene.users EXECUTE FUNCTION convene.sulk();",
        )
        .await;

    let error = jobs.client().batch_execute("CALL convene.run_job('mark_dormant_users')").await.unwrap_err();

    let error = error.as_db_error().unwrap();
    assert_eq!((error.code().code(), error.message()), ("23514", "not today"));
    assert_eq!((error.detail(), error.hint()), (Some("it rains"), Some("try tomorrow")));
    let failure = "SELECT job_name, message, sqlstate, detail, hint, duration_ms >= 0 AS timed, has_succeeded_since,
            context LIKE '%mark_dormant_users%' AS says_where
        FROM convene.job_failures";
    let mut expected = json!({
        "job_name": "mark_dormant_users", "message": "not today", "sqlstate": "23514", "detail": "it rains",
        "hint": "try tomorrow", "timed": true, "has_succeeded_since": false, "says_where": true,
    });
    assert_eq!(world.admin.json(failure, &[]).await, expected);
    let status = status_of(&world, "mark_dormant_users").await;
    assert_eq!((&status["last_status"], &status["last_error"]), (&json!("failure"), &json!("not today")));
    // Others go on.
    jobs.run("CALL convene.run_job('clean_idempotency_keys')").await;
    assert_eq!(status_of(&world, "clean_idempotency_keys").await["last_status"], "success");

    world.admin.run("DROP TRIGGER sulk ON convene.users").await;
    jobs.run("CALL convene.run_job('mark_dormant_users')").await;
    expected["has_succeeded_since"] = json!(true);
    assert_eq!(world.admin.json(failure, &[]).await, expected);
    let status = status_of(&world, "mark_dormant_users").await;
    assert_eq!(
        (&status["last_status"], &status["runs_24h"], &status["failures_24h"]),
        (&json!("success"), &json!(2), &json!(1))
    );
}

#[tokio::test]
async fn what_a_failed_run_did_is_undone() {
    let world = World::new().await;
    let request = world.request(&world.mentee().await, &world.mentor().await, days(3)).await;
    world.admin.run("UPDATE convene.bookings SET created_at = now() - interval '8 days'").await;
    world.settle_lapses().await;
    world.admin.run("ALTER TABLE convene.booking_events ADD CONSTRAINT none_expire CHECK (event <> 'expired')").await;

    let error =
        world.admin.client().batch_execute("CALL convene.run_job('expire_pending_bookings')").await.unwrap_err();

    assert_eq!(error.as_db_error().unwrap().code().code(), "23514");
    let status = "SELECT status FROM convene.bookings WHERE id = $1";
    assert_eq!(world.admin.value::<String>(status, &[&request.id()]).await, "pending");
    assert_eq!(status_of(&world, "expire_pending_bookings").await["last_status"], "failure");
}

#[tokio::test]
async fn a_job_that_is_stopped_or_cannot_get_its_locks_has_failed() {
    let world = World::new().await;
    let jobs = jobs_role(&world).await;
    let other = Sql::connect(&world.database.admin()).await;
    other.run("BEGIN; LOCK TABLE convene.users IN ACCESS EXCLUSIVE MODE").await;
    for (setting, state) in [("lock_timeout", "55P03"), ("statement_timeout", "57014")] {
        jobs.run(&format!("SET {setting} = '100ms'")).await;
        for job in ["mark_dormant_users", "recompute_reputations"] {
            let error = jobs.client().batch_execute(&format!("CALL convene.run_job('{job}')")).await.unwrap_err();
            assert_eq!(error.as_db_error().unwrap().code().code(), state, "{job}");
        }
        jobs.run(&format!("RESET {setting}")).await;
    }
    other.run("ROLLBACK").await;
    let states = "SELECT string_agg(sqlstate, ' ' ORDER BY failed_at) FROM convene.job_failures WHERE job_name = $1";
    for job in ["mark_dormant_users", "recompute_reputations"] {
        assert_eq!(world.admin.value::<String>(states, &[&job]).await, "55P03 57014", "{job}");
    }
}

#[tokio::test]
async fn what_is_no_job_is_not_run() {
    let world = World::new().await;
    let jobs = jobs_role(&world).await;
    let before = world.snapshot().await;
    for name in
        ["", "new_id", "no_such_job", "MARK_DORMANT_USERS", "mark_dormant_users(); DROP TABLE convene.users; --"]
    {
        let quoted = support::sql::literal(&json!(name));
        let error = jobs.client().batch_execute(&format!("CALL convene.run_job({quoted})")).await.unwrap_err();
        let no = support::Refused::of(&error, name);
        assert_eq!((no.code.as_str(), &no.details["field"]), ("VALIDATION_ERROR", &json!("job")), "{name:?}");
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn a_job_whose_run_is_missing_is_overdue() {
    let world = World::new().await;
    let overdue = "SELECT array_agg(name ORDER BY name) FROM convene.job_status WHERE is_overdue";
    world.admin.run("UPDATE convene.organizations SET created_at = now() - interval '2 days'").await;
    let all: Vec<String> = world.admin.value("SELECT array_agg(name ORDER BY name) FROM convene.jobs", &[]).await;
    assert_eq!(world.admin.value::<Vec<String>>(overdue, &[]).await, all);

    for job in &all {
        world.admin.run(&format!("CALL convene.run_job('{job}')")).await;
    }
    assert_eq!(world.admin.value::<Option<Vec<String>>>(overdue, &[]).await, None);
    world
        .admin
        .run("UPDATE convene.cron_job_logs SET created_at = now() - interval '25 hours' WHERE job_name = 'purge_logs'")
        .await;
    world.admin.run("UPDATE convene.cron_job_logs SET created_at = now() - interval '10 minutes' WHERE job_name = 'dispatch_events'").await;
    assert_eq!(world.admin.value::<Vec<String>>(overdue, &[]).await, ["dispatch_events", "purge_logs"]);
}

/// Waits until a query is true, at most so long.
async fn wait_until(sql: &Sql, query: &str, seconds: u64) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(seconds);
    while !sql.value::<bool>(query, &[]).await {
        assert!(tokio::time::Instant::now() < deadline, "not within {seconds} seconds: {query}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test]
async fn pg_cron_itself_fires_the_jobs_that_migrating_scheduled() {
    let world = World::in_database(TestDatabase::of_pg_cron().await).await;
    let scheduled =
        "SELECT jsonb_object_agg(jobname, jsonb_build_array(schedule, command, username, active)) FROM cron.job
        WHERE jobname LIKE 'convene:%' AND database = current_database()";
    let wanted = "SELECT jsonb_object_agg('convene:' || name,
        jsonb_build_array(schedule, format('CALL convene.run_job(%L)', name), 'convene_jobs', true)) FROM convene.jobs";
    let scheduled: Value = world.admin.value(scheduled, &[]).await;
    assert_eq!(scheduled, world.admin.value::<Value>(wanted, &[]).await);

    // dispatch_events is due every minute, so within one the participants are told; another is made to be.
    let request = world.request(&world.mentee().await, &world.mentor().await, days(3)).await;
    world.admin.run("UPDATE convene.bookings SET created_at = now() - interval '8 days'").await;
    world.settle_lapses().await;
    let schedule = "SELECT cron.schedule_in_database('convene test', '* * * * *',
        'CALL convene.run_job(''expire_pending_bookings'')', current_database(), 'convene_jobs')";
    let job: i64 = world.admin.value(schedule, &[]).await;
    // pg_cron starts jobs at full minutes.
    wait_until(&world.admin, "SELECT NOT EXISTS (SELECT FROM convene.bookings WHERE status = 'pending')", 120).await;
    wait_until(&world.admin, "SELECT count(*) >= 2 FROM convene.notification_log WHERE kind = 'booking_created'", 120)
        .await;
    wait_until(
        &world.admin,
        &format!("SELECT EXISTS (SELECT FROM cron.job_run_details WHERE jobid = {job} AND status = 'succeeded')"),
        30,
    )
    .await;
    world.admin.run(&format!("SELECT cron.unschedule({job})")).await;

    let status = "SELECT status FROM convene.bookings WHERE id = $1";
    assert_eq!(world.admin.value::<String>(status, &[&request.id()]).await, "expired");
    for job in ["expire_pending_bookings", "dispatch_events"] {
        let status = status_of(&world, job).await;
        assert_eq!((&status["last_status"], &status["timed"]), (&json!("success"), &json!(true)), "{job}");
    }
}

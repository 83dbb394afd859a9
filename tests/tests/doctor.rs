//! `convene doctor`: quiet about what is healthy, and by name about what is not.

use support::program::{Ended, convene, convene_doctor, convene_doctor_with, convene_migrate};
use support::surroundings::url_of;
use support::{Sql, TestDatabase, World, days};

/// The one thing that is wrong.
fn only_fault(ended: &Ended) -> &str {
    let faults = ended.lines("FAIL");
    assert_eq!((faults.len(), ended.code), (1, 1), "{}{}", ended.stdout, ended.stderr);
    faults[0]
}

fn is_healthy(ended: &Ended) {
    assert_eq!((ended.lines("FAIL"), ended.code), (vec![], 0), "{}{}", ended.stdout, ended.stderr);
}

#[tokio::test]
async fn a_healthy_installation_passes() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    world.block(&mentor, serde_json::json!({ "recurrence": "weekly" })).await;
    world.booking(&world.mentee().await, &mentor, days(3)).await;

    let ended = convene_doctor(&world.database).await;

    is_healthy(&ended);
    // pg_cron runs in one database of the cluster, and not in this one.
    assert_eq!(ended.lines("warn").iter().filter(|line| !line.contains("pg_cron")).count(), 0, "{}", ended.stdout);
    assert!(ended.lines("ok").len() >= 12, "{}", ended.stdout);
}

/// What a superuser may do to an installation, what the doctor then says, and that migrating repairs it.
#[tokio::test]
async fn wrong_rights_are_named_and_migrating_repairs_them() {
    let database = TestDatabase::new().await;
    let admin = Sql::connect(&database.admin()).await;
    for (damage, says) in [
        ("GRANT SELECT ON convene.users TO convene_service", "convene_service can touch convene.users"),
        ("GRANT UPDATE (name) ON convene.users TO convene_service", "convene_service can touch convene.users"),
        ("GRANT SELECT ON convene.job_status TO PUBLIC", "convene_service can touch convene.job_status"),
        (
            "REVOKE EXECUTE ON FUNCTION convene.create_booking_atomic FROM convene_service",
            "convene_service may not call the functions",
        ),
        ("REVOKE USAGE ON SCHEMA convene FROM convene_service", "convene_service may not call the functions"),
        ("GRANT EXECUTE ON FUNCTION convene.create_user TO PUBLIC", "is open to PUBLIC"),
        ("GRANT EXECUTE ON FUNCTION convene.new_id TO PUBLIC", "new_id(integer) is open to PUBLIC"),
        ("ALTER FUNCTION convene.create_user OWNER TO postgres", "belongs to postgres"),
        ("ALTER FUNCTION convene.get_booking RESET search_path", "without a pinned search_path"),
    ] {
        admin.run(damage).await;

        let ended = convene_doctor(&database).await;

        assert!(only_fault(&ended).contains(says), "{damage}: {}", ended.stdout);
        convene_migrate(&database.admin(), &[]).await.succeeded();
        is_healthy(&convene_doctor(&database).await);
    }
}

#[tokio::test]
async fn an_installation_without_its_extension_is_incomplete_until_it_is_migrated() {
    let database = TestDatabase::new().await;
    Sql::connect(&database.admin()).await.run("DROP EXTENSION convene").await;

    let ended = convene_doctor(&database).await;

    assert!(only_fault(&ended).contains("extension: the server has version"), "{}", ended.stdout);
    convene_migrate(&database.admin(), &[]).await.succeeded();
    is_healthy(&convene_doctor(&database).await);
}

#[tokio::test]
async fn a_database_that_was_never_migrated_is_said_to_be() {
    let database = TestDatabase::empty().await;

    let ended = convene_doctor(&database).await;

    assert_eq!(ended.code, 1);
    assert!(ended.lines("FAIL").iter().any(|line| line.contains("migrations: none is applied")), "{}", ended.stdout);
}

#[tokio::test]
async fn migrations_that_are_missing_or_unknown_are_counted() {
    let database = TestDatabase::new().await;
    let admin = Sql::connect(&database.admin()).await;
    admin
        .run(
            "INSERT INTO convene.refinery_schema_history (version, name, applied_on, checksum)
             SELECT version + 1000, name, applied_on, checksum FROM convene.refinery_schema_history WHERE version <= 2",
        )
        .await;
    assert!(only_fault(&convene_doctor(&database).await).contains("2 are applied that this build does not know"));

    admin.run("DELETE FROM convene.refinery_schema_history WHERE version > 1000 OR version = 6").await;
    assert!(only_fault(&convene_doctor(&database).await).contains("1 are not applied"));
}

#[tokio::test]
async fn a_failed_job_fails_until_it_has_run_again() {
    let world = World::new().await;
    let log = "SELECT convene.log_job_failure('purge_logs', 'out of disk', 1, '{}')";
    world.admin.run(log).await;

    let ended = convene_doctor(&world.database).await;
    assert!(only_fault(&ended).contains("the last run failed of: purge_logs"), "{}", ended.stdout);

    world.admin.run("CALL convene.run_job('purge_logs')").await;
    let ended = convene_doctor(&world.database).await;
    is_healthy(&ended);
    assert!(ended.stdout.contains("failed in the last 24 hours, and run again: purge_logs"), "{}", ended.stdout);
}

#[tokio::test]
async fn work_that_is_left_undone_is_named() {
    let world = World::new().await;
    let mentor = world.mentor().await;
    world.block(&mentor, serde_json::json!({ "recurrence": "weekly" })).await;
    world.booking(&world.mentee().await, &mentor, days(3)).await;
    for (undone, says, doing) in [
        (
            "UPDATE convene.booking_events SET occurred_at = now() - interval '6 minutes'",
            "events: 1 have waited",
            "SELECT convene.dispatch_events()",
        ),
        (
            "UPDATE convene.availability_blocks SET generated_until = current_date WHERE recurrence = 'weekly'",
            "slots: 1 of 2 active blocks",
            "SELECT convene.generate_time_slots()",
        ),
        (
            "UPDATE convene.organizations SET created_at = now() - interval '30 days'",
            "jobs: runs are missing of:",
            "DO $$ DECLARE job text; BEGIN FOR job IN SELECT name FROM convene.jobs LOOP
                 PERFORM convene.log_job_success(job, '', 0); END LOOP; END $$",
        ),
    ] {
        world.admin.run(undone).await;

        let ended = convene_doctor(&world.database).await;

        assert!(only_fault(&ended).contains(says), "{undone}: {}", ended.stdout);
        world.admin.run(doing).await;
        is_healthy(&convene_doctor(&world.database).await);
    }
}

#[tokio::test]
async fn work_that_waits_or_was_given_up_is_named_by_its_queue() {
    let world = World::new().await;
    let said = async || convene_doctor(&world.database).await.stdout;
    assert!(said().await.contains("work: nothing was given up, and nothing waits for long"), "{}", said().await);
    world.work("writebacks", 3).await;
    world.admin.run("UPDATE convene.work_items SET failed_at = now()").await;
    assert!(said().await.contains("work: given up: 3 of writebacks"), "{}", said().await);
    world.work("calendar_syncs", 2).await;
    world.admin.run("UPDATE convene.work_items SET due_at = now() - interval '16 minutes'").await;
    assert!(said().await.contains("work: due for more than 15 minutes: 2 of calendar_syncs"), "{}", said().await);
}

#[tokio::test]
async fn calendars_that_need_somebody_are_named() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.connect_calendar(&mentee).await;
    world.connect_calendar(&mentor).await;
    let said = async || convene_doctor(&world.database).await.stdout;
    assert!(said().await.contains("calendars: 2 accounts are connected, and read lately"), "{}", said().await);
    for (undone, says) in [
        (
            "UPDATE convene.calendar_connections SET status = 'needs_reconnect' WHERE id = (SELECT min(id::text)::uuid FROM convene.calendar_connections)",
            "calendars: 1 accounts must be connected again",
        ),
        (
            "UPDATE convene.calendar_connections SET status = 'connected', synced_at = now() - interval '61 minutes'",
            "calendars: 2 of 2 accounts were not read lately",
        ),
        (
            "UPDATE convene.calendar_connections SET key_id = 'lost', tokens = 'x'",
            "calendars: accounts of google are connected, and it is not configured here",
        ),
    ] {
        world.admin.run(undone).await;
        assert!(said().await.contains(says), "{says}: {}", said().await);
    }
    assert!(said().await.contains("keys: something is sealed with the key lost"), "{}", said().await);
}

#[tokio::test]
async fn organizations_that_require_calendars_which_nobody_can_connect_are_named() {
    let database = TestDatabase::new().await;
    let admin = Sql::connect(&database.admin()).await;
    let (url, service) = (url_of(&database.admin()), url_of(&database.role("convene_service")));
    let urls = [("CONVENE_ADMIN_DATABASE_URL", url.as_str()), ("CONVENE_DATABASE_URL", &service)];
    let google = [
        ("CONVENE_KEYS", support::service::KEYS),
        ("CONVENE_CALENDAR_REDIRECT_URL", "https://app.test/calendars/{provider}"),
        ("CONVENE_GOOGLE_CLIENT_ID", "client"),
        ("CONVENE_GOOGLE_CLIENT_SECRET", "secret"),
    ];
    let said = async |settings: &[(&str, &str)]| convene(&["doctor"], &[&urls, settings].concat()).await.stdout;

    admin.run("SELECT convene.create_organization('acme', 'Acme')").await;
    assert!(said(&[]).await.contains("ok    calendars required: by no organization"), "{}", said(&[]).await);

    admin.run("SELECT convene.create_organization('beta', 'Beta', p_calendars_required => true)").await;
    let without = said(&[]).await;
    assert!(
        without.contains("warn  calendars required: by 1 organizations (beta), and no provider is configured here"),
        "{without}"
    );
    let with = said(&google).await;
    assert!(with.contains("ok    calendars required: by 1 organizations, and a provider is configured"), "{with}");
}

#[tokio::test]
async fn settings_that_lead_to_the_wrong_place_are_named_and_no_password_is_shown() {
    let (database, other) = (TestDatabase::new().await, TestDatabase::new().await);
    let (admin, service) = (url_of(&database.admin()), url_of(&database.role("convene_service")));
    let elsewhere = url_of(&other.role("convene_service"));
    let nowhere = service.replace(&database.name, "no_such_database");
    let impostor = service.replace(":convene-tests@", ":hunter2@");
    for (admin, service, says) in [
        (&admin, &elsewhere, "same database:"),
        (&admin, &nowhere, "CONVENE_DATABASE_URL:"),
        (&admin, &impostor, "CONVENE_DATABASE_URL:"),
        (&admin, &admin, "is a superuser"),
        (&service, &service, "server: convene_service is no superuser"),
    ] {
        let ended = convene_doctor_with(admin, service).await;

        assert_eq!(ended.code, 1, "{}", ended.stdout);
        assert!(ended.lines("FAIL").iter().any(|line| line.contains(says)), "{says}: {}", ended.stdout);
        for secret in ["hunter2", ":convene-tests@"] {
            assert!(!format!("{}{}", ended.stdout, ended.stderr).contains(secret), "{}", ended.stdout);
        }
    }
}

#[tokio::test]
async fn jobs_that_pg_cron_does_not_run_are_named_and_migrating_schedules_them() {
    let database = TestDatabase::of_pg_cron().await;
    let admin = Sql::connect(&database.admin()).await;
    let ended = convene_doctor(&database).await;
    is_healthy(&ended);
    assert!(ended.stdout.contains("jobs are scheduled and active"), "{}", ended.stdout);
    for damage in [
        "SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = 'convene:purge_logs'",
        "UPDATE cron.job SET active = false WHERE jobname = 'convene:purge_logs'",
        "UPDATE cron.job SET schedule = '0 0 1 1 *' WHERE jobname = 'convene:purge_logs'",
        "UPDATE cron.job SET username = 'postgres' WHERE jobname = 'convene:purge_logs'",
        "UPDATE cron.job SET command = 'SELECT 1' WHERE jobname = 'convene:purge_logs'",
        "UPDATE cron.job SET nodeport = 1 WHERE jobname = 'convene:purge_logs'",
    ] {
        admin.run(damage).await;

        let ended = convene_doctor(&database).await;

        let fault = only_fault(&ended);
        assert!(fault.contains("pg_cron") && fault.contains("purge_logs"), "{damage}: {fault}");
        convene_migrate(&database.admin(), &[]).await.succeeded();
        is_healthy(&convene_doctor(&database).await);
    }
}

#[tokio::test]
async fn a_pooler_that_lends_sessions_by_the_transaction_must_be_set() {
    let database = TestDatabase::new().await;
    let pooler = support::pooler::Pooler::start(&database, 2).await;
    let (admin, service) = (url_of(&database.admin()), pooler.url());
    let urls = [("CONVENE_ADMIN_DATABASE_URL", admin.as_str()), ("CONVENE_DATABASE_URL", &service)];
    let unset = convene(&["doctor"], &urls).await;
    let set = convene(&["doctor"], &[&urls[..], &[("CONVENE_POOLER", "transaction")]].concat()).await;
    assert!(only_fault(&unset).contains("Set CONVENE_POOLER=transaction"), "{}", unset.stdout);
    is_healthy(&set);
    assert!(set.stdout.contains("sessions are lent for a transaction"), "{}", set.stdout);
}

//! Installing, upgrading, backing up and restoring.

use support::document::differences;
use support::program::{convene, convene_migrate, postgres_program};
use support::surroundings::url_of;
use support::{Sql, TestDatabase, World, days};

/// Everything that an installation is made of, data apart: tables, views, routines with owners and rights.
async fn structure(database: &TestDatabase) -> String {
    let sql = Sql::connect(&database.admin()).await;
    let tables: String = sql.value(include_str!("../sql/schema_dump.sql"), &[]).await;
    let rights: String = sql.value(include_str!("../sql/rights_dump.sql"), &[]).await;
    format!("{tables}\n{rights}")
}

fn same(one: &str, other: &str) {
    assert!(one == other, "{}", differences(one, other));
}

/// A world in which something has happened.
async fn lived_in() -> World {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.block(&mentor, serde_json::json!({ "recurrence": "weekly" })).await;
    let booking = world.completed_booking(&mentee, &mentor).await;
    world.rate(&booking, &mentee, 5).await.unwrap();
    world.request(&mentee, &mentor, days(4)).await;
    world.admin.run("SELECT convene.dispatch_events(); CALL convene.run_job('complete_past_bookings')").await;
    world
}

/// That a new booking and everything around it works.
async fn works(world: &World) {
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.booking(&mentee, &mentor, days(2)).await;
    world.reschedule(&booking, &mentee, &world.slot(&mentor, days(3)).await).await.unwrap();
    world.sql.run("SELECT convene.dispatch_events()").await;
    Sql::connect(&world.database.role("convene_jobs")).await.run("CALL convene.run_job('generate_time_slots')").await;
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let world = lived_in().await;
    let (data, structure_before) = (world.snapshot().await, structure(&world.database).await);

    let said = convene_migrate(&world.database.admin(), &[]).await.succeeded();

    assert!(said.contains("nothing new"), "{said}");
    assert_eq!(world.snapshot().await, data);
    same(&structure(&world.database).await, &structure_before);
    works(&world).await;
}

#[tokio::test]
async fn two_processes_migrate_an_empty_database_at_once() {
    let (database, usual) = (TestDatabase::empty().await, TestDatabase::new().await);
    let admin = database.admin();

    let (one, other) = tokio::join!(convene_migrate(&admin, &[]), convene_migrate(&admin, &[]));

    let said = [one.succeeded(), other.succeeded()];
    assert_eq!(said.iter().filter(|said| said.contains("nothing new")).count(), 1, "{said:?}");
    same(&structure(&database).await, &structure(&usual).await);
    works(&World::in_database(database).await).await;
}

#[tokio::test]
async fn databases_of_one_cluster_are_migrated_at_once() {
    let databases = [TestDatabase::empty().await, TestDatabase::empty().await, TestDatabase::empty().await];
    let [one, two, three] = &databases.each_ref().map(TestDatabase::admin);

    let said = tokio::join!(convene_migrate(one, &[]), convene_migrate(two, &[]), convene_migrate(three, &[]));

    for ended in [said.0, said.1, said.2] {
        ended.succeeded();
    }
}

#[tokio::test]
async fn the_extension_can_be_dropped_and_created_and_loses_neither_data_nor_rights() {
    let world = lived_in().await;
    let (data, structure_before) = (world.snapshot().await, structure(&world.database).await);

    world.admin.run("DROP EXTENSION convene").await;
    assert_eq!(world.snapshot().await, data);
    world.admin.run("CREATE EXTENSION convene").await;

    assert_eq!(world.snapshot().await, data);
    works(&world).await;
    convene_migrate(&world.database.admin(), &[]).await.succeeded();
    same(&structure(&world.database).await, &structure_before);
}

#[tokio::test]
async fn running_services_survive_that_the_extension_is_replaced() {
    let world = lived_in().await;
    let structure_before = structure(&world.database).await;
    // This connection has called the functions, and keeps their plans.
    works(&world).await;

    let said = convene_migrate(&world.database.admin(), &["--recreate-extension"]).await.succeeded();

    assert!(said.contains("dropped and created again"), "{said}");
    same(&structure(&world.database).await, &structure_before);
    works(&world).await;
}

#[tokio::test]
async fn migrating_needs_a_superuser_and_says_so() {
    let database = TestDatabase::new().await;

    let refused = convene_migrate(&database.role("convene_service"), &[]).await;

    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("convene_service is no superuser"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_migration_that_was_changed_later_is_refused() {
    let database = TestDatabase::new().await;
    let admin = Sql::connect(&database.admin()).await;
    admin.run("UPDATE convene.refinery_schema_history SET checksum = '1' WHERE version = 2").await;

    let refused = convene_migrate(&database.admin(), &[]).await;

    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("was changed after it was applied"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_failed_step_leaves_nothing_half_done_and_the_next_run_finishes() {
    let database = TestDatabase::empty().await;
    let admin = Sql::connect(&database.admin()).await;
    // What V1 refuses: citext where its operators would not be found.
    admin.run("CREATE EXTENSION citext SCHEMA public").await;
    let refused = convene_migrate(&database.admin(), &[]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("citext is installed in another schema"), "{}", refused.stderr);
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'convene'::regnamespace AND relkind = 'r' AND relname !~ '^refinery'";
    assert_eq!(admin.value::<i64>(tables, &[]).await, 0);

    admin.run("DROP EXTENSION citext").await;
    convene_migrate(&database.admin(), &[]).await.succeeded();
    works(&World::in_database(database).await).await;
}

#[tokio::test]
async fn a_plain_dump_restored_by_psql_is_the_same_installation() {
    let world = lived_in().await;
    let restored = TestDatabase::empty().await;
    let dump = postgres_program("pg_dump", &[&url_of(&world.database.admin())]).await.succeeded();
    let file = std::env::temp_dir().join(format!("{}.sql", restored.name));
    std::fs::write(&file, dump).unwrap();

    let target = url_of(&restored.admin());
    let path = file.to_string_lossy();
    let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &target, "-f", &path];
    postgres_program("psql", &arguments).await.succeeded();

    std::fs::remove_file(&file).unwrap();
    is_the_same(&world, restored).await;
}

#[tokio::test]
async fn an_archive_restored_by_pg_restore_is_the_same_installation() {
    let world = lived_in().await;
    let restored = TestDatabase::empty().await;
    let file = std::env::temp_dir().join(format!("{}.dump", restored.name));
    let path = file.to_string_lossy();
    postgres_program("pg_dump", &["-Fc", "-f", &path, &url_of(&world.database.admin())]).await.succeeded();

    let arguments = ["--exit-on-error", "-j", "2", "-d", &url_of(&restored.admin()), &path];
    postgres_program("pg_restore", &arguments).await.succeeded();

    std::fs::remove_file(&file).unwrap();
    is_the_same(&world, restored).await;
}

async fn is_the_same(world: &World, restored: TestDatabase) {
    let organization = world.org.clone();
    // Conditions that were read twice have their parentheses elsewhere.
    let bare = |text: String| text.replace(['(', ')'], "");
    same(&bare(structure(&restored).await), &bare(structure(&world.database).await));
    let restored = World {
        admin: Sql::connect(&restored.admin()).await,
        sql: Sql::connect(&restored.role("convene_service")).await,
        database: restored,
        org: organization,
    };
    assert_eq!(restored.snapshot().await, world.snapshot().await);
    works(&restored).await;
    let said = convene_migrate(&restored.database.admin(), &[]).await.succeeded();
    assert!(said.contains("nothing new"), "{said}");
}

#[tokio::test]
async fn demo_data_can_be_loaded_twice() {
    let database = TestDatabase::empty().await;
    convene_migrate(&database.admin(), &["--demo"]).await.succeeded();
    let world = World::in_database(database).await;
    // The demo data calls jobs, which are logged.
    let data = async || {
        let tables = world.snapshot().await.into_iter();
        tables.filter(|(table, _)| table != "convene.cron_job_logs").collect::<Vec<_>>()
    };
    let before = data().await;

    convene_migrate(&world.database.admin(), &["--demo"]).await.succeeded();

    assert_eq!(data().await, before);
}

#[tokio::test]
async fn commands_without_a_database_say_which_setting_is_missing() {
    for (command, setting) in [("migrate", "CONVENE_ADMIN_DATABASE_URL"), ("serve", "CONVENE_DATABASE_URL")] {
        let ended = convene(&[command], &[]).await;

        assert_eq!(ended.code, 1, "{command}");
        assert!(ended.stderr.contains(setting), "{command}: {}", ended.stderr);
    }
}

//! The documents agree with the database, and their examples print what they say. `make docs` writes what is out of date.

use std::ffi::OsString;

use support::surroundings::{path, url_of};
use support::{Service, Sql, TestDatabase, World, console, document};

#[tokio::test]
async fn every_function_and_view_is_in_the_reference() {
    let world = World::new().await;
    let entries = world.admin.rows(include_str!("../sql/reference.sql"), &[]).await;
    let text: String = entries
        .iter()
        .map(|entry| {
            format!(
                "### {}\n\n```sql\n{}\n```\n\n{}\n\n",
                entry.get::<_, &str>(0),
                entry.get::<_, &str>(1),
                entry.get::<_, &str>(2)
            )
        })
        .collect();
    document::check_part("docs/sql.md", "reference", &format!("\n{text}"));
}

#[tokio::test]
async fn the_schema_is_as_written_down() {
    let world = World::new().await;
    let schema: String = world.admin.value(include_str!("../sql/schema_dump.sql"), &[]).await;
    let head = "-- The schema that migrations/ make, and the views of sql/views/, for reading. Nothing runs this file.\n\
                -- Written by `make docs`.\n\n";
    document::check("sql/schema.sql", &format!("{head}{schema}"), str::to_owned);
}

/// Runs the examples of a document on fresh demo data.
async fn examples_hold(document: &str) {
    let database = TestDatabase::demo().await;
    let service = Service::start(&database).await;
    let replayed = console::replay(&document::read(document), &environment(&database, &service)).await;
    document::check(document, &replayed, console::essence);
}

/// What `make env` exports, and the examples use.
fn environment(database: &TestDatabase, service: &Service) -> [(&'static str, OsString); 3] {
    [
        ("CONVENE_URL", format!("http://{}", service.address).into()),
        ("CONVENE_ADMIN_DATABASE_URL", url_of(&database.admin()).into()),
        ("PATH", path()),
    ]
}

#[tokio::test]
async fn the_readmes_examples_print_what_they_say() {
    examples_hold("README.md").await;
}

#[tokio::test]
async fn the_readmes_examples_work_again_on_the_same_installation_and_open_one_session_for_each_person() {
    let database = TestDatabase::demo().await;
    let service = Service::start(&database).await;
    let (readme, environment) = (document::read("README.md"), environment(&database, &service));

    let once = console::replay(&readme, &environment).await;
    let twice = console::replay(&readme, &environment).await;

    let differences = document::differences(&console::outline(&once), &console::outline(&twice));
    assert!(console::outline(&once) == console::outline(&twice), "{differences}");
    let sessions = "SELECT array_agg(count ORDER BY email)
        FROM (SELECT u.email, count(*) FROM convene.sessions s JOIN convene.users u ON u.id = s.user_id GROUP BY u.email) AS people";
    let sessions: Vec<i64> = Sql::connect(&database.admin()).await.value(sessions, &[]).await;
    assert_eq!(sessions, [2, 2, 2], "of three people, one in each of two shells");
}

#[tokio::test]
async fn the_examples_of_http_print_what_they_say() {
    examples_hold("docs/http.md").await;
}

#[tokio::test]
async fn the_examples_of_sql_print_what_they_say() {
    examples_hold("docs/sql.md").await;
}

#[tokio::test]
async fn the_examples_of_the_rules_print_what_they_say() {
    examples_hold("docs/rules.md").await;
}

#[tokio::test]
async fn the_examples_of_event_types_print_what_they_say() {
    examples_hold("docs/event-types.md").await;
}

#[tokio::test]
async fn the_examples_of_operations_print_what_they_say() {
    examples_hold("docs/operations.md").await;
}

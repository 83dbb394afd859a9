//! Lists and reports of an organization with much history: what they read does not grow with it. The plans of a real
//! installation depend on its statistics, so that the rows that are read are counted, not the plans compared.

use support::{Sql, TestDatabase, User, World};

/// Meetings, of 20 mentors and 200 mentees.
const MEETINGS: &str = "20000";
/// More than any page needs with the people of its rows, and much less than there is.
const MOST_ROWS: i64 = 2_000;

/// A world with history; its default organization is the one that has it.
async fn world_with_history() -> World {
    let mut world = World::in_database(TestDatabase::new().await).await;
    world.org = support::Organization { id: 1, slug: "default".to_owned() };
    let admin = Sql::connect(&world.database.admin()).await;
    for (statement, numbers) in [
        (include_str!("../../bench/sql/people.sql"), ["20", "200"]),
        (include_str!("../../bench/sql/blocks.sql"), ["", ""]),
        (include_str!("../../bench/sql/history.sql"), [MEETINGS, ""]),
    ] {
        admin.run(&statement.replace("$1", numbers[0]).replace("$2", numbers[1])).await;
    }
    world.user("coordinator").await;
    world.user("admin").await;
    admin.run(include_str!("../../bench/sql/variety.sql")).await;
    admin.run("VACUUM ANALYZE").await;
    world
}

async fn somebody(world: &World, role: &str) -> User {
    let sql = "SELECT id FROM convene.users WHERE role = $1 ORDER BY id LIMIT 1";
    let id = world.admin.value(sql, &[&role]).await;
    User { org_id: world.org.id, id, email: String::new() }
}

/// Rows that a statement reads of the tables that grow with every meeting, in a session of its own.
async fn rows_read(world: &World, statement: &str) -> i64 {
    let grow = [
        "time_slots",
        "bookings",
        "booking_participants",
        "booking_events",
        "ratings",
        "notification_log",
        "audit_log",
    ];
    rows_read_of(world, statement, &grow).await
}

/// Rows that a statement reads of these tables.
async fn rows_read_of(world: &World, statement: &str, tables: &[&str]) -> i64 {
    let session = Sql::connect(&world.database.admin()).await;
    session.run("BEGIN").await;
    session.run(statement).await;
    let counted = "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint FROM pg_stat_xact_user_tables
        WHERE schemaname = 'convene' AND relname = ANY ($1)";
    session.value(counted, &[&tables]).await
}

#[tokio::test]
async fn no_list_or_report_reads_all_of_history() {
    let world = world_with_history().await;
    let (admin, coordinator) = (somebody(&world, "admin").await.id, somebody(&world, "coordinator").await.id);
    let (mentor, mentee) = (somebody(&world, "mentor").await.id, somebody(&world, "mentee").await.id);
    let mut statements = vec![
        format!("SELECT FROM convene.list_audit_log('{admin}')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_by => '{admin}')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_by => '{mentor}')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_action => 'change_policy')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_action => 'booking_reassigned')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_action => 'booking_expired')"),
        format!("SELECT FROM convene.list_audit_log('{admin}', p_to => now() - interval '20 days')"),
        format!("SELECT FROM convene.list_users('{coordinator}')"),
        format!("SELECT FROM convene.list_tier_overrides('{coordinator}')"),
        format!("SELECT FROM convene.list_bookings('{coordinator}', false)"),
        format!("SELECT FROM convene.list_bookings('{coordinator}', false, p_from => now() - interval '3 days')"),
        format!("SELECT FROM convene.list_bookings('{mentor}', p_from => now() - interval '10 days')"),
        format!(
            "SELECT FROM convene.list_bookings('{coordinator}', false, p_mentor_id => '{mentor}', p_mentee_id => '{mentee}')"
        ),
        "SELECT FROM convene.queue_status()".to_owned(),
        "SELECT FROM convene.notices LIMIT 50".to_owned(),
    ];
    for status in ["held", "pending", "confirmed", "completed", "no_show", "canceled", "declined", "expired"] {
        statements.push(format!("SELECT FROM convene.list_bookings('{coordinator}', false, p_status => '{status}')"));
        statements.push(format!("SELECT FROM convene.list_bookings('{mentee}', p_status => '{status}')"));
    }
    let mut costly = Vec::new();
    for statement in &statements {
        let rows = rows_read(&world, statement).await;
        if rows > MOST_ROWS {
            costly.push(format!("{rows}: {statement}"));
        }
    }
    assert_eq!(costly, [] as [String; 0]);
    // It counts the meetings of a week, and who missed one in a month.
    let overview = rows_read(&world, &format!("SELECT FROM convene.coordinator_overview('{coordinator}')")).await;
    assert!(overview < 2 * MOST_ROWS, "{overview} rows");
}

#[tokio::test]
async fn a_step_of_an_erasure_reads_what_the_person_had() {
    let world = world_with_history().await;
    let mentor = somebody(&world, "mentor").await;
    // Some thousand rows of their own, in meetings, history, notices and slots ahead.
    let begun = rows_read(&world, &format!("SELECT FROM convene.erase_user('{0}', '{0}')", mentor.id)).await;
    assert!(begun < 8_000, "{begun} rows of {MEETINGS} meetings");
    world.sql.rows("SELECT FROM convene.erase_user($1, $1)", &[&mentor.id]).await;
    while !world.sql.value::<bool>("SELECT convene.continue_erasure(1, $1)", &[&mentor.id]).await {}
    let admin = somebody(&world, "admin").await;
    let again = rows_read(&world, &format!("SELECT FROM convene.erase_user('{}', '{}')", admin.id, mentor.id)).await;
    assert!(again < 20, "{again} rows, though nothing is left");
}

#[tokio::test]
async fn an_export_reads_nothing_that_others_did() {
    let world = world_with_history().await;
    let (coordinator, mentee) = (somebody(&world, "coordinator").await.id, somebody(&world, "mentee").await.id);
    let export = format!("SELECT convene.export_user('{mentee}', '{mentee}')");
    assert_eq!(rows_read_of(&world, &export, &["audit_log"]).await, 0);
    let audited =
        rows_read_of(&world, &format!("SELECT convene.export_user('{coordinator}', '{coordinator}')"), &["audit_log"])
            .await;
    assert!(audited > 100, "what the coordinator did is in theirs: {audited}");
}

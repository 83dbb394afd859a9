//! What each role may do, tried by doing it.

use serde_json::json;
use support::world::booking_of;
use support::{Sql, World, days};

/// The schema's tables and views.
async fn relations(world: &World, kind: &str) -> Vec<String> {
    let sql = "SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace = 'convene'::regnamespace AND relkind = ($1::text)::\"char\" ORDER BY 1";
    world.admin.rows(sql, &[&kind]).await.iter().map(|row| row.get(0)).collect()
}

/// A connection with a role's rights, for roles that log in and for groups.
async fn acting_as(world: &World, role: &str) -> Sql {
    let sql = Sql::connect(&world.database.admin()).await;
    sql.run(&format!("SET SESSION AUTHORIZATION {role}")).await;
    sql
}

async fn outcome(sql: &Sql, statement: &str) -> Result<(), String> {
    sql.run("BEGIN").await;
    let outcome = sql.client().batch_execute(statement).await;
    sql.run("ROLLBACK").await;
    outcome
        .map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), |error| error.code().code().to_owned()))
}

async fn forbidden(sql: &Sql, statement: &str) {
    assert_eq!(outcome(sql, statement).await, Err("42501".to_owned()), "{statement}");
}

/// Everything that would change a relation.
fn changes(relation: &str) -> [String; 4] {
    [
        format!("DELETE FROM {relation}"),
        format!("INSERT INTO {relation} DEFAULT VALUES"),
        format!("TRUNCATE {relation} CASCADE"),
        format!("LOCK TABLE {relation} IN EXCLUSIVE MODE"),
    ]
}

async fn changes_nothing(world: &World, role: &str) {
    let sql = acting_as(world, role).await;
    for table in relations(world, "r").await {
        for change in changes(&table) {
            forbidden(&sql, &change).await;
        }
        let column = "SELECT attname::text FROM pg_attribute WHERE attrelid = ($1::text)::regclass AND attnum > 0 AND attidentity = '' LIMIT 1";
        let column: String = world.admin.value(column, &[&table]).await;
        forbidden(&sql, &format!("UPDATE {table} SET {column} = NULL")).await;
    }
    for view in relations(world, "v").await {
        let deleting = outcome(&sql, &format!("DELETE FROM {view}")).await;
        // 55000: a view that shows more than one table's rows cannot be written through at all.
        assert!(matches!(deleting.as_ref().map_err(String::as_str), Err("42501" | "55000")), "{view}: {deleting:?}");
    }
    let sequences = relations(world, "S").await;
    assert!(!sequences.is_empty());
    for sequence in sequences {
        forbidden(&sql, &format!("SELECT nextval('{sequence}')")).await;
    }
    for statement in [
        "CREATE TABLE convene.mine ()",
        "CREATE FUNCTION convene.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine ()",
        "ALTER TABLE convene.users ADD COLUMN mine text",
        "DROP TABLE convene.ratings",
        "DROP SCHEMA convene CASCADE",
        "DROP EXTENSION convene",
        "SET ROLE convene_owner",
        "SET ROLE postgres",
        "GRANT convene_owner TO CURRENT_USER",
        "ALTER FUNCTION convene.new_id(integer) OWNER TO CURRENT_USER",
        "CREATE ROLE mine",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
    ] {
        forbidden(&sql, statement).await;
    }
}

/// Names of our routines that a role may call.
async fn callable(world: &World, role: &str) -> Vec<String> {
    let sql = "SELECT p.proname::text FROM pg_proc p
        WHERE p.pronamespace = 'convene'::regnamespace AND p.proowner = 'convene_owner'::regrole
          AND has_function_privilege($1, p.oid, 'EXECUTE') ORDER BY 1";
    world.admin.rows(sql, &[&role]).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn no_role_that_people_or_programs_use_changes_anything_but_through_functions() {
    let world = World::new().await;
    world.booking(&world.mentee().await, &world.mentor().await, days(3)).await;
    let before = world.snapshot().await;
    for role in ["convene_service", "convene_jobs", "convene_readonly", "convene_operator"] {
        changes_nothing(&world, role).await;
    }
    assert_eq!(world.snapshot().await, before);
}

#[tokio::test]
async fn the_service_reads_no_table_and_no_view() {
    let world = World::new().await;
    let sql = acting_as(&world, "convene_service").await;
    for relation in [relations(&world, "r").await, relations(&world, "v").await].concat() {
        forbidden(&sql, &format!("SELECT FROM {relation}")).await;
        forbidden(&sql, &format!("COPY {relation} TO STDOUT")).await;
    }
}

#[tokio::test]
async fn the_service_calls_what_it_needs_and_nothing_of_operators_or_jobs() {
    let world = World::new().await;
    let callable = callable(&world, "convene_service").await;
    for needed in ["create_booking_atomic", "list_slots", "dispatch_events", "authenticate_session", "check_readiness"]
    {
        assert!(callable.iter().any(|name| name == needed), "{needed}");
    }
    let sql = acting_as(&world, "convene_service").await;
    for call in [
        "SELECT convene.create_organization('mine', 'Mine')",
        "SELECT convene.create_user('test', 'a@b.test', 'A', 'admin')",
        "SELECT convene.open_session('a@b.test', '\\x00')",
        "SELECT convene.refresh_reputation(gen_random_uuid())",
        "SELECT convene.can_book_mentor(gen_random_uuid(), gen_random_uuid())",
        "SELECT convene.booking_limit(gen_random_uuid())",
        "SELECT convene.generate_slot_instances(gen_random_uuid(), now())",
        "SELECT convene.generate_time_slots()",
        "SELECT convene.expire_pending_bookings()",
        "SELECT convene.complete_past_bookings()",
        "SELECT convene.recompute_reputations()",
        "SELECT convene.mark_dormant_users()",
        "SELECT convene.reject_expired_tier_overrides()",
        "SELECT convene.clean_idempotency_keys()",
        "SELECT convene.purge_logs()",
        "SELECT convene.purge_job_logs()",
        "SELECT convene.log_job_success('purge_logs', '', 0)",
        "SELECT convene.log_job_failure('purge_logs', '', 0, '{}')",
        "SELECT convene.refuse('SAME_SLOT', '{}')",
        "CALL convene.run_job('purge_logs')",
    ] {
        forbidden(&sql, call).await;
    }
}

#[tokio::test]
async fn the_jobs_role_calls_the_jobs_and_reads_only_their_list() {
    let world = World::new().await;
    let mut expected: Vec<String> =
        world.admin.rows("SELECT name FROM convene.jobs", &[]).await.iter().map(|row| row.get(0)).collect();
    // What run_job and purge_logs call in their caller's name.
    let helpers = [
        "run_job",
        "log_job_success",
        "log_job_failure",
        "milliseconds_since",
        "purge_job_logs",
        "refuse",
        "refuse_argument",
        "refuse_arguments",
    ];
    expected.extend(helpers.map(str::to_owned));
    expected.sort();
    assert_eq!(callable(&world, "convene_jobs").await, expected);

    let sql = acting_as(&world, "convene_jobs").await;
    for relation in [relations(&world, "r").await, relations(&world, "v").await].concat() {
        if relation == "convene.jobs" {
            assert_eq!(outcome(&sql, "SELECT * FROM convene.jobs").await, Ok(()));
        } else {
            forbidden(&sql, &format!("SELECT FROM {relation}")).await;
        }
    }
    let (mentee, slot) = (world.mentee().await, world.slot(&world.mentor().await, days(3)).await);
    let refused = sql.attempt("create_booking_atomic", &booking_of(&mentee, &slot)).await.unwrap_err();
    assert_eq!(refused.as_db_error().unwrap().code().code(), "42501");
}

#[tokio::test]
async fn reports_read_every_view_and_nothing_else() {
    let world = World::new().await;
    world.booking(&world.mentee().await, &world.mentor().await, days(3)).await;
    let sql = acting_as(&world, "convene_readonly").await;
    let views = relations(&world, "v").await;
    assert_eq!(views.len(), 13);
    for view in views {
        assert_eq!(outcome(&sql, &format!("SELECT * FROM {view}")).await, Ok(()), "{view}");
    }
    for table in relations(&world, "r").await {
        forbidden(&sql, &format!("SELECT FROM {table}")).await;
    }
    assert_eq!(callable(&world, "convene_readonly").await, ["is_active_now", "is_overdue", "last_due", "notice_text"]);
}

#[tokio::test]
async fn operators_read_everything_but_what_is_sealed_and_call_what_does_not_return_it() {
    let world = World::new().await;
    let mentee = world.mentee().await;
    let operator = acting_as(&world, "convene_operator").await;
    // What is sealed or hashed, and nothing else, is kept as bytes.
    let sealed = "SELECT c.oid::regclass::text, a.attname::text, a.atttypid = 'bytea'::regtype FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped";
    let mut secrets = 0;
    for column in world.admin.rows(sealed, &[]).await {
        let (relation, name, is_secret): (String, String, bool) = (column.get(0), column.get(1), column.get(2));
        let read = outcome(&operator, &format!("SELECT {name} FROM {relation}")).await;
        assert_eq!(read.is_err(), is_secret, "{relation}.{name}: {read:?}");
        secrets += i32::from(is_secret);
    }
    assert!(secrets > 10, "{secrets}");
    assert_eq!(outcome(&operator, "SELECT id, user_id, expires_at FROM convene.sessions").await, Ok(()));
    forbidden(&operator, "SELECT token_hash FROM convene.sessions").await;
    forbidden(&operator, "SELECT * FROM convene.sessions").await;
    let secrets = "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind = 'r' AND a.attname ~ 'token|secret|password|hash|verifier'
          AND a.attname NOT IN ('token_expires_at', 'key_hash', 'request_hash')
          AND has_column_privilege('convene_operator', c.oid, a.attnum, 'SELECT')";
    assert_eq!(world.admin.value::<i64>(secrets, &[]).await, 0);
    let all = "SELECT p.proname::text FROM pg_proc p
        WHERE p.pronamespace = 'convene'::regnamespace AND p.proowner = 'convene_owner'::regrole
          AND pg_get_function_result(p.oid) IS DISTINCT FROM 'bytea' AND coalesce(pg_get_function_result(p.oid), '') !~ ' bytea'
        ORDER BY 1";
    let all: Vec<String> = world.admin.rows(all, &[]).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(callable(&world, "convene_operator").await, all);
    // A day at psql: the same functions, the same rules.
    let mentor = operator.call_one(
        "create_user",
        json!({
            "p_org_slug": world.org.slug, "p_email": "new@test.test", "p_name": "New", "p_role": "mentor",
        }),
    );
    let mentor = support::User { id: mentor.await.unwrap().as_str().unwrap().parse().unwrap(), ..mentee.clone() };
    let mentor = world.with_tier(mentor, "silver").await;
    let slot = world.slot(&mentor, days(3)).await;
    operator.call_one("create_booking_atomic", booking_of(&mentee, &slot)).await.unwrap();
    operator.run("CALL convene.run_job('complete_past_bookings')").await;
}

#[tokio::test]
async fn nobody_logs_in_as_the_owner_or_as_a_group() {
    let world = World::new().await;
    for role in ["convene_owner", "convene_operator", "convene_readonly"] {
        world.admin.run(&format!("ALTER ROLE {role} PASSWORD 'convene-tests'")).await;
        let refused = world.database.role(role).connect(tokio_postgres::NoTls).await.map(drop).unwrap_err();
        world.admin.run(&format!("ALTER ROLE {role} PASSWORD NULL")).await;
        assert_eq!(refused.as_db_error().unwrap().code().code(), "28000", "{role}");
    }
}

#[tokio::test]
async fn no_role_makes_temporary_tables_or_functions() {
    let world = World::new().await;
    // As `convene migrate` leaves it; a copy of a database has not the rights of the original.
    world.admin.run(include_str!("../../sql/grants.sql")).await;
    for role in ["convene_service", "convene_jobs", "convene_readonly", "convene_operator"] {
        let sql = acting_as(&world, role).await;
        forbidden(&sql, "CREATE TEMPORARY TABLE mine (id integer)").await;
        forbidden(&sql, "CREATE FUNCTION pg_temp.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'").await;
    }
}

#[tokio::test]
async fn a_function_in_a_query_of_a_view_sees_only_what_the_view_shows() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.booking(&mentee, &mentor, days(3)).await;
    // Cheaper than any condition of a view, so that the planner would like to ask it first.
    world
        .admin
        .run(
            "CREATE TABLE public.told (what text);
             GRANT INSERT ON public.told TO convene_readonly;
             CREATE FUNCTION public.tell(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
             'BEGIN INSERT INTO public.told VALUES (what); RETURN true; END'",
        )
        .await;
    let reports = acting_as(&world, "convene_readonly").await;

    let columns =
        "SELECT c.oid::regclass::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind = 'v' AND a.attnum > 0";
    for column in world.admin.rows(columns, &[]).await {
        let (view, name): (String, String) = (column.get(0), column.get(1));
        let shown: i64 = world.admin.value(&format!("SELECT count({name}) FROM {view}"), &[]).await;
        reports.run(&format!("SELECT FROM {view} WHERE public.tell({name}::text)")).await;
        let told: i64 = world.admin.value("SELECT count(what) FROM public.told", &[]).await;
        assert_eq!(told, shown, "{view}.{name}");
        world.admin.run("TRUNCATE public.told").await;
    }
}

/// Even where a role may make temporary tables: a definer's function that looked there first would do the caller's bidding.
#[tokio::test]
async fn a_callers_own_tables_functions_and_search_path_deceive_no_function() {
    let world = World::new().await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (slot, other) = (world.slot(&mentor, days(3)).await, world.slot(&mentor, days(4)).await);
    world.admin.run("DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO convene_service', current_database()); END $$").await;
    for table in relations(&world, "r").await {
        let name = table.trim_start_matches("convene.");
        world.sql.run(&format!("CREATE TEMPORARY TABLE {name} (id uuid, org_id integer, role text)")).await;
    }
    world
        .sql
        .run(
            "CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT timestamptz ''2001-01-01''';
             CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT timestamptz ''2001-01-01''';
             CREATE FUNCTION pg_temp.require_actor(uuid) RETURNS void LANGUAGE sql AS 'SELECT';
             CREATE FUNCTION pg_temp.count(anyelement) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
             SET search_path = pg_temp, public, pg_catalog, convene",
        )
        .await;

    let booking = world.book(&mentee, &slot).await.unwrap();

    assert!(booking.time("created_at") > jiff::Timestamp::now() - days(1));
    let listed = world.sql.call("list_bookings", json!({ "p_actor_id": mentee.id })).await.unwrap();
    assert_eq!(listed.len(), 1);
    let stranger = json!({ "p_actor_id": uuid::Uuid::new_v4() });
    assert_eq!(world.sql.call("list_bookings", stranger).await.unwrap_err().code, "USER_NOT_FOUND");
    world.reschedule(&booking, &mentee, &other).await.unwrap();
    world.sql.run("SELECT convene.dispatch_events()").await;
    let told: i64 = world.admin.value("SELECT count(*) FROM convene.notification_log", &[]).await;
    assert_eq!(told, 4);
}

//! What the catalogue must say of everything in the schema.

use support::World;

/// Our routines: those of the schema that are no other extension's.
const OURS: &str = "FROM pg_proc p WHERE p.pronamespace = 'convene'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND e.extname <> 'convene')";

/// The texts of a query's rows.
async fn list(world: &World, sql: &str) -> Vec<String> {
    world.admin.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect()
}

async fn none(world: &World, sql: &str) {
    assert_eq!(list(world, sql).await, [] as [String; 0]);
}

#[tokio::test]
async fn every_table_view_column_and_routine_is_explained() {
    let world = World::new().await;
    none(
        &world,
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL",
    )
    .await;
    none(
        &world,
        "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
           AND col_description(c.oid, a.attnum) IS NULL",
    )
    .await;
    none(&world, &format!("SELECT p.oid::regprocedure::text {OURS} AND obj_description(p.oid, 'pg_proc') IS NULL"))
        .await;
    none(
        &world,
        "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'convene%' AND shobj_description(oid, 'pg_authid') IS NULL",
    )
    .await;
}

#[tokio::test]
async fn an_index_serves_every_foreign_key_but_one() {
    let world = World::new().await;
    // Bookings are never deleted; and without an index on it, taking and freeing a slot touches no index at all.
    let known = "convene.time_slots FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id)";
    assert_eq!(list(&world, include_str!("../sql/foreign_keys_without_index.sql")).await, [known]);
}

#[tokio::test]
async fn every_key_of_a_tenants_table_starts_with_the_tenant() {
    let world = World::new().await;
    let shared = list(
        &world,
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind = 'r'
           AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND a.attnotnull)
         ORDER BY 1",
    )
    .await;
    assert_eq!(
        shared,
        ["cron_job_logs", "jobs", "link_requests", "organizations", "rate_limit_buckets", "refinery_schema_history"]
    );
    let keyed_otherwise = "SELECT c.conname::text FROM pg_constraint c
        JOIN pg_attribute tenant ON tenant.attrelid = c.conrelid AND tenant.attname = 'org_id'
        WHERE c.connamespace = 'convene'::regnamespace AND c.contype IN ('p', 'u', 'x', 'f')
          AND NOT (tenant.attnum = c.conkey[1] AND (c.contype <> 'f' OR c.confrelid = 'convene.organizations'::regclass
              OR (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attnum = c.confkey[1]) = 'org_id'))";
    // Who presents a token, a hash or such an id names no tenant: it is looked up, and unique, across all of them.
    let global = [
        "api_keys_token_hash_key",
        "availability_blocks_id_key",
        "booking_action_tokens_token_key",
        "calendar_channels_id_key",
        "event_type_links_token_key",
        "event_types_id_key",
        "issuers_one_organization",
        "magic_links_token_hash_key",
        "sessions_token_hash_key",
        "user_identities_one_user",
        "users_id_key",
    ];
    let mut found = list(&world, keyed_otherwise).await;
    found.sort();
    assert_eq!(found, global);
    let unique_across = "SELECT i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'convene'::regnamespace
        JOIN pg_attribute tenant ON tenant.attrelid = c.oid AND tenant.attname = 'org_id'
        WHERE i.indisunique AND i.indkey[0] <> tenant.attnum";
    let mut found = list(&world, unique_across).await;
    found.sort();
    assert_eq!(found, global.map(|name| format!("convene.{name}")));
}

#[tokio::test]
async fn every_definers_function_is_the_owners_and_has_a_fixed_search_path() {
    let world = World::new().await;
    none(&world, &format!("SELECT p.oid::regprocedure::text {OURS} AND p.proowner <> 'convene_owner'::regrole")).await;
    let loose = format!(
        "SELECT p.oid::regprocedure::text {OURS} AND p.prosecdef
         AND NOT coalesce('search_path=pg_catalog, convene, pg_temp' = ANY (p.proconfig), false)"
    );
    none(&world, &loose).await;
    let definers = format!("SELECT p.oid::regprocedure::text {OURS} AND p.prosecdef");
    assert!(list(&world, &definers).await.len() > 40);
}

#[tokio::test]
async fn whatever_the_service_calls_runs_as_the_owner_or_touches_no_table() {
    let world = World::new().await;
    let others = format!(
        "SELECT p.proname::text {OURS} AND NOT p.prosecdef AND has_function_privilege('convene_service', p.oid, 'EXECUTE')"
    );
    assert_eq!(list(&world, &others).await, ["preview_slots"]);
}

#[tokio::test]
async fn the_owner_is_no_superuser_and_owns_everything() {
    let world = World::new().await;
    none(
        &world,
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v', 'S') AND c.relowner <> 'convene_owner'::regrole",
    )
    .await;
    let rights = "SELECT rolname || ': ' || concat_ws(' ', CASE WHEN rolsuper THEN 'superuser' END,
            CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END,
            CASE WHEN rolbypassrls THEN 'bypassrls' END, CASE WHEN rolreplication THEN 'replication' END,
            CASE WHEN rolcanlogin THEN 'login' END)
        FROM pg_roles WHERE rolname LIKE 'convene\\_%' ORDER BY rolname";
    assert_eq!(
        list(&world, rights).await,
        [
            "convene_jobs: login",
            "convene_operator: ",
            "convene_owner: ",
            "convene_readonly: ",
            "convene_service: login"
        ]
    );
}

#[tokio::test]
async fn public_may_call_nothing_and_read_nothing() {
    let world = World::new().await;
    none(
        &world,
        &format!("SELECT p.oid::regprocedure::text {OURS} AND has_function_privilege('public', p.oid, 'EXECUTE')"),
    )
    .await;
    none(
        &world,
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v')
           AND (has_table_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                OR has_any_column_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))",
    )
    .await;
    assert!(!world.admin.value::<bool>("SELECT has_schema_privilege('public', 'convene', 'USAGE, CREATE')", &[]).await);
}

#[tokio::test]
async fn names_are_snake_case_and_not_cut_off() {
    let world = World::new().await;
    let names = format!(
        "SELECT name FROM (
            SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'convene'::regnamespace
            UNION ALL SELECT a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE c.relnamespace = 'convene'::regnamespace AND NOT a.attisdropped
            UNION ALL SELECT c.conname::text FROM pg_constraint c WHERE c.connamespace = 'convene'::regnamespace
            UNION ALL SELECT p.proname::text {OURS}
            UNION ALL SELECT unnest(p.proargnames) {OURS}
        ) AS names (name)
        WHERE name !~ '^[a-z][a-z0-9_]*$' OR length(name) > 62"
    );
    none(&world, &names).await;
    let arguments = format!(
        "SELECT p.oid::regprocedure || ' ' || name
         FROM (SELECT * {OURS}) AS p
         CROSS JOIN LATERAL unnest(p.proargnames, coalesce(p.proargmodes, array_fill('i'::\"char\", ARRAY[p.pronargs::integer]))) AS a (name, mode)
         WHERE mode = 'i' AND name !~ '^p_'"
    );
    none(&world, &arguments).await;
}

#[tokio::test]
async fn instants_are_stored_passed_and_returned_with_their_zone() {
    let world = World::new().await;
    // What the clock on the wall of the organization shows is no instant.
    let columns = "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = 'convene'::regnamespace AND a.atttypid IN ('timestamp'::regtype, 'timetz'::regtype)";
    assert_eq!(list(&world, columns).await, ["convene.todays_bookings.local_start"]);
    let routines = format!(
        "SELECT p.oid::regprocedure::text {OURS}
         AND (coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) && ARRAY['timestamp'::regtype, 'timetz'::regtype]::oid[]"
    );
    none(&world, &routines).await;
}

//! Every function of the schema takes NULL for every argument, and neither crashes nor writes.

use support::{World, days};

/// What a call with NULLs came to: its rows, or the SQLSTATE and the refusal's code.
async fn outcome(world: &World, call: &str) -> Result<u64, (String, Option<String>)> {
    world.admin.run("BEGIN").await;
    let outcome = world.admin.client().execute(call, &[]).await;
    world.admin.run("ROLLBACK").await;
    outcome.map_err(|error| {
        let error = error.as_db_error().unwrap_or_else(|| panic!("{call} ended the connection: {error:?}")).clone();
        (error.code().code().to_owned(), support::Refused::read(&error).map(|refused| refused.code))
    })
}

#[tokio::test]
async fn null_is_refused_by_every_function_that_books_changes_or_lists() {
    let world = World::new().await;
    world.request(&world.mentee().await, &world.mentor().await, days(2)).await;
    let functions = world
        .admin
        .rows(
            "SELECT p.oid::regproc::text, (p.pronargs - p.pronargdefaults)::int, p.pronargs::int,
                 ARRAY(SELECT replace(format_type(t, NULL), 'anyelement', 'text') FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, n) ORDER BY n),
                 has_function_privilege('convene_service', p.oid, 'EXECUTE')
             FROM pg_proc p
             WHERE p.pronamespace = 'convene'::regnamespace AND p.prokind = 'f' AND p.pronargs > 0
               AND p.prorettype <> 'trigger'::regtype
               AND pg_get_userbyid(p.proowner) = 'convene_owner'
             ORDER BY 1",
            &[],
        )
        .await;
    assert!(functions.len() > 40, "only {} functions", functions.len());
    let before = world.snapshot().await;
    let mut silent = Vec::new();
    for function in functions {
        let (name, required, all) =
            (function.get::<_, String>(0), function.get::<_, i32>(1), function.get::<_, i32>(2));
        let types: Vec<String> = function.get(3);
        let is_workers = support::workers::FUNCTIONS.contains(&name.trim_start_matches("convene."));
        for given in [required, all] {
            let nulls: Vec<String> =
                types.iter().take(usize::try_from(given).unwrap()).map(|kind| format!("NULL::{kind}")).collect();
            let call = format!("SELECT * FROM {name}({})", nulls.join(", "));
            match outcome(&world, &call).await {
                // Asked who NULL is, these say "nobody".
                Ok(_) if name.starts_with("convene.authenticate_") => {}
                // Nobody but the service's own workers calls these, with what the database gave them.
                _ if is_workers => {}
                Ok(_) if function.get::<_, bool>(4) && given > 0 => silent.push(call),
                Ok(_) => {}
                Err((state, Some(code))) => {
                    assert_eq!((state.as_str(), code.as_str()), ("22023", "VALIDATION_ERROR"), "{call}")
                }
                Err((state, None)) => panic!("{call}: {state}, and no refusal"),
            }
        }
    }
    assert_eq!(world.snapshot().await, before);
    assert_eq!(silent, [] as [String; 0], "granted to the service, and content with NULL");
}

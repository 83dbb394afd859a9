-- Routines of the schema that are neither another extension's nor as safe as ours must be.
SELECT routine.name, problem.text AS problem
FROM (
    SELECT p.oid::regprocedure::text AS name, p.*
    FROM pg_proc p
    WHERE p.pronamespace = 'convene'::regnamespace
      AND NOT EXISTS (
          SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND e.extname <> 'convene'
      )
) AS routine
CROSS JOIN LATERAL (
    SELECT 'belongs to ' || pg_get_userbyid(routine.proowner)
    WHERE routine.proowner IS DISTINCT FROM (SELECT r.oid FROM pg_roles r WHERE r.rolname = 'convene_owner')
    UNION ALL
    SELECT 'is open to PUBLIC'
    WHERE has_function_privilege('public', routine.oid, 'EXECUTE')
    UNION ALL
    SELECT 'runs as its owner without a pinned search_path'
    WHERE routine.prosecdef AND NOT coalesce(routine.proconfig::text LIKE '%search_path=%', false)
) AS problem (text)
ORDER BY routine.name

-- Who owns and may do what in the schema, as text. Rights are sorted: in what order they were granted means nothing.
WITH rights AS (
    SELECT 'schema ' || n.nspname AS object, n.nspowner AS owner, n.nspacl AS acl
    FROM pg_namespace n
    WHERE n.nspname = 'convene'
    UNION ALL
    SELECT
        concat_ws(' ', c.relkind, c.relname), c.relowner,
        coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM pg_class c
    WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'v', 'S')
    UNION ALL
    SELECT 'column ' || c.relname || '.' || a.attname, c.relowner, a.attacl
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
    WHERE c.relnamespace = 'convene'::regnamespace
    UNION ALL
    SELECT
        concat_ws(' ', 'routine', p.oid::regprocedure, pg_get_function_result(p.oid), p.provolatile, p.proparallel,
            p.procost, p.prorows, CASE WHEN p.prosecdef THEN 'definer' END, p.proconfig::text,
            md5(obj_description(p.oid, 'pg_proc'))),
        p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p
    WHERE p.pronamespace = 'convene'::regnamespace
)
SELECT string_agg(
    concat_ws(' ', object, 'of', owner::regrole,
        (SELECT string_agg(item::text, ' ' ORDER BY item::text COLLATE "C") FROM unnest(acl) AS item)),
    E'\n' ORDER BY object COLLATE "C"
)
FROM rights

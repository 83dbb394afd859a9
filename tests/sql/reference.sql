-- What operators can call and look at: name, form, description.
WITH functions AS (
    SELECT
        p.proname::text AS name,
        CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE '' END || p.oid::regproc AS called,
        pg_get_function_arguments(p.oid) AS arguments,
        CASE p.prokind WHEN 'p' THEN '' ELSE E'\nRETURNS ' || pg_get_function_result(p.oid) END AS result,
        obj_description(p.oid, 'pg_proc') AS description
    FROM pg_proc p
    WHERE p.pronamespace = 'convene'::regnamespace
      AND p.proowner = 'convene_owner'::regrole
      AND p.prorettype <> 'trigger'::regtype
      AND has_function_privilege('convene_operator', p.oid, 'EXECUTE')
      AND obj_description(p.oid, 'pg_proc') !~ 'For use in\s+other\s+functions'
),
views AS (
    SELECT
        c.relname::text AS name,
        'SELECT ' || string_agg(a.attname, ', ' ORDER BY a.attnum) || E'\nFROM ' || c.oid::regclass AS form,
        obj_description(c.oid, 'pg_class') AS description
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind = 'v'
    GROUP BY c.oid, c.relname
)
SELECT name, form, description
FROM (
    SELECT
        0 AS part, name,
        called || CASE WHEN length(arguments) > 80 THEN E'(\n    ' || replace(arguments, ', ', E',\n    ') || E'\n)' ELSE '(' || arguments || ')' END
            || CASE WHEN length(result) > 100 THEN replace(replace(result, 'TABLE(', E'TABLE (\n    '), ', ', E',\n    ') ELSE result END AS form,
        description
    FROM functions
    UNION ALL
    SELECT 1, name, form, description FROM views
) AS entries
ORDER BY part, name COLLATE "C";

-- An index serves a foreign key when its first columns are the key's, in any order. A partial one does when it leaves
-- out only rows in which a column of the key is NULL: those refer to nothing.
SELECT c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid)
FROM pg_constraint c
WHERE c.connamespace = 'convene'::regnamespace AND c.contype = 'f'
  AND NOT EXISTS (
      SELECT
      FROM pg_index i
      WHERE i.indrelid = c.conrelid
        AND c.conkey <@ (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(c.conkey)]
        AND (
            i.indpred IS NULL
            OR pg_get_expr(i.indpred, i.indrelid) IN (
                SELECT '(' || a.attname || ' IS NOT NULL)'
                FROM pg_attribute a
                WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            )
        )
  )
ORDER BY 1

INSERT INTO convene.tags (org_id, id, kind, name)
SELECT $1, convene.new_id($1), $2, named.name::convene.citext
FROM unnest($3) AS named (name)
ORDER BY named.name
ON CONFLICT (org_id, kind, name) DO NOTHING
RETURNING 1

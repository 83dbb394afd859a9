UPDATE convene.users
SET updated_at = clock_timestamp()
WHERE org_id = $1 AND id = ANY ($2)

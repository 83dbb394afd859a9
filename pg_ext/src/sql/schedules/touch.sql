UPDATE convene.schedules
SET updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2

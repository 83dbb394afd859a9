UPDATE convene.schedules
SET name = $3, time_zone = $4, is_default = $5, updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2
RETURNING {columns}

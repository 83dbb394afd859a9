UPDATE convene.availability_blocks
SET deleted_at = clock_timestamp(), is_active = false, updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2

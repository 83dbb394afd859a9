UPDATE convene.users
SET role = $3, is_active = $4, suspension_reason = $5, suspended_until = $6, updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2

UPDATE convene.users
SET last_activity_at = $3, dormant_since = NULL
WHERE org_id = $1 AND id = $2

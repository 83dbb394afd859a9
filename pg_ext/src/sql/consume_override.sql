UPDATE convene.tier_override_requests
SET used_at = $3
WHERE org_id = $1 AND id = $2

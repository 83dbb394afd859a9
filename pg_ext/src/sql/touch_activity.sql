UPDATE convene.users
SET last_activity_at = clock_timestamp(), dormant_since = NULL
WHERE org_id = $1 AND id = $2 AND convene.is_active_now(users)
  AND (dormant_since IS NOT NULL OR last_activity_at < clock_timestamp() - interval '1 day')

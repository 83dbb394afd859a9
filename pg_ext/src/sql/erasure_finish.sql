UPDATE convene.erasures
SET finished_at = clock_timestamp()
WHERE org_id = $1 AND user_id = $2

INSERT INTO convene.tier_override_requests (org_id, id, mentee_id, mentor_id, reason, expires_at)
SELECT $1, $2, $3, $4, $5, now() + make_interval(days => org.override_expiry_days)
FROM convene.organizations org
WHERE org.id = $1
RETURNING {columns}

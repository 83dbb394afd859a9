SELECT id
FROM convene.tier_override_requests
WHERE org_id = $1 AND mentee_id = $2 AND mentor_id = $3
  AND status = 'approved' AND used_at IS NULL AND expires_at > clock_timestamp()
LIMIT 1

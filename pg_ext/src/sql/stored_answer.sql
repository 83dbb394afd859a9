SELECT fingerprint, response
FROM convene.idempotency_requests
WHERE org_id = $1 AND actor_id = $2 AND key = $3

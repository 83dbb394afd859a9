SELECT request_hash, response
FROM convene.idempotency_requests
WHERE org_id = $1 AND scope = $2 AND key_hash = $3

INSERT INTO convene.idempotency_requests (org_id, scope, key_hash, request_hash, response, created_at)
VALUES ($1, $2, $3, $4, $5, $6)

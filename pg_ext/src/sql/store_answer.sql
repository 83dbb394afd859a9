INSERT INTO convene.idempotency_requests (org_id, actor_id, key, fingerprint, response, created_at)
VALUES ($1, $2, $3, $4, $5, $6)

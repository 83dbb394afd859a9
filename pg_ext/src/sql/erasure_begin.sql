INSERT INTO convene.erasures (org_id, user_id, requested_by)
VALUES ($1, $2, $3)
ON CONFLICT (org_id, user_id) DO NOTHING

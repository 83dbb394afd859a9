INSERT INTO convene.blackout_dates (org_id, id, mentor_id, day, reason)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (org_id, mentor_id, day) DO UPDATE SET reason = EXCLUDED.reason
RETURNING {columns}

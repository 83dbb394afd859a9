INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING {columns}

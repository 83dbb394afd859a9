SELECT time_zone
FROM convene.users
WHERE org_id = $1 AND id = $2 AND role = 'mentor' AND deleted_at IS NULL

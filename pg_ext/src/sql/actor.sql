SELECT org_id, is_active AND deleted_at IS NULL, role, name, time_zone::text
FROM convene.users
WHERE id = $1

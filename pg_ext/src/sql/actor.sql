SELECT org_id, is_active AND deleted_at IS NULL, role
FROM convene.users
WHERE id = $1

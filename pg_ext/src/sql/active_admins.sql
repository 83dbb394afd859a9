SELECT id
FROM convene.users
WHERE org_id = $1 AND role = 'admin' AND is_active AND deleted_at IS NULL
ORDER BY id

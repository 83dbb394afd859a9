SELECT {columns}
FROM convene.users u
WHERE u.org_id = $1 AND u.id = $2 AND u.deleted_at IS NULL

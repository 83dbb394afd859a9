SELECT org_id, id
FROM convene.users
WHERE (org_id, id) > ($1, $2) AND deleted_at IS NULL
ORDER BY org_id, id
LIMIT $3

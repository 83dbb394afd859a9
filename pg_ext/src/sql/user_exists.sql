SELECT deleted_at IS NOT NULL
FROM convene.users
WHERE org_id = $1 AND id = $2

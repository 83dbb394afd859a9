SELECT org_id
FROM convene.users
WHERE id = $1

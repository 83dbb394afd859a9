SELECT id
FROM convene.users
WHERE org_id = $1 AND role = 'admin' AND convene.is_active_now(users)
ORDER BY id

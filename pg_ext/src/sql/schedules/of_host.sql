SELECT {columns}
FROM convene.schedules
WHERE org_id = $1 AND user_id = $2
ORDER BY id

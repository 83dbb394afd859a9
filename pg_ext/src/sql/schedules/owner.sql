SELECT user_id
FROM convene.schedules
WHERE org_id = $1 AND id = $2

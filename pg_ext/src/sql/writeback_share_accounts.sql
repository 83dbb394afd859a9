SELECT FROM convene.calendar_connections
WHERE org_id = $1 AND user_id = ANY ($2)
ORDER BY id
FOR SHARE

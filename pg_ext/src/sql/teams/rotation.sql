SELECT {columns}
FROM convene.team_event_type_members
WHERE org_id = $1 AND event_type_id = $2
ORDER BY user_id
FOR NO KEY UPDATE

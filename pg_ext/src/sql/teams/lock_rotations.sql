-- $1 organization, $2 event types: whoever assigns a meeting of them next waits.
SELECT FROM convene.team_event_types
WHERE org_id = $1 AND event_type_id = ANY ($2)
ORDER BY event_type_id
FOR NO KEY UPDATE

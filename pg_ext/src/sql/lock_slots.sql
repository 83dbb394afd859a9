SELECT id
FROM convene.time_slots
WHERE org_id = $1 AND id = ANY ($2)
ORDER BY id
FOR NO KEY UPDATE

SELECT mentor_id AS id
FROM convene.time_slots
WHERE org_id = $1 AND id = $2

SELECT id
FROM convene.time_slots
WHERE org_id = $1 AND block_id = $2 AND start_time > clock_timestamp()
ORDER BY id
FOR NO KEY UPDATE

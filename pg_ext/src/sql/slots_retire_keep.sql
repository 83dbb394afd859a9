-- Slots that bookings refer to, live or ended, stay for them.
UPDATE convene.time_slots
SET deleted_at = clock_timestamp()
WHERE org_id = $1 AND block_id = $2 AND start_time > clock_timestamp() AND deleted_at IS NULL

-- A mentor's first $2 unbooked slots with what their blocks say, as they are listed.
SELECT
    slot.id, slot.mentor_id, slot.block_id, slot.start_time, slot.end_time, block.meeting_type, block.location_custom,
    block.requires_confirmation
FROM convene.time_slots slot
JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
WHERE slot.org_id = 1 AND slot.mentor_id = $1 AND slot.start_time > now()
  AND slot.booking_id IS NULL AND slot.deleted_at IS NULL
ORDER BY slot.start_time, slot.id
LIMIT $2::integer

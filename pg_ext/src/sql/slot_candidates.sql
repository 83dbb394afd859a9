-- $1 organization, $2 mentor, $3 from, $4 to, ($5, $6) the last slot already looked at, $7 how many.
SELECT
    slot.id, slot.mentor_id, slot.block_id, slot.start_time, slot.end_time, block.meeting_type,
    coalesce(preset.name, block.location_custom), block.requires_confirmation
FROM convene.time_slots slot
JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
LEFT JOIN convene.location_presets preset
    ON preset.org_id = block.org_id AND preset.id = block.location_preset_id
WHERE slot.org_id = $1 AND slot.mentor_id = $2
  AND slot.start_time >= greatest(coalesce($3, clock_timestamp()), clock_timestamp(), $5)
  AND slot.start_time < coalesce($4, 'infinity')
  AND ($5 IS NULL OR (slot.start_time, slot.id) > ($5, $6))
  AND slot.booking_id IS NULL AND slot.deleted_at IS NULL
ORDER BY slot.start_time, slot.id
LIMIT $7

SELECT block.meeting_type, coalesce(preset.name, block.location_custom), block.requires_confirmation
FROM convene.time_slots slot
JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
LEFT JOIN convene.location_presets preset
    ON preset.org_id = block.org_id AND preset.id = block.location_preset_id
WHERE slot.org_id = $1 AND slot.id = $2
FOR NO KEY UPDATE OF slot

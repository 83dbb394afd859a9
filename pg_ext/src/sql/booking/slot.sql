-- $1 organization, $2 the slot: what it is, and what meetings in it are like.
SELECT {columns}
FROM convene.time_slots slot
JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
JOIN convene.users mentor ON mentor.org_id = slot.org_id AND mentor.id = slot.mentor_id
LEFT JOIN convene.location_presets preset ON preset.org_id = block.org_id AND preset.id = block.location_preset_id
WHERE slot.org_id = $1 AND slot.id = $2

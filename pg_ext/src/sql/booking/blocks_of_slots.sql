-- $1 organization, $2 blocks: what meetings in their slots are like.
SELECT {columns}
FROM convene.availability_blocks block
LEFT JOIN convene.location_presets preset ON preset.org_id = block.org_id AND preset.id = block.location_preset_id
WHERE block.org_id = $1 AND block.id = ANY ($2)

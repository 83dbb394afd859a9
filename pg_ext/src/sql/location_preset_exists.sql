SELECT id
FROM convene.location_presets
WHERE org_id = $1 AND id = $2

-- Whoever deletes it waits, or is waited for.
SELECT id
FROM convene.location_presets
WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
FOR KEY SHARE

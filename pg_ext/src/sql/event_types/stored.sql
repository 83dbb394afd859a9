SELECT {columns}
FROM convene.event_types
WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL

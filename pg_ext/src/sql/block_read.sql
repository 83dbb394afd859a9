SELECT {columns}
FROM convene.availability_blocks
WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL

SELECT id
FROM convene.availability_blocks
WHERE org_id = $1 AND mentor_id = ANY ($2) AND deleted_at IS NULL
ORDER BY id

SELECT {b.columns}
FROM convene.availability_blocks b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.org_id = $1 AND b.id = $2 AND b.deleted_at IS NULL
FOR NO KEY UPDATE OF b

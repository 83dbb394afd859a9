SELECT {b.columns}
FROM convene.availability_blocks b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.id = $1 AND b.deleted_at IS NULL

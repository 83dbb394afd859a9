-- $2 the mentor, $3 a block of theirs that is left out. The bound on a mentor's blocks bounds the rows.
SELECT {columns}
FROM convene.availability_blocks
WHERE org_id = $1 AND mentor_id = $2 AND id <> $3 AND deleted_at IS NULL
ORDER BY id

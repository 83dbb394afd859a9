-- The oldest that are due. With statement_timestamp(), which the index can be searched by.
SELECT {columns}
FROM convene.work_items
WHERE queue = $1 AND lease IS NULL AND failed_at IS NULL AND due_at <= statement_timestamp()
ORDER BY due_at
LIMIT $2

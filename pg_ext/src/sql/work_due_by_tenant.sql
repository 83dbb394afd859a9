-- The oldest of each tenant and lane, for up to 128 of them: the index is searched once for each, however many items
-- there are.
WITH RECURSIVE pairs AS (
    SELECT first.org_id, first.lane, 1 AS nth
    FROM (
        SELECT f.org_id, f.lane
        FROM convene.work_items f
        WHERE f.queue = $1 AND f.lease IS NULL AND f.failed_at IS NULL AND f.org_id >= $2 AND f.org_id < $3
        ORDER BY f.org_id, f.lane
        LIMIT 1
    ) first
    UNION ALL
    SELECT next.org_id, next.lane, p.nth + 1
    FROM pairs p
    CROSS JOIN LATERAL (
        SELECT n.org_id, n.lane
        FROM convene.work_items n
        WHERE n.queue = $1 AND n.lease IS NULL AND n.failed_at IS NULL AND (n.org_id, n.lane) > (p.org_id, p.lane)
          AND n.org_id < $3
        ORDER BY n.org_id, n.lane
        LIMIT 1
    ) next
    WHERE p.nth < 128
)
SELECT {i.columns}
FROM pairs p
CROSS JOIN LATERAL (
    SELECT d.org_id, d.subject_id, d.lane, d.concurrency_key, d.due_at
    FROM convene.work_items d
    WHERE d.queue = $1 AND d.org_id = p.org_id AND d.lane = p.lane AND d.lease IS NULL AND d.failed_at IS NULL
      AND d.due_at <= statement_timestamp()
      AND (d.concurrency_key IS NULL OR d.concurrency_key <> ALL ($4))
    ORDER BY d.due_at
    LIMIT $5
) i
WHERE p.lane <> ALL ($6) AND p.org_id <> ALL ($7)
ORDER BY i.due_at

WITH free AS (
    SELECT w.org_id, w.subject_id
    FROM unnest($2, $3) AS chosen (org_id, subject_id)
    JOIN convene.work_items w ON w.org_id = chosen.org_id AND w.queue = $1 AND w.subject_id = chosen.subject_id
    WHERE w.lease IS NULL AND w.failed_at IS NULL AND w.due_at <= statement_timestamp()
    FOR UPDATE OF w SKIP LOCKED
)
UPDATE convene.work_items w
SET lease = $4, lease_until = clock_timestamp() + make_interval(secs => $5), attempts = w.attempts + 1, due_at = 'infinity'
FROM free
WHERE w.org_id = free.org_id AND w.queue = $1 AND w.subject_id = free.subject_id
RETURNING {w.columns}

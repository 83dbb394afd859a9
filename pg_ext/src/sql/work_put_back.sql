UPDATE convene.work_items w
SET lease = NULL, lease_until = NULL, due_at = coalesce(next.due_at, w.due_at), attempts = next.attempts,
    last_error = left(next.error, 200), failed_at = CASE WHEN next.due_at IS NULL THEN clock_timestamp() END
FROM unnest($2, $3, $4, $5, $6) AS next (org_id, subject_id, due_at, attempts, error)
WHERE w.org_id = next.org_id AND w.queue = $1 AND w.subject_id = next.subject_id

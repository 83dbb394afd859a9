-- What takes and settles work items with no fairness, no wait and no other outcome than done.
CREATE SCHEMA bench;
CREATE FUNCTION bench.claim(p_lease uuid) RETURNS TABLE (subject_id uuid, version integer)
LANGUAGE sql AS $$
    UPDATE convene.work_items w
    SET lease = p_lease, lease_until = clock_timestamp() + interval '1 minute', attempts = w.attempts + 1
    FROM (
        SELECT d.org_id, d.queue, d.subject_id
        FROM convene.work_items d
        WHERE d.queue = 'bench' AND d.failed_at IS NULL AND d.lease IS NULL AND d.due_at <= clock_timestamp()
        ORDER BY d.due_at
        LIMIT 32
        FOR UPDATE SKIP LOCKED
    ) due
    WHERE w.org_id = due.org_id AND w.queue = due.queue AND w.subject_id = due.subject_id
    RETURNING w.subject_id, w.version
$$;
CREATE FUNCTION bench.settle(p_lease uuid, p_most integer, p_subjects uuid[], p_versions integer[]) RETURNS SETOF uuid
LANGUAGE sql AS $$
    DELETE FROM convene.work_items w
    USING unnest(p_subjects, p_versions) AS done (subject_id, version)
    WHERE w.org_id = 1 AND w.queue = 'bench' AND w.subject_id = done.subject_id AND w.version = done.version AND w.lease = p_lease
    RETURNING w.subject_id
$$;

SELECT
    coalesce(array_agg(DISTINCT format('%s of %s', waiting.count, waiting.queue)) FILTER (WHERE waiting.is_late), '{}') AS late,
    coalesce(array_agg(DISTINCT format('%s of %s', waiting.count, waiting.queue)) FILTER (WHERE NOT waiting.is_late), '{}')
        AS failed
FROM (
    SELECT w.queue, w.failed_at IS NULL AS is_late, count(*) AS count
    FROM convene.work_items w
    WHERE w.failed_at IS NOT NULL OR (w.lease IS NULL AND w.due_at < clock_timestamp() - interval '15 minutes')
    GROUP BY w.queue, w.failed_at IS NULL
) waiting

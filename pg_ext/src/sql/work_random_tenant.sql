-- Some number up to the last tenant with work in the queue.
SELECT (random() * coalesce((
    SELECT w.org_id FROM convene.work_items w
    WHERE w.queue = $1 AND w.lease IS NULL AND w.failed_at IS NULL
    ORDER BY w.org_id DESC LIMIT 1
), 0))::integer AS org_id

SELECT w.attempts, clock_timestamp() AS now
FROM convene.work_items w
WHERE w.org_id = $1 AND w.queue = 'writebacks' AND w.subject_id = $2 AND w.lease = $3

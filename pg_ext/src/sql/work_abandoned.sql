SELECT
    org_id, subject_id, attempts, nullif(due_at, 'infinity') AS asked_again, clock_timestamp() AS now, random() AS chance,
    0::bigint AS place
FROM convene.work_items
WHERE queue = $1 AND lease IS NOT NULL AND lease_until < statement_timestamp()
LIMIT 1000
FOR UPDATE SKIP LOCKED

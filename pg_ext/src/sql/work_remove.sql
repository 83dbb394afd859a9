DELETE FROM convene.work_items w
USING unnest($2, $3) AS done (org_id, subject_id)
WHERE w.org_id = done.org_id AND w.queue = $1 AND w.subject_id = done.subject_id

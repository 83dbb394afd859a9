SELECT
    w.org_id, w.subject_id, w.attempts,
    CASE WHEN w.version <> claimed.version THEN nullif(w.due_at, 'infinity') END AS asked_again,
    clock_timestamp() AS now, random() AS chance, claimed.place
FROM unnest($2, $3, $4, $5) WITH ORDINALITY AS claimed (org_id, subject_id, lease, version, place)
JOIN convene.work_items w
    ON w.org_id = claimed.org_id AND w.queue = $1 AND w.subject_id = claimed.subject_id AND w.lease = claimed.lease
ORDER BY w.org_id, w.subject_id
FOR UPDATE OF w

-- A booking reads the account again, and an answer that was asked for before is older than this.
WITH outdated AS (
    UPDATE convene.calendar_connections c
    SET synced_at = CASE
        WHEN c.synced_at IS NOT NULL
            THEN least(c.synced_at, clock_timestamp() - o.calendar_fresh_minutes * interval '1 minute')
    END
    FROM convene.organizations o
    WHERE o.id = c.org_id AND c.org_id = $1 AND c.id = $2 AND c.status = 'connected'
    RETURNING c.org_id, c.id, c.provider
)
-- Many events of a calendar change together. It is read once for those of two seconds, and not beside a reading that is
-- outdated but not yet over: a mailbox answers few requests at once.
SELECT convene.restart_work(
    'calendar_syncs', ARRAY[o.org_id], ARRAY[o.id], ARRAY[o.provider], ARRAY[NULL::uuid],
    ARRAY[least(w.due_at, clock_timestamp() + interval '2 seconds')]
)
FROM outdated o
LEFT JOIN convene.work_items w
    ON w.org_id = o.org_id AND w.queue = 'calendar_syncs' AND w.subject_id = o.id AND w.lease IS NULL AND w.failed_at IS NULL

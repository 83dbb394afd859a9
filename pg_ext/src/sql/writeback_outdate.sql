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
SELECT convene.restart_work(
    'calendar_syncs', ARRAY[o.org_id], ARRAY[o.id], ARRAY[o.provider], ARRAY[NULL::uuid], ARRAY[clock_timestamp()]
)
FROM outdated o

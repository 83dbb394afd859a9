SELECT
    count(*) FILTER (WHERE c.status = 'connected') AS connected,
    count(*) FILTER (WHERE c.status = 'needs_reconnect') AS needs_reconnect,
    count(*) FILTER (
        WHERE c.status = 'connected'
          AND coalesce(c.synced_at < clock_timestamp() - o.calendar_stale_minutes * interval '1 minute', true)
    ) AS unknown,
    coalesce(array_agg(DISTINCT c.provider) FILTER (WHERE c.tokens IS NOT NULL), '{}') AS providers
FROM convene.calendar_connections c
JOIN convene.organizations o ON o.id = c.org_id

SELECT
    c.id, c.user_id, c.provider, c.status AS state,
    EXISTS (
        SELECT FROM convene.calendars k WHERE k.org_id = c.org_id AND k.connection_id = c.id AND k.is_written
    ) AS is_written
FROM convene.calendar_connections c
WHERE c.org_id = $1 AND c.user_id = ANY ($2) AND c.status IN ('connected', 'needs_reconnect')
ORDER BY c.created_at, c.id

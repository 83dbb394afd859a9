-- $1 organization; $2 and $3 pairs of a connection and a calendar in it: whose calendar it is, and its name as its owner knows it.
SELECT wanted.connection_id, wanted.calendar_id, c.provider,
    CASE WHEN k.is_primary THEN 'primary' ELSE coalesce(k.name, wanted.calendar_id) END AS calendar
FROM unnest($2, $3) AS wanted (connection_id, calendar_id)
JOIN convene.calendar_connections c ON c.org_id = $1 AND c.id = wanted.connection_id
LEFT JOIN convene.calendars k
    ON k.org_id = $1 AND k.connection_id = wanted.connection_id AND k.calendar_id = wanted.calendar_id

-- $2 windows of an external calendar that leave a mentor's slots free: the half hours after them.
WITH connection AS (
    INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
    VALUES (1, convene.new_id(), $1, 'google', now())
    RETURNING org_id, id, user_id
)
INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
SELECT c.org_id, convene.new_id(), c.user_id, c.id, 'primary', tstzrange(s.end_time, s.end_time + interval '30 minutes')
FROM connection c
CROSS JOIN LATERAL (
    SELECT end_time FROM convene.time_slots WHERE org_id = 1 AND mentor_id = c.user_id ORDER BY start_time LIMIT $2
) s

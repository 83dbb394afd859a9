-- Every third of a mentor's free slots taken by a window of an external calendar.
WITH connection AS (
    INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
    VALUES (1, convene.new_id(1), $1, 'google', now())
    RETURNING org_id, id, user_id
)
INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
SELECT c.org_id, convene.new_id(c.org_id), c.user_id, c.id, 'primary', tstzrange(s.start_time, s.end_time)
FROM connection c
JOIN (
    SELECT start_time, end_time, row_number() OVER (ORDER BY start_time) AS nth
    FROM convene.time_slots
    WHERE org_id = 1 AND mentor_id = $1 AND booking_id IS NULL
) s ON s.nth % 3 = 0

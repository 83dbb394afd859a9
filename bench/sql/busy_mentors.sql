-- Every third of each mentor's unbooked slots taken by a window of an external calendar.
INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
SELECT org_id, convene.new_id(1), id, 'google', now()
FROM convene.users
WHERE role = 'mentor';
INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
SELECT c.org_id, convene.new_id(1), c.user_id, c.id, 'primary', tstzrange(s.start_time, s.end_time)
FROM convene.calendar_connections c
JOIN (
    SELECT mentor_id, start_time, end_time, row_number() OVER (PARTITION BY mentor_id ORDER BY start_time) AS nth
    FROM convene.time_slots
    WHERE booking_id IS NULL
) s ON s.mentor_id = c.user_id AND s.nth % 3 = 0

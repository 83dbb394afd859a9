-- Of the staff, and a mentor and a mentee with as much history as anybody, who once met.
SELECT
    (SELECT u.id FROM convene.users u WHERE u.role = 'admin' LIMIT 1) AS admin,
    (SELECT u.id FROM convene.users u WHERE u.role = 'coordinator' LIMIT 1) AS coordinator,
    host.user_id AS mentor, attendee.user_id AS mentee, host.booking_id AS booking
FROM (SELECT * FROM convene.booking_participants WHERE role = 'host' ORDER BY start_time LIMIT 1) AS host
JOIN convene.booking_participants attendee
    ON attendee.org_id = host.org_id AND attendee.booking_id = host.booking_id AND attendee.role = 'attendee'

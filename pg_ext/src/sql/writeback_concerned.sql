-- Of bookings, those that have events in calendars; of users, those with accounts.
SELECT e.booking_id AS id
FROM convene.booking_external_events e
WHERE e.org_id = $1 AND e.booking_id = ANY ($2)
UNION
SELECT c.user_id
FROM convene.calendar_connections c
WHERE c.org_id = $1 AND c.user_id = ANY ($3) AND c.status IN ('connected', 'needs_reconnect')

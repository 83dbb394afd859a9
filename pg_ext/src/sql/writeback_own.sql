SELECT e.booking_id, e.user_id, e.connection_id
FROM convene.booking_external_events e
WHERE e.org_id = $1 AND e.id = $2

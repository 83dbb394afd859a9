SELECT DISTINCT e.user_id AS id
FROM convene.booking_external_events e
WHERE e.org_id = $1 AND e.booking_id = ANY ($2)

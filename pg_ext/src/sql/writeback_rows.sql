SELECT {e.columns}
FROM convene.booking_external_events e
WHERE e.org_id = $1 AND e.booking_id = ANY ($2)
ORDER BY e.booking_id, e.user_id
FOR UPDATE

-- $1 organization, $2 event type, $3 start, $4 end: the meeting of several seats then, and its host.
SELECT b.id
FROM convene.bookings b
WHERE b.org_id = $1 AND b.event_type_id = $2 AND b.start_time = $3 AND b.end_time = $4 AND b.status = 'confirmed'
  AND b.capacity > 1
ORDER BY b.id
LIMIT 1

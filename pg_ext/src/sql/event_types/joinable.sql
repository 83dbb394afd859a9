-- $1 organization, $2 event type, $3 and $4 between which starts: meetings of several seats that have some left.
SELECT b.id, b.start_time, b.end_time, (b.capacity - seated.many)::integer AS seats_left
FROM convene.bookings b
CROSS JOIN LATERAL (
    SELECT count(*) AS many
    FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'attendee' AND p.seat IS NOT NULL AND p.status <> 'left'
) AS seated
WHERE b.org_id = $1 AND b.event_type_id = $2 AND b.start_time >= $3 AND b.start_time < $4
  AND b.status = 'confirmed' AND b.capacity > seated.many
ORDER BY b.start_time, b.id

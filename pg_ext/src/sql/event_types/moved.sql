-- $1 organization, $2 a booking of an event type, and who hosts it.
SELECT
    b.event_type_id, b.capacity, b.start_time, (extract(epoch FROM b.end_time - b.start_time) / 60)::integer AS minutes,
    b.status IN ('pending', 'confirmed') AND b.start_time > now() AS can_move,
    ARRAY(
        SELECT p.user_id FROM convene.booking_participants p
        WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host' AND p.status <> 'left'
        ORDER BY p.user_id
    ) AS hosts
FROM convene.bookings b
WHERE b.org_id = $1 AND b.id = $2 AND b.event_type_id IS NOT NULL

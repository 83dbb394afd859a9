SELECT b.org_id, b.id, b.time_slot_id, ARRAY(
    SELECT p.user_id FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.user_id IS NOT NULL AND p.status <> 'left'
) AS people
FROM convene.bookings b
WHERE b.status = 'confirmed' AND b.end_time <= clock_timestamp()
ORDER BY b.end_time
LIMIT $1

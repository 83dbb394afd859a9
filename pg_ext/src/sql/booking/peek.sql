-- Who takes part in the booking, and its slot: what is to be locked before it.
SELECT b.time_slot_id, ARRAY(
    SELECT p.user_id FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.user_id IS NOT NULL AND p.status <> 'left'
    ORDER BY p.position
) AS people
FROM convene.bookings b
WHERE b.org_id = $1 AND b.id = $2

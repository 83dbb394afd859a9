SELECT coalesce(array_agg(b.time_slot_id ORDER BY b.time_slot_id) FILTER (WHERE b.time_slot_id IS NOT NULL), '{}') AS slots
FROM convene.bookings b
WHERE b.org_id = $1 AND b.id = ANY ($2)

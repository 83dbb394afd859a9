SELECT b.org_id, b.id, b.time_slot_id, '{}'::uuid[] AS people
FROM convene.bookings b
WHERE b.status = 'held' AND b.held_until <= clock_timestamp()
ORDER BY b.held_until
LIMIT $1

-- $1 how many, $2 whether holds or requests. Nobody's standing changes: no person is locked.
SELECT b.org_id, b.id, b.time_slot_id, '{}'::uuid[] AS people
FROM convene.bookings b
WHERE b.lapses_at <= clock_timestamp() AND b.status = $2
ORDER BY b.lapses_at
LIMIT $1

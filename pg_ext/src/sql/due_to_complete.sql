SELECT org_id, id, mentor_id, mentee_id, time_slot_id
FROM convene.bookings
WHERE status = 'confirmed' AND end_time <= clock_timestamp()
ORDER BY end_time
LIMIT $1

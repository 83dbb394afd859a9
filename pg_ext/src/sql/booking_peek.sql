SELECT mentor_id, mentee_id, time_slot_id
FROM convene.bookings
WHERE org_id = $1 AND id = $2

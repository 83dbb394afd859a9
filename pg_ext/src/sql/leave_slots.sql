-- The slots of the bookings $3 and all future ones of $2.
SELECT id
FROM convene.time_slots
WHERE org_id = $1
  AND (id IN (SELECT time_slot_id FROM convene.bookings WHERE org_id = $1 AND id = ANY ($3) AND time_slot_id IS NOT NULL)
       OR (mentor_id = ANY ($2) AND start_time > clock_timestamp()))
ORDER BY id

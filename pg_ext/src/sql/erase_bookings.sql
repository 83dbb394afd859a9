-- What $2 takes part in and has not begun.
SELECT id
FROM convene.bookings
WHERE org_id = $1 AND (mentor_id = $2 OR mentee_id = $2)
  AND status IN ('held', 'pending', 'confirmed') AND start_time > clock_timestamp()
ORDER BY id

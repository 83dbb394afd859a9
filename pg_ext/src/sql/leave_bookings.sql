-- What any of $2 takes part in and has not begun, each once, with one of them.
SELECT
    b.id, CASE WHEN b.mentor_id = ANY ($2) THEN b.mentor_id ELSE b.mentee_id END
FROM convene.bookings b
WHERE b.org_id = $1 AND (b.mentor_id = ANY ($2) OR b.mentee_id = ANY ($2))
  AND b.status IN ('held', 'pending', 'confirmed') AND b.start_time > clock_timestamp()
ORDER BY b.id

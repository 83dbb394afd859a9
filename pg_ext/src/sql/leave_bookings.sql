-- What any of $2 takes part in and had not begun when the transaction did, each once, $3 at most. An index cannot be asked for
-- what is later than the clock.
SELECT DISTINCT b.id
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.org_id = $1 AND p.user_id = ANY ($2) AND p.status <> 'left' AND p.start_time > now()
  AND b.status IN ('held', 'pending', 'confirmed')
ORDER BY b.id
LIMIT $3

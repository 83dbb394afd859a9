-- $2 people; $3 and $4 their bookings as a transaction sees them: whether there is one that is not so, or not among them.
SELECT
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.org_id = $1 AND p.user_id = ANY ($2) AND p.start_time > now() - interval '8 days'
  AND (b.id, b.updated_at) NOT IN (SELECT * FROM unnest($3, $4))
LIMIT 1

-- $2 people. What of theirs a decision may count, and when each last changed: nobody books the past, and a week that
-- counts has begun at most a week ago.
SELECT DISTINCT b.id, b.updated_at
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.org_id = $1 AND p.user_id = ANY ($2) AND p.start_time > now() - interval '8 days'

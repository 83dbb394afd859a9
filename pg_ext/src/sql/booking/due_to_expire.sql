-- Requests that nobody answered in time, or whose start has passed. Nobody's standing changes: no person is locked.
SELECT b.org_id, b.id, b.time_slot_id, '{}'::uuid[] AS people
FROM convene.bookings b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.status = 'pending'
  AND (b.created_at <= clock_timestamp() - o.pending_expiry_days * interval '1 day' OR b.start_time <= clock_timestamp())
ORDER BY b.created_at
LIMIT $1

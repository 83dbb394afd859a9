SELECT b.org_id, b.id, b.mentor_id, b.mentee_id, b.time_slot_id
FROM convene.bookings b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.status = 'pending'
  AND (b.created_at <= clock_timestamp() - make_interval(days => o.pending_expiry_days)
       OR b.start_time <= clock_timestamp())
ORDER BY b.created_at
LIMIT $1

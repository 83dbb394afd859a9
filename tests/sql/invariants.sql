-- What must hold whatever happened: each row is a violation.
WITH active AS (
    SELECT * FROM convene.bookings WHERE status IN ('held', 'pending', 'confirmed', 'completed', 'no_show')
),
changes AS (
    SELECT e.*, lag(e.to_status) OVER (PARTITION BY e.org_id, e.booking_id ORDER BY e.seq) AS status_before,
        lead(e.seq) OVER (PARTITION BY e.org_id, e.booking_id ORDER BY e.seq) IS NULL AS is_last
    FROM convene.booking_events e
)
SELECT 'a taken slot has one active booking, which is its own' AS law, s.id AS what
FROM convene.time_slots s
LEFT JOIN active b ON b.org_id = s.org_id AND b.id = s.booking_id AND b.time_slot_id = s.id
WHERE s.booking_id IS NOT NULL AND b.id IS NULL
UNION ALL
SELECT 'an active booking has its slot', b.id
FROM active b
JOIN convene.time_slots s ON s.org_id = b.org_id AND s.id = b.time_slot_id
WHERE s.booking_id IS DISTINCT FROM b.id
UNION ALL
SELECT 'nobody is at two places', one.user_id
FROM convene.booking_participants one
JOIN convene.booking_participants other
    ON other.org_id = one.org_id AND other.user_id = one.user_id AND other.booking_id > one.booking_id
WHERE one.active AND other.active AND one.blocked && other.blocked
UNION ALL
SELECT 'a booking takes its two people''s time while it is active, and only then', b.id
FROM convene.bookings b
WHERE (
    SELECT count(*) FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id
      AND p.user_id = CASE p.role WHEN 'mentor' THEN b.mentor_id ELSE b.mentee_id END
      AND p.blocked = tstzrange(b.start_time, b.end_time)
      AND p.active = (b.status IN ('held', 'pending', 'confirmed', 'completed', 'no_show'))
) <> 2
UNION ALL
SELECT 'each event begins where the one before ended', c.booking_id
FROM changes c
WHERE c.from_status IS DISTINCT FROM c.status_before
UNION ALL
SELECT 'history ends in the booking''s status', b.id
FROM convene.bookings b
LEFT JOIN changes c ON c.org_id = b.org_id AND c.booking_id = b.id AND c.is_last
WHERE c.to_status IS DISTINCT FROM b.status
UNION ALL
SELECT 'what has ended stays as it is', c.booking_id
FROM changes c
WHERE c.from_status IN ('completed', 'no_show', 'canceled', 'declined', 'expired') AND c.event <> 'rated'
UNION ALL
SELECT 'a week has no more bookings than the tier allows', b.mentee_id
FROM active b
JOIN convene.users u ON u.org_id = b.org_id AND u.id = b.mentee_id
JOIN convene.tier_policies t ON t.org_id = u.org_id AND t.tier = u.reputation_tier
JOIN convene.organizations o ON o.id = b.org_id
GROUP BY b.mentee_id, t.weekly_limit, date_trunc('week', b.start_time AT TIME ZONE o.time_zone)
HAVING count(*) > t.weekly_limit
UNION ALL
SELECT 'an answer kept for replay is that of a booking', r.actor_id
FROM convene.idempotency_requests r
LEFT JOIN convene.bookings b ON b.org_id = r.org_id AND b.id = (r.response ->> 'id')::uuid
WHERE b.id IS NULL

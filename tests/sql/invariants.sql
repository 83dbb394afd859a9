-- What must hold whatever happened: each row is a violation.
WITH active AS (
    SELECT * FROM convene.bookings WHERE status IN ('held', 'pending', 'confirmed', 'completed', 'no_show')
),
changes AS (
    SELECT
        e.*, lag(e.to_status) OVER story AS status_before, lag(e.start_time) OVER story AS start_before,
        lag(e.hosts) OVER story AS hosts_before, lead(e.seq) OVER story IS NULL AS is_last
    FROM convene.booking_events e
    WINDOW story AS (PARTITION BY e.org_id, e.booking_id ORDER BY e.seq)
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
SELECT 'people''s time is taken while the booking is active and they take part, and only then', p.booking_id
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.active IS DISTINCT FROM (
    b.status IN ('held', 'pending', 'confirmed', 'completed', 'no_show') AND p.status IN ('active', 'absent')
)
UNION ALL
SELECT 'people are where their booking is', p.booking_id
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.status <> 'left'
  AND (p.start_time <> b.start_time OR NOT p.blocked @> tstzrange(b.start_time, b.end_time)
       OR b.time_slot_id IS NOT NULL AND p.blocked <> tstzrange(b.start_time, b.end_time))
UNION ALL
SELECT 'office hours are of one mentor and one mentee', b.id
FROM convene.bookings b
WHERE b.time_slot_id IS NOT NULL AND ARRAY['attendee', 'host'] <> ARRAY(
    SELECT p.role FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.status <> 'left'
    ORDER BY p.role
)
UNION ALL
SELECT 'nobody has a seat beyond the last, or another''s', p.booking_id
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.status <> 'left' AND p.seat IS NOT NULL
GROUP BY p.booking_id, b.capacity
HAVING max(p.seat) > b.capacity OR count(*) <> count(DISTINCT p.seat)
UNION ALL
SELECT 'each event begins where the one before ended', c.booking_id
FROM changes c
WHERE c.from_status IS DISTINCT FROM c.status_before
UNION ALL
SELECT 'what has ended stays as it is, unless staff correct who came', c.booking_id
FROM changes c
WHERE c.from_status IN ('completed', 'no_show', 'canceled', 'declined', 'expired')
  AND c.event NOT IN ('rated', 'link_changed', 'no_show_disputed')
  AND NOT (c.event = 'no_show_corrected' AND ARRAY[c.from_status, c.to_status] <@ ARRAY['completed', 'no_show'])
UNION ALL
-- Replaying the history gives the booking: its last event says how it is, and each says how it was then.
SELECT 'the last event says how the booking is', b.id
FROM convene.bookings b
LEFT JOIN changes c ON c.org_id = b.org_id AND c.booking_id = b.id AND c.is_last
WHERE (c.to_status, c.start_time, c.end_time, c.meeting_type, c.location, c.conference_url)
      IS DISTINCT FROM (b.status, b.start_time, b.end_time, b.meeting_type, b.location, b.conference_url)
   OR c.hosts IS DISTINCT FROM ARRAY(
       SELECT p.user_id FROM convene.booking_participants p
       WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host' AND p.status IN ('active', 'absent')
       ORDER BY p.position
   )
   OR c.attendees IS DISTINCT FROM ARRAY(
       SELECT p.user_id FROM convene.booking_participants p
       WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'attendee' AND p.status IN ('active', 'absent')
         AND p.user_id IS NOT NULL
       ORDER BY p.seat
   )
   OR c.guests IS DISTINCT FROM ARRAY(
       SELECT p.guest_id FROM convene.booking_participants p
       WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'attendee' AND p.status IN ('active', 'absent')
         AND p.guest_id IS NOT NULL
       ORDER BY p.seat
   )
UNION ALL
SELECT 'a move begins where the booking was', c.booking_id
FROM changes c
WHERE c.event IN ('rescheduled', 'reassigned')
  AND ((c.facts ->> 'from_start')::timestamptz IS DISTINCT FROM c.start_before
       OR convene.uuids(c.facts -> 'from_hosts') IS DISTINCT FROM c.hosts_before)
UNION ALL
SELECT 'only moves move', c.booking_id
FROM changes c
WHERE c.event NOT IN ('created', 'held', 'rescheduled', 'reassigned') AND c.start_time <> c.start_before
UNION ALL
SELECT 'only reassigning gives another host', c.booking_id
FROM changes c
WHERE c.event NOT IN ('created', 'held', 'reassigned') AND c.hosts <> c.hosts_before
UNION ALL
-- By the tier as it was when each came into its week: beside it there were at least those that had come before and are
-- still there. What lapsed does not count, nor did it when others came.
SELECT 'a week has no more bookings than the tier allowed', came.mentee_id
FROM (
    SELECT
        pair.mentee_id, (e.facts ->> 'weekly_limit')::integer AS allowed,
        row_number() OVER (
            PARTITION BY b.org_id, pair.mentee_id, date_trunc('week', b.start_time AT TIME ZONE o.time_zone) ORDER BY e.seq
        ) AS nth
    FROM active b
    JOIN convene.organizations o ON o.id = b.org_id
    JOIN convene.office_hours_bookings pair ON pair.org_id = b.org_id AND pair.id = b.id
    CROSS JOIN LATERAL (
        SELECT e.seq, e.facts
        FROM convene.booking_events e
        WHERE e.org_id = b.org_id AND e.booking_id = b.id AND e.event IN ('created', 'held', 'rescheduled', 'reassigned')
        ORDER BY e.seq DESC
        LIMIT 1
    ) e
    WHERE b.lapses_at IS NULL OR b.lapses_at > now()
) came
WHERE came.nth > came.allowed
UNION ALL
SELECT 'an answer kept for replay is that of a booking', (r.response ->> 'id')::uuid
FROM convene.idempotency_requests r
LEFT JOIN convene.bookings b ON b.org_id = r.org_id AND b.id = (r.response ->> 'id')::uuid
WHERE b.id IS NULL

-- $1 organization; $2 the people; $3 and $4 the time that is looked at; $5 the booking that is moved, whose own time is no
-- obstacle; $6 who attends, where weeks are counted, NULL where they are not.
-- Rows of four kinds, each with what it needs: everything is read once, however many candidates there are.
-- Person by person (OFFSET 0 keeps it so): GiST finds one person's time, not that of any of several, and the plan, which a
-- session keeps, must not depend on how few rows there were when it was made.
SELECT
    'account' AS kind, c.user_id AS person_id, c.id, c.synced_at AS from_time, c.synced_until AS to_time,
    -- When it is tried again, if the last try failed.
    (
        SELECT w.due_at FROM convene.work_items w
        WHERE w.org_id = c.org_id AND w.queue = 'calendar_syncs' AND w.subject_id = c.id AND w.attempts > 0 AND w.lease IS NULL
    ) AS at,
    c.status = 'connected' AND c.tokens IS NOT NULL AS is_set,
    c.status = 'connected' AS is_connected, NULL AS calendar_id
FROM convene.calendar_connections c
WHERE c.org_id = $1 AND c.user_id = ANY ($2) AND c.status <> 'disconnected'
UNION ALL
SELECT 'busy', person.id, w.connection_id, lower(w.busy), upper(w.busy), NULL, NULL, NULL, w.calendar_id
FROM unnest($2) AS person (id)
CROSS JOIN LATERAL (
    SELECT w.connection_id, w.calendar_id, w.busy
    FROM convene.calendar_busy_windows w
    WHERE w.org_id = $1 AND w.user_id = person.id AND w.busy && tstzrange($3, $4)
    OFFSET 0
) w
UNION ALL
SELECT
    'booked', person.id, p.booking_id, lower(p.blocked), upper(p.blocked),
    p.lapses_at, NULL, NULL, NULL
FROM unnest($2) AS person (id)
CROSS JOIN LATERAL (
    SELECT p.booking_id, p.blocked, p.lapses_at
    FROM convene.booking_participants p
    WHERE p.org_id = $1 AND p.user_id = person.id AND p.active AND p.blocked && tstzrange($3, $4)
      AND p.booking_id IS DISTINCT FROM $5
    OFFSET 0
) p
UNION ALL
SELECT 'week', p.user_id, p.booking_id, p.start_time, NULL, NULL, NULL, NULL, NULL
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
WHERE p.org_id = $1 AND p.user_id = $6 AND p.role = 'attendee' AND p.active AND b.time_slot_id IS NOT NULL
  AND p.start_time BETWEEN $3 - interval '8 days' AND $4 + interval '8 days'
  AND p.booking_id IS DISTINCT FROM $5
  -- What lapsed no longer counts, whether or not a job has been there.
  AND (p.lapses_at IS NULL OR p.lapses_at > clock_timestamp())

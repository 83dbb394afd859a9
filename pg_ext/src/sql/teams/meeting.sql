-- $1 organization, $2 a booking, $3 who acts, $4 whether they are staff: the booking as far as it may be a team's, for those
-- who take part in it, own its team, or are staff.
SELECT
    b.event_type_id, b.team_id, b.start_time, b.end_time, coalesce(hosting.blocked_from, b.start_time) AS blocked_from,
    coalesce(hosting.blocked_to, b.end_time) AS blocked_to, coalesce(hosting.users, '{}') AS hosts,
    ARRAY(
        SELECT p.user_id FROM convene.booking_participants p
        WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'attendee' AND p.user_id IS NOT NULL
          AND p.status <> 'left'
    ) AS attendees
FROM convene.bookings b
CROSS JOIN LATERAL (
    SELECT
        array_agg(p.user_id ORDER BY p.position) AS users, min(lower(p.blocked)) AS blocked_from,
        max(upper(p.blocked)) AS blocked_to
    FROM convene.booking_participants p
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host' AND p.status <> 'left'
) AS hosting
WHERE b.org_id = $1 AND b.id = $2
  AND (
      $4
      OR EXISTS (
          SELECT FROM convene.team_members m
          WHERE m.org_id = b.org_id AND m.team_id = b.team_id AND m.user_id = $3 AND m.role = 'owner'
      )
      OR EXISTS (
          SELECT FROM convene.booking_participants p
          WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.user_id = $3 AND p.status <> 'left'
      )
  )

-- $1 organization, $2 team, $3 a user: meetings to come that they host in turn.
SELECT b.id AS booking_id, b.event_type_id, b.start_time, b.end_time, NULL::uuid AS to_user_id, NULL::text AS refusal
FROM convene.booking_participants host
JOIN convene.bookings b ON b.org_id = host.org_id AND b.id = host.booking_id
JOIN convene.team_event_types shared ON shared.org_id = b.org_id AND shared.event_type_id = b.event_type_id
WHERE host.org_id = $1 AND host.user_id = $3 AND host.role = 'host' AND host.status <> 'left'
  AND host.start_time > clock_timestamp() AND b.team_id = $2 AND b.status IN ('pending', 'confirmed')
  AND shared.mode = 'round_robin'
ORDER BY b.start_time, b.id
LIMIT 200

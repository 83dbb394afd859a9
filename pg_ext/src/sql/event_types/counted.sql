-- $1 organization, $2 event type, $3 hosts, $4 and $5 between which starts, $6 the booking that is moved: the meetings that
-- count towards the limits.
SELECT host.user_id, b.start_time, b.end_time
FROM convene.bookings b
JOIN convene.booking_participants host ON host.org_id = b.org_id AND host.booking_id = b.id
WHERE b.org_id = $1 AND b.event_type_id = $2 AND b.start_time >= $4 AND b.start_time < $5
  AND b.id IS DISTINCT FROM $6
  AND host.role = 'host' AND host.active AND host.user_id = ANY ($3)
  -- What lapsed no longer counts, whether or not a job has been there.
  AND (b.lapses_at IS NULL OR b.lapses_at > clock_timestamp())

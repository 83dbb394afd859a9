-- Who hosts, or hosted, the meetings of teams, and why they: what the rotation said is in the history.
CREATE OR REPLACE VIEW convene.team_booking_assignments WITH (security_barrier) AS
SELECT
    b.org_id, b.id AS booking_id, b.team_id, b.event_type_id, host.user_id AS host_id,
    coalesce(assigned.occurred_at, b.created_at) AS assigned_at,
    assigned.rotation ->> 'reason' AS reason, assigned.rotation,
    host.status, b.status AS booking_status, b.start_time, b.end_time
FROM convene.bookings b
JOIN convene.booking_participants host ON host.org_id = b.org_id AND host.booking_id = b.id AND host.role = 'host'
LEFT JOIN LATERAL (
    SELECT e.occurred_at, e.facts -> 'rotation' AS rotation
    FROM convene.booking_events e
    WHERE e.org_id = b.org_id AND e.booking_id = b.id AND e.facts -> 'rotation' ->> 'user_id' = host.user_id::text
    ORDER BY e.seq DESC
    LIMIT 1
) assigned ON true
WHERE b.team_id IS NOT NULL;
COMMENT ON VIEW convene.team_booking_assignments IS 'Hosts of the meetings of teams, those who were replaced too: since when, and why they were chosen';
COMMENT ON COLUMN convene.team_booking_assignments.org_id IS 'Tenant';
COMMENT ON COLUMN convene.team_booking_assignments.booking_id IS 'The booking';
COMMENT ON COLUMN convene.team_booking_assignments.team_id IS 'The team';
COMMENT ON COLUMN convene.team_booking_assignments.event_type_id IS 'Its event type';
COMMENT ON COLUMN convene.team_booking_assignments.host_id IS 'The member who hosts it, or hosted it until they were replaced';
COMMENT ON COLUMN convene.team_booking_assignments.assigned_at IS 'When they were assigned';
COMMENT ON COLUMN convene.team_booking_assignments.reason IS 'Which rule chose them in a rotation: only_one_free, highest_priority, fewest_turns, longest_ago, lowest_id, or by_hand; NULL in collective meetings';
COMMENT ON COLUMN convene.team_booking_assignments.rotation IS 'All that the choice rested on: their turns, weight, priority and last assignment before it, how many were free, and what the next one had';
COMMENT ON COLUMN convene.team_booking_assignments.status IS 'active, left (replaced by another) or absent (did not come)';
COMMENT ON COLUMN convene.team_booking_assignments.booking_status IS 'As in bookings';
COMMENT ON COLUMN convene.team_booking_assignments.start_time IS 'First instant of the meeting';
COMMENT ON COLUMN convene.team_booking_assignments.end_time IS 'First instant after it';

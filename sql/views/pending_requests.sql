CREATE OR REPLACE VIEW convene.pending_requests WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    now() - b.created_at AS age,
    b.lapses_at AS expires_at,
    b.start_time,
    mentor.name AS mentor_name,
    mentor.email::text AS mentor_email,
    mentee.name AS mentee_name,
    mentee.email::text AS mentee_email,
    attendee.meeting_goal,
    b.created_at,
    b.id AS booking_id
FROM convene.bookings b
JOIN convene.organizations o ON o.id = b.org_id
JOIN convene.booking_participants host
    ON host.org_id = b.org_id AND host.booking_id = b.id AND host.role = 'host' AND host.status <> 'left'
JOIN convene.booking_participants attendee
    ON attendee.org_id = b.org_id AND attendee.booking_id = b.id AND attendee.role = 'attendee'
    AND attendee.status <> 'left'
JOIN convene.users mentor ON mentor.org_id = b.org_id AND mentor.id = host.user_id
JOIN convene.users mentee ON mentee.org_id = b.org_id AND mentee.id = attendee.user_id
WHERE b.status = 'pending' AND b.time_slot_id IS NOT NULL AND b.lapses_at > now();
COMMENT ON VIEW convene.pending_requests IS 'Booking requests that wait for their mentor''s answer';
COMMENT ON COLUMN convene.pending_requests.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.pending_requests.age IS 'Time since the request';
COMMENT ON COLUMN convene.pending_requests.expires_at IS 'When it lapses unanswered: after the organization''s days, or when the meeting would start';
COMMENT ON COLUMN convene.pending_requests.start_time IS 'When the meeting would start';
COMMENT ON COLUMN convene.pending_requests.mentor_name IS 'Who is to answer';
COMMENT ON COLUMN convene.pending_requests.mentor_email IS 'Their address';
COMMENT ON COLUMN convene.pending_requests.mentee_name IS 'Who asks';
COMMENT ON COLUMN convene.pending_requests.mentee_email IS 'Their address';
COMMENT ON COLUMN convene.pending_requests.meeting_goal IS 'What the mentee wants';
COMMENT ON COLUMN convene.pending_requests.created_at IS 'When it was asked';
COMMENT ON COLUMN convene.pending_requests.booking_id IS 'For confirm_booking and decline_booking';

-- Today is the organization's. The outer range serves the index; the comparison of dates decides.
CREATE OR REPLACE VIEW convene.todays_bookings WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    b.start_time,
    b.end_time,
    b.start_time AT TIME ZONE o.time_zone AS local_start,
    b.status,
    mentor.name AS mentor_name,
    mentor.email::text AS mentor_email,
    mentee.name AS mentee_name,
    mentee.email::text AS mentee_email,
    b.meeting_type,
    b.location,
    b.id AS booking_id
FROM convene.organizations o
JOIN convene.bookings b ON b.org_id = o.id
    AND b.start_time > now() - interval '26 hours' AND b.start_time < now() + interval '26 hours'
    AND (b.start_time AT TIME ZONE o.time_zone)::date = (now() AT TIME ZONE o.time_zone)::date
JOIN convene.booking_participants host
    ON host.org_id = b.org_id AND host.booking_id = b.id AND host.role = 'host' AND host.status <> 'left'
JOIN convene.booking_participants attendee
    ON attendee.org_id = b.org_id AND attendee.booking_id = b.id AND attendee.role = 'attendee'
    AND attendee.status <> 'left'
JOIN convene.users mentor ON mentor.org_id = b.org_id AND mentor.id = host.user_id
JOIN convene.users mentee ON mentee.org_id = b.org_id AND mentee.id = attendee.user_id
WHERE b.time_slot_id IS NOT NULL;
COMMENT ON VIEW convene.todays_bookings IS 'Bookings of every status that start today, as the organization''s zone has it';
COMMENT ON COLUMN convene.todays_bookings.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.todays_bookings.start_time IS 'First instant';
COMMENT ON COLUMN convene.todays_bookings.end_time IS 'First instant after';
COMMENT ON COLUMN convene.todays_bookings.local_start IS 'Start as wall-clock time in the organization''s zone';
COMMENT ON COLUMN convene.todays_bookings.status IS 'As in bookings';
COMMENT ON COLUMN convene.todays_bookings.mentor_name IS 'The mentor';
COMMENT ON COLUMN convene.todays_bookings.mentor_email IS 'Their address';
COMMENT ON COLUMN convene.todays_bookings.mentee_name IS 'The mentee';
COMMENT ON COLUMN convene.todays_bookings.mentee_email IS 'Their address';
COMMENT ON COLUMN convene.todays_bookings.meeting_type IS 'online, in_person_preset or in_person_custom';
COMMENT ON COLUMN convene.todays_bookings.location IS 'The place, for meetings in person';
COMMENT ON COLUMN convene.todays_bookings.booking_id IS 'Its id';

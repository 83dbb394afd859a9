-- One mentor, one mentee, one row: bookings of time slots as people in an office speak of them.
CREATE OR REPLACE VIEW convene.office_hours_bookings WITH (security_barrier) AS
SELECT
    b.org_id, b.id, b.status, host.user_id AS mentor_id, attendee.user_id AS mentee_id, b.time_slot_id, b.start_time,
    b.end_time, attendee.meeting_goal, b.meeting_type, b.location, b.created_at
FROM convene.bookings b
JOIN convene.booking_participants host
    ON host.org_id = b.org_id AND host.booking_id = b.id AND host.role = 'host' AND host.status <> 'left'
JOIN convene.booking_participants attendee
    ON attendee.org_id = b.org_id AND attendee.booking_id = b.id AND attendee.role = 'attendee'
    AND attendee.status <> 'left'
WHERE b.time_slot_id IS NOT NULL;
COMMENT ON VIEW convene.office_hours_bookings IS 'Bookings of office hours, each with its mentor and mentee';
COMMENT ON COLUMN convene.office_hours_bookings.org_id IS 'Tenant';
COMMENT ON COLUMN convene.office_hours_bookings.id IS 'The booking';
COMMENT ON COLUMN convene.office_hours_bookings.status IS 'As in bookings';
COMMENT ON COLUMN convene.office_hours_bookings.mentor_id IS 'Who hosts it now';
COMMENT ON COLUMN convene.office_hours_bookings.mentee_id IS 'Who booked';
COMMENT ON COLUMN convene.office_hours_bookings.time_slot_id IS 'The slot it takes, or took last';
COMMENT ON COLUMN convene.office_hours_bookings.start_time IS 'First instant';
COMMENT ON COLUMN convene.office_hours_bookings.end_time IS 'First instant after';
COMMENT ON COLUMN convene.office_hours_bookings.meeting_goal IS 'What the mentee wants from it';
COMMENT ON COLUMN convene.office_hours_bookings.meeting_type IS 'online, in_person_preset or in_person_custom';
COMMENT ON COLUMN convene.office_hours_bookings.location IS 'The place, for meetings in person';
COMMENT ON COLUMN convene.office_hours_bookings.created_at IS 'When it was booked';

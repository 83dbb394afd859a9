-- The mentor $1's next 50 bookings from $2 on, with both names.
SELECT b.*, mentor.name AS mentor_name, mentee.name AS mentee_name
FROM convene.booking_participants own
JOIN convene.bookings b ON b.org_id = own.org_id AND b.id = own.booking_id
JOIN convene.users mentor ON mentor.org_id = own.org_id AND mentor.id = own.user_id
JOIN convene.booking_participants other
    ON other.org_id = own.org_id AND other.booking_id = own.booking_id AND other.role = 'attendee'
JOIN convene.users mentee ON mentee.org_id = other.org_id AND mentee.id = other.user_id
WHERE own.org_id = 1 AND own.user_id = $1 AND own.start_time >= $2
ORDER BY own.start_time, own.booking_id
LIMIT 50

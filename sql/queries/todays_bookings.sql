-- Who meets whom today, in each organization's own zone.
SELECT organization, local_start, status, mentor_name, mentee_name, meeting_type, location, booking_id
FROM convene.todays_bookings
ORDER BY organization, start_time;

-- Requests that mentors have not answered, the oldest first.
SELECT organization, date_trunc('minute', age) AS age, expires_at, start_time, mentor_name, mentor_email, mentee_name, booking_id
FROM convene.pending_requests
ORDER BY age DESC;

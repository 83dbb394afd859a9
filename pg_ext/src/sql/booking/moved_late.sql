-- Whether $3 moved the booking $2 shortly before it was to begin.
SELECT 1
FROM convene.booking_events
WHERE org_id = $1 AND booking_id = $2 AND actor_id = $3 AND event = 'rescheduled' AND facts ->> 'late' = 'true'
LIMIT 1

-- $3 the status they get. Their people are locked, so nobody ends them in another way meanwhile.
WITH closed AS (
    UPDATE convene.bookings
    SET status = $3, updated_at = clock_timestamp()
    WHERE org_id = $1 AND id = ANY ($2) AND status = 'confirmed' AND end_time <= clock_timestamp()
    RETURNING org_id, id
)
INSERT INTO convene.booking_events (org_id, booking_id, event, from_status, to_status)
SELECT org_id, id, 'completed', 'confirmed', $3
FROM closed
RETURNING seq

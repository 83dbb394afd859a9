-- $3 the status they get. Their slots are locked; a request that was answered meanwhile is passed over.
WITH closed AS (
    UPDATE convene.bookings
    SET status = $3, updated_at = clock_timestamp()
    WHERE org_id = $1 AND id = ANY ($2) AND status = 'pending'
    RETURNING org_id, id, time_slot_id
), people AS (
    UPDATE convene.booking_participants p
    SET active = false
    FROM closed
    WHERE p.org_id = closed.org_id AND p.booking_id = closed.id
), slots AS (
    UPDATE convene.time_slots s
    SET booking_id = NULL
    FROM closed
    WHERE s.org_id = closed.org_id AND s.id = closed.time_slot_id AND s.booking_id = closed.id
)
INSERT INTO convene.booking_events (org_id, booking_id, event, from_status, to_status)
SELECT org_id, id, 'expired', 'pending', $3
FROM closed
RETURNING seq

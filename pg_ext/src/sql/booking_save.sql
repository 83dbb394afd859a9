-- $12 whether the booking no longer takes its time.
WITH freed_people AS (
    UPDATE convene.booking_participants
    SET active = false
    WHERE org_id = $1 AND booking_id = $2 AND $12
), freed_slot AS (
    UPDATE convene.time_slots
    SET booking_id = NULL
    WHERE org_id = $1 AND booking_id = $2 AND $12
      AND id = (SELECT time_slot_id FROM convene.bookings WHERE org_id = $1 AND id = $2)
), history AS (
    INSERT INTO convene.booking_events (org_id, booking_id, actor_id, event, from_status, to_status, facts, occurred_at)
    VALUES ($1, $2, $13, $14, $15, $3, $16, $11)
)
UPDATE convene.bookings
SET status = $3, responded_at = $4, confirmed_at = $5, canceled_at = $6, canceled_by = $7, cancellation_reason = $8,
    cancellation_notes = $9, no_show_user_id = $10, updated_at = $11
WHERE org_id = $1 AND id = $2

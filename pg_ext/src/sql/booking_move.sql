-- $4 the new slot, $13 the old one; $18 the new slot's mentor.
WITH people AS (
    UPDATE convene.booking_participants
    SET blocked = tstzrange($5, $6), user_id = CASE role WHEN 'mentor' THEN $18 ELSE user_id END
    WHERE org_id = $1 AND booking_id = $2
), slots AS (
    UPDATE convene.time_slots
    SET booking_id = CASE WHEN id = $4 THEN $2 END
    WHERE org_id = $1 AND id IN ($4, $13)
), history AS (
    INSERT INTO convene.booking_events (org_id, booking_id, actor_id, event, from_status, to_status, facts, occurred_at)
    VALUES ($1, $2, $14, $17, $15, $3, $16, $12)
)
UPDATE convene.bookings
SET status = $3, time_slot_id = $4, start_time = $5, end_time = $6, meeting_type = $7, location = $8,
    requested_at = $9, responded_at = $10, confirmed_at = $11, updated_at = $12, mentor_id = $18
WHERE org_id = $1 AND id = $2

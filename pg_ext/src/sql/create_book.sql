WITH booking AS (
    INSERT INTO convene.bookings (
        org_id, id, status, mentor_id, mentee_id, time_slot_id, start_time, end_time, meeting_goal, materials_urls,
        meeting_type, location, requested_at, confirmed_at, created_at, updated_at
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
), people AS (
    INSERT INTO convene.booking_participants (org_id, booking_id, user_id, role, blocked)
    VALUES ($1, $2, $4, 'mentor', tstzrange($7, $8)), ($1, $2, $5, 'mentee', tstzrange($7, $8))
), history AS (
    INSERT INTO convene.booking_events (org_id, booking_id, actor_id, event, to_status, occurred_at)
    VALUES ($1, $2, $5, 'created', $3, $15)
)
UPDATE convene.time_slots
SET booking_id = $2
WHERE org_id = $1 AND id = $6

-- Booking, participants that change ($20 to $25, $52 and $53, an element each), the one who comes ($26 to $36), slots and history.
-- $49 who wrote what they want only now, $50, $51 and $55 what; $56 what who comes answered. $37 the slot it had, $38 whether it has the slot $4 now.
WITH people AS (
    UPDATE convene.booking_participants p
    SET status = changed.status, seat = changed.seat, active = changed.active, start_time = $5, lapses_at = $54,
        meeting_goal = CASE WHEN p.position = $49 THEN $50 ELSE p.meeting_goal END,
        materials_urls = CASE WHEN p.position = $49 THEN $51 ELSE p.materials_urls END,
        answers = CASE WHEN p.position = $49 THEN $55 ELSE p.answers END,
        blocked = tstzrange(changed.blocked_from, changed.blocked_to),
        absence_claimed_by = changed.absence_claimed_by, absence_disputed_at = changed.absence_disputed_at
    FROM unnest($20, $21, $22, $23, $24, $25, $52, $53) AS changed
        (position, status, seat, blocked_from, blocked_to, active, absence_claimed_by, absence_disputed_at)
    WHERE p.org_id = $1 AND p.booking_id = $2 AND p.position = changed.position
), newcomer AS (
    INSERT INTO convene.booking_participants (
        org_id, booking_id, position, role, user_id, guest_id, status, seat, meeting_goal, materials_urls, start_time, blocked,
        active, lapses_at, answers
    )
    SELECT $1, $2, $26, $27, $28, $29, $30, $31, $32, $33, $5, tstzrange($34, $35), $36, $54, $56
    WHERE $26 IS NOT NULL
), slots AS (
    UPDATE convene.time_slots s
    SET booking_id = CASE WHEN $38 AND s.id = $4 THEN $2 END
    WHERE s.org_id = $1 AND s.id IN ($4, $37)
      AND s.booking_id IS DISTINCT FROM (CASE WHEN $38 AND s.id = $4 THEN $2 END)
      AND (s.booking_id IS NULL OR s.booking_id = $2)
), history AS (
    INSERT INTO convene.booking_events (
        org_id, booking_id, event, actor_id, actor_guest_id, acted_as, from_status, to_status, start_time, end_time,
        meeting_type, location, conference_url, hosts, attendees, guests, words, facts, occurred_at
    )
    VALUES ($1, $2, $39, $40, $41, $42, $43, $3, $5, $6, $7, $8, $9, $44, $45, $46, $47, $48, $19)
)
UPDATE convene.bookings
SET status = $3, time_slot_id = $4, start_time = $5, end_time = $6, meeting_type = $7, location = $8, conference_url = $9,
    held_until = $10, requested_at = $11, responded_at = $12, confirmed_at = $13, canceled_at = $14, canceled_by = $15, canceled_as = $16,
    cancellation_reason = $17, cancellation_notes = $18, updated_at = $19, lapses_at = $54
WHERE org_id = $1 AND id = $2

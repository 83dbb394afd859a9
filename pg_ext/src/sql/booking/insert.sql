-- Booking, participants, history and slot: one statement, so that four are started once.
-- $15 to $20 have one element for each participant; $21, $22 and $35 are what the attendee wrote.
WITH booking AS (
    INSERT INTO convene.bookings (
        org_id, id, status, time_slot_id, event_type_id, start_time, end_time, meeting_type, location, capacity, held_until,
        requested_at, confirmed_at, created_at, updated_at, lapses_at, team_id, series_id, series_position
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $31, $32, $33, $34)
), people AS (
    INSERT INTO convene.booking_participants (
        org_id, booking_id, position, role, user_id, guest_id, seat, meeting_goal, materials_urls, answers, start_time, blocked,
        lapses_at
    )
    SELECT
        $1, $2, person.position, person.role, person.user_id, person.guest_id, person.seat,
        CASE person.role WHEN 'attendee' THEN $21 END, CASE person.role WHEN 'attendee' THEN $22 ELSE '{}'::text[] END,
        CASE person.role WHEN 'attendee' THEN $35 ELSE '{}'::jsonb END, $6, tstzrange(person.blocked_from, person.blocked_to), $31
    FROM unnest($15, $16, $17, $18, $19, $20)
        WITH ORDINALITY AS person (role, user_id, guest_id, seat, blocked_from, blocked_to, position)
), history AS (
    INSERT INTO convene.booking_events (
        org_id, booking_id, event, actor_id, actor_guest_id, acted_as, to_status, start_time, end_time, meeting_type,
        location, hosts, attendees, guests, facts, occurred_at
    )
    VALUES ($1, $2, $23, $24, $25, $26, $3, $6, $7, $8, $9, $27, $28, $29, $30, $14)
)
UPDATE convene.time_slots
SET booking_id = $2
WHERE org_id = $1 AND id = $4

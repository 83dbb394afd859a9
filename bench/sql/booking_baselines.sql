-- What booking is compared with. Both take the organization, so that they need not look it up.
CREATE SCHEMA bench;

-- The writes of create_booking_atomic and nothing else: no check, no lock, no look at the actor. What the rows hold
-- must still be read from slot and block.
CREATE FUNCTION bench.same_writes(
    p_org_id integer, p_time_slot_id uuid, p_mentee_id uuid, p_goal text, p_urls text[], p_key text
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    meeting record;
    booking convene.bookings;
BEGIN
    SELECT s.mentor_id, s.start_time, s.end_time, b.meeting_type, b.location_custom AS location
    INTO meeting
    FROM convene.time_slots s
    JOIN convene.availability_blocks b ON b.org_id = s.org_id AND b.id = s.block_id
    WHERE s.org_id = p_org_id AND s.id = p_time_slot_id;

    INSERT INTO convene.bookings (
        org_id, id, status, time_slot_id, start_time, end_time, meeting_type, location, confirmed_at
    )
    VALUES (
        p_org_id, convene.new_id(p_org_id), 'confirmed', p_time_slot_id, meeting.start_time, meeting.end_time,
        meeting.meeting_type, meeting.location, now()
    )
    RETURNING * INTO booking;

    INSERT INTO convene.booking_participants (
        org_id, booking_id, "position", role, user_id, seat, meeting_goal, materials_urls, start_time, blocked
    )
    VALUES
        (
            p_org_id, booking.id, 1, 'host', meeting.mentor_id, NULL, NULL, '{}', meeting.start_time,
            tstzrange(meeting.start_time, meeting.end_time)
        ),
        (
            p_org_id, booking.id, 2, 'attendee', p_mentee_id, 1, p_goal, p_urls, meeting.start_time,
            tstzrange(meeting.start_time, meeting.end_time)
        );

    INSERT INTO convene.booking_events (
        org_id, booking_id, actor_id, acted_as, event, to_status, start_time, end_time, meeting_type, location, hosts, attendees
    )
    VALUES (
        p_org_id, booking.id, p_mentee_id, 'attendee', 'created', 'confirmed', meeting.start_time, meeting.end_time,
        meeting.meeting_type, meeting.location, ARRAY[meeting.mentor_id], ARRAY[p_mentee_id]
    );

    UPDATE convene.time_slots SET booking_id = booking.id WHERE org_id = p_org_id AND id = p_time_slot_id;

    IF p_key IS NOT NULL THEN
        INSERT INTO convene.idempotency_requests (org_id, scope, key_hash, request_hash, response)
        VALUES (
            p_org_id, 'user:' || p_mentee_id, sha256(convert_to(p_key, 'UTF8')), sha256(convert_to(p_goal, 'UTF8')),
            to_jsonb(booking)
        );
    END IF;
    RETURN booking.id;
END
$$;

-- The least that books at all: lock the slot, insert the booking, mark the slot. It leaves no participants behind, so
-- nothing but the lock keeps people from being booked twice.
CREATE FUNCTION bench.bare(
    p_org_id integer, p_time_slot_id uuid, p_mentee_id uuid, p_goal text, p_urls text[], p_key text
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    slot        record;
    new_booking uuid := convene.new_id(p_org_id);
BEGIN
    SELECT s.start_time, s.end_time INTO slot
    FROM convene.time_slots s
    WHERE s.org_id = p_org_id AND s.id = p_time_slot_id
    FOR UPDATE;

    INSERT INTO convene.bookings (
        org_id, id, status, time_slot_id, start_time, end_time, meeting_type, confirmed_at
    )
    VALUES (p_org_id, new_booking, 'confirmed', p_time_slot_id, slot.start_time, slot.end_time, 'online', now());

    UPDATE convene.time_slots s SET booking_id = new_booking WHERE s.org_id = p_org_id AND s.id = p_time_slot_id;
    RETURN new_booking;
END
$$;

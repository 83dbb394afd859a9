-- The office that every spec plays in. office.open() makes it anew: isolationtester calls it before each permutation.
--
-- Mentors Mia and Max; mentees Ada and Ben, silver. Slots, the day after tomorrow and later, UTC:
--   mia_10 and mia_10_15 overlap, from two blocks; mia_12; max_10 overlaps both of Mia's first ones; mia_15 asks for
--   her word.
CREATE SCHEMA office;

CREATE FUNCTION office.id(p_name text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT md5('office ' || p_name)::uuid $$;

CREATE FUNCTION office.open() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    org_id constant integer := 1;
    today  constant timestamptz := date_trunc('day', now());
BEGIN
    TRUNCATE convene.users, convene.work_items, convene.idempotency_requests CASCADE;
    INSERT INTO convene.users (org_id, id, email, name, role)
    SELECT org_id, office.id(name), name || '@office.test', name, role
    FROM (VALUES ('mia', 'mentor'), ('max', 'mentor'), ('ada', 'mentee'), ('ben', 'mentee')) AS u (name, role);
    INSERT INTO convene.availability_blocks (
        org_id, id, mentor_id, recurrence, start_date, start_time, end_time, time_zone, slot_minutes,
        requires_confirmation, generated_until
    )
    SELECT org_id, office.id(slot), office.id(mentor), 'one_time', current_date + 2, '00:00', '24:00', 'UTC', 30,
        slot = 'mia_15', '2999-12-31'
    FROM (VALUES ('mia', 'mia_10'), ('mia', 'mia_10_15'), ('mia', 'mia_12'), ('max', 'max_10'), ('mia', 'mia_15'))
        AS b (mentor, slot);
    INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
    SELECT b.org_id, office.id(slot), office.id(slot), b.mentor_id, today + starts, today + starts + interval '30 minutes'
    FROM (VALUES
        ('mia_10', interval '2 days 10 hours'), ('mia_10_15', interval '2 days 10 hours 15 minutes'),
        ('mia_12', interval '2 days 12 hours'), ('max_10', interval '2 days 10 hours 10 minutes'),
        ('mia_15', interval '2 days 15 hours')
    ) AS s (slot, starts)
    JOIN convene.availability_blocks b ON b.id = office.id(slot);
END
$$;

CREATE FUNCTION office.book(p_mentee text, p_slot text, p_key text DEFAULT NULL) RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT status FROM convene.create_booking_atomic(
        office.id(p_slot), office.id(p_mentee), 'A goal of some length', p_idempotency_key => p_key)
$$;

-- The booking of that mentee; specs give each one at most.
CREATE FUNCTION office.booking(p_mentee text) RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT b.id FROM convene.office_hours_bookings b WHERE b.mentee_id = office.id(p_mentee) $$;

-- What became of it: every slot that is taken, by whom, and in which state.
CREATE VIEW office.taken AS
SELECT slot, mentee.name AS by_whom, b.status
FROM unnest(ARRAY['mia_10', 'mia_10_15', 'mia_12', 'max_10', 'mia_15']) AS slot
JOIN convene.time_slots s ON s.id = office.id(slot)
JOIN convene.office_hours_bookings b ON b.org_id = s.org_id AND b.id = s.booking_id
JOIN convene.users mentee ON mentee.org_id = b.org_id AND mentee.id = b.mentee_id
ORDER BY slot;

-- Ada's calendar, to which her meetings are written.
CREATE FUNCTION office.connect(p_name text) RETURNS void
LANGUAGE sql VOLATILE AS $$
    INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
    VALUES (1, office.id('calendar of ' || p_name), office.id(p_name), 'google', now());
    INSERT INTO convene.calendars (org_id, connection_id, calendar_id, name, can_write, is_read, is_written)
    VALUES (1, office.id('calendar of ' || p_name), 'primary', 'Work', true, true, true)
$$;

-- What calendars are owed.
CREATE VIEW office.owed AS
SELECT u.name AS of_whom, e.operation, e.status
FROM convene.booking_external_events e
JOIN convene.users u ON u.org_id = e.org_id AND u.id = e.user_id
ORDER BY u.name;

-- A meeting with several seats on the third day, of which the attendee has the first.
CREATE FUNCTION office.talk(p_host text, p_attendee text, p_seats integer) RETURNS void
LANGUAGE sql VOLATILE AS $$
    INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
    VALUES (1, office.id('hours of ' || p_host), office.id(p_host), 'Always', 'UTC', true);
    INSERT INTO convene.availability_rules (org_id, schedule_id, weekday, start_time, end_time)
    SELECT 1, office.id('hours of ' || p_host), weekday, '00:00', '24:00' FROM generate_series(1, 7) weekday;
    INSERT INTO convene.event_types (org_id, id, host_id, slug, title, capacity)
    VALUES (1, office.id('talk'), office.id(p_host), 'talk', 'A talk', p_seats);
    SELECT FROM convene.book_event_type(
        office.id('talk'), office.id(p_attendee), date_trunc('day', now()) + interval '3 days 10 hours')
$$;

CREATE FUNCTION office.the_talk() RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT id FROM convene.bookings WHERE event_type_id = office.id('talk') $$;

-- When holds and requests lapse, after rows were made older by hand.
CREATE FUNCTION office.settle_lapses() RETURNS void
LANGUAGE sql AS $$
    UPDATE convene.bookings
    SET lapses_at = CASE status WHEN 'held' THEN held_until ELSE least(created_at + interval '7 days', start_time) END
    WHERE status IN ('held', 'pending');
    UPDATE convene.booking_participants p
    SET lapses_at = b.lapses_at
    FROM convene.bookings b
    WHERE b.org_id = p.org_id AND b.id = p.booking_id;
$$;

-- Who sits where, and how the meeting is.
CREATE VIEW office.seats AS
SELECT p.seat, u.name AS by_whom, p.status, b.status AS booking
FROM convene.booking_participants p
JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
JOIN convene.users u ON u.org_id = p.org_id AND u.id = p.user_id
WHERE p.role = 'attendee'
ORDER BY p.seat, u.name;

-- Demo data, part 3: what happened so far, written straight into the tables, because booking functions do not book the
-- past. Standing is not set here but calculated from it (part 4): what the numbers below come to is beside the people.
-- All of it is at least eight days old, so that nobody's weekly limit is touched. Nothing happens when it is there.

DO $$
DECLARE
    demo integer := (SELECT id FROM convene.organizations WHERE slug = 'demo');
BEGIN
    IF EXISTS (SELECT FROM convene.bookings WHERE org_id = demo) THEN
        RETURN;
    END IF;

    -- One weekly window of four slots for each mentor, 10:00, 10:40, 11:20 and 12:00, which ended eight days ago.
    INSERT INTO convene.availability_blocks (
        org_id, id, mentor_id, recurrence, start_date, until_date, start_time, end_time, time_zone, slot_minutes,
        buffer_minutes, requires_confirmation, generated_until, created_at, updated_at
    )
    SELECT
        u.org_id, ('01900000-0000-7000-8000-000000000' || 300 + plan.mentor)::uuid, u.id, 'weekly',
        current_date - 8 - 7 * (weeks - 1), current_date - 8, '10:00', '13:00', u.time_zone, 30, 10, asks,
        current_date - 8, u.joined_at, u.joined_at
    FROM (VALUES (101, 3, true), (102, 4, true), (103, 4, true), (104, 4, false), (105, 3, false)) AS plan (mentor, weeks, asks)
    JOIN convene.users u ON u.org_id = demo AND u.id = ('01900000-0000-7000-8000-000000000' || plan.mentor)::uuid;

    INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time, created_at)
    SELECT b.org_id, convene.new_id(b.org_id), b.id, b.mentor_id, start, start + interval '30 minutes', b.created_at
    FROM convene.availability_blocks b
    CROSS JOIN LATERAL generate_series(b.start_date, b.until_date, interval '7 days') AS day
    CROSS JOIN LATERAL convene.preview_slots(
        b.time_zone, day::date, b.start_time, b.end_time, b.slot_minutes, b.buffer_minutes
    ) AS start
    WHERE b.org_id = demo AND b.until_date < current_date;

    CREATE TEMPORARY TABLE demo_meetings ON COMMIT DROP AS
    SELECT
        ('01900000-0000-7000-8000-000000001' || to_char(row_number() OVER (), 'FM000'))::uuid AS id,
        slot.id AS slot_id, slot.start_time, slot.end_time,
        slot.mentor_id, ('01900000-0000-7000-8000-000000000' || plan.mentee)::uuid AS mentee_id,
        plan.status, plan.mentor_rating, plan.mentee_rating, plan.goal,
        slot.start_time - interval '1 day' - coalesce(plan.response, 48) * interval '1 hour' AS booked_at,
        plan.response * interval '1 hour' AS response,
        ('01900000-0000-7000-8000-000000000' || plan.culprit)::uuid AS culprit_id,
        slot.start_time - plan.canceled_hours * interval '1 hour' AS canceled_at
    FROM (VALUES
        -- mentor, mentee, weeks and slot, what became of it, ratings of mentor and mentee, hours to answer, who missed
        -- or canceled, how many hours before, goal
        -- mentor1: (2 + 2 + 3) / 3 × 1 × 1.2 (20 h) + 0 = 2.8, bronze
        (101, 201, 0, 1, 'completed', 2, 3, 20, NULL, NULL, 'Is our signup too long? A look at the numbers.'),
        (101, 202, 1, 1, 'completed', 2, 2, 30, NULL, NULL, 'How to choose the first feature to build.'),
        (101, 204, 2, 1, 'completed', 3, 4, 10, NULL, NULL, 'Interviewing market traders about storage.'),
        -- mentor2: 17 / 5 × 1 × 0.8 (60 h) + 1 = 3.72, silver
        (102, 201, 1, 1, 'completed', 3, 3, 60, NULL, NULL, 'Whether to raise now or after the season.'),
        (102, 202, 0, 2, 'completed', 4, 2, 70, NULL, NULL, 'Reading a term sheet for the first time.'),
        (102, 203, 2, 1, 'completed', 3, 3, 50, NULL, NULL, 'Pricing packaging by weight or by piece.'),
        (102, 206, 1, 2, 'completed', 3, 3, 55, NULL, NULL, 'Grants or equity for hardware.'),
        (102, 207, 3, 1, 'completed', 4, 3, 65, NULL, NULL, 'Which numbers investors in education ask for.'),
        (102, 208, 2, 3, 'declined', NULL, NULL, 60, NULL, NULL, 'An introduction to music labels.'),
        (102, 209, 3, 3, 'expired', NULL, NULL, NULL, NULL, NULL, 'How subscriptions are valued.'),
        -- mentor3: 16 / 4 × 4/5 × 1.0 (30 h) + 1 = 4.2, gold
        (103, 203, 1, 1, 'completed', 4, 3, 30, NULL, NULL, 'Hiring a second engineer on little money.'),
        (103, 204, 0, 1, 'completed', 4, 3, 28, NULL, NULL, 'When to replace the prototype hardware.'),
        (103, 207, 2, 2, 'completed', 4, 3, 36, NULL, NULL, 'On-call for a team of three.'),
        (103, 208, 1, 2, 'completed', 4, 3, 26, NULL, NULL, 'Reviewing our audio pipeline.'),
        (103, 208, 0, 3, 'canceled', NULL, NULL, 30, 103, 12, 'Follow-up on the audio pipeline.'),
        -- mentor4: 44 / 9 × 1 × 1.2 (12 h) + 1, at most 5: platinum
        (104, 201, 2, 2, 'completed', 5, 3, NULL, NULL, NULL, 'Selling to garden centres.'),
        (104, 202, 2, 3, 'completed', 5, 2, NULL, NULL, NULL, 'Talking to ferry operators.'),
        (104, 203, 3, 1, 'completed', 4, 4, NULL, NULL, NULL, 'Our first enterprise contract.'),
        (104, 204, 1, 1, 'completed', 5, 3, NULL, NULL, NULL, 'Payments in markets without cards.'),
        (104, 205, 0, 1, 'completed', 5, 5, NULL, NULL, NULL, 'Preparing for due diligence.'),
        (104, 205, 1, 2, 'completed', 5, 5, NULL, NULL, NULL, 'Choosing between two acquirers.'),
        (104, 206, 2, 1, 'completed', NULL, 2, NULL, NULL, NULL, 'Finding the first ten customers.'),
        (104, 206, 3, 2, 'completed', NULL, 3, NULL, NULL, NULL, 'A business model for leasing panels.'),
        (104, 207, 1, 3, 'completed', 5, 4, NULL, NULL, NULL, 'Working with public schools.'),
        (104, 208, 2, 4, 'completed', NULL, 4, NULL, NULL, NULL, 'Licensing or a product of our own.'),
        (104, 208, 3, 3, 'completed', NULL, 3, NULL, NULL, NULL, 'What to show at a first pitch.'),
        (104, 209, 0, 2, 'completed', 5, 4, NULL, NULL, NULL, 'Opening a second workshop.'),
        (104, 209, 1, 4, 'completed', NULL, 4, NULL, NULL, NULL, 'Training repairers remotely.'),
        (104, 203, 0, 3, 'no_show', NULL, NULL, NULL, 203, NULL, 'Questions after the contract.'),
        (104, 206, 0, 4, 'no_show', NULL, NULL, NULL, 206, NULL, 'Looking at leasing again.'),
        (104, 207, 3, 4, 'canceled', NULL, NULL, NULL, 207, 1, 'Planning the next school year.'),
        -- mentor5: 6 / 2 × 2/3 × 1.2 (12 h) + 0.2 = 2.6, with fewer than 3 ratings 3.5: silver
        (105, 205, 0, 1, 'completed', 3, 5, NULL, NULL, NULL, 'A dashboard that inspectors understand.'),
        (105, 209, 1, 1, 'completed', 3, 4, NULL, NULL, NULL, 'Photos of repairs, before and after.'),
        (105, 204, 2, 1, 'no_show', NULL, NULL, NULL, 105, NULL, 'Signs for users who do not read.')
        -- mentee1: 9 / 3 × 1 × 1.2 + 0.2 = 3.8, silver         mentee2: 6 / 3 × 1 × 1.2 + 0 = 2.4, bronze
        -- mentee3: 10 / 3 × 3/4 × 1.2 + 0.5 = 3.5, silver      mentee4: 10 / 3 × 1 × 1.2 + 0.3 = 4.3, gold
        -- mentee5: 15 / 3 × 1 × 1.2 + 1, at most 5: platinum   mentee6: 8 / 3 × 3/4 × 1.2 + 0.2 = 2.6, bronze
        -- mentee7: 10 / 3 × 3/4 × 1.2 + 1 − 0.25 = 3.75, silver
        -- mentee8: 10 / 3 × 1 × 1.2 + 0.2 = 4.2, gold          mentee9: 12 / 3 × 1 × 1.2 + 0.6, at most 5: platinum
        -- mentee10: 3.5 × 1 × 1.2 + 0 = 4.2, gold: a newcomer
    ) AS plan (
        mentor, mentee, weeks, nth, status, mentor_rating, mentee_rating, response, culprit, canceled_hours, goal
    )
    JOIN LATERAL (
        SELECT s.*
        FROM convene.time_slots s
        JOIN convene.availability_blocks b ON b.org_id = s.org_id AND b.id = s.block_id
        WHERE s.org_id = demo AND b.id = ('01900000-0000-7000-8000-000000000' || 300 + plan.mentor)::uuid
          AND (s.start_time AT TIME ZONE b.time_zone)::date = current_date - 8 - 7 * plan.weeks
        ORDER BY s.start_time
        OFFSET plan.nth - 1 LIMIT 1
    ) slot ON true;

    INSERT INTO convene.bookings (
        org_id, id, status, time_slot_id, start_time, end_time, meeting_type, requested_at, responded_at, confirmed_at,
        canceled_at, canceled_by, canceled_as, cancellation_reason, created_at, updated_at
    )
    SELECT
        demo, m.id, m.status, m.slot_id, m.start_time, m.end_time, 'online',
        CASE WHEN m.response IS NOT NULL OR m.status = 'expired' THEN m.booked_at END,
        m.booked_at + m.response,
        CASE WHEN m.status NOT IN ('declined', 'expired') THEN m.booked_at + coalesce(m.response, interval '0') END,
        m.canceled_at,
        CASE WHEN m.status = 'canceled' THEN m.culprit_id END,
        CASE WHEN m.status = 'canceled' THEN CASE WHEN m.culprit_id = m.mentor_id THEN 'host' ELSE 'attendee' END END,
        CASE m.status WHEN 'canceled' THEN 'emergency' WHEN 'declined' THEN 'I know nobody there.' END,
        m.booked_at, coalesce(m.canceled_at, m.end_time)
    FROM demo_meetings m;

    UPDATE convene.time_slots s
    SET booking_id = m.id
    FROM demo_meetings m
    WHERE s.org_id = demo AND s.id = m.slot_id AND m.status IN ('completed', 'no_show');

    INSERT INTO convene.booking_participants (
        org_id, booking_id, position, role, user_id, status, absence_claimed_by, seat, meeting_goal, start_time, blocked, active
    )
    SELECT
        demo, m.id, person.position, person.role, person.id,
        CASE WHEN m.status = 'no_show' AND person.id = m.culprit_id THEN 'absent' ELSE 'active' END,
        CASE WHEN m.status = 'no_show' AND person.id = m.culprit_id
            THEN CASE m.culprit_id WHEN m.mentor_id THEN m.mentee_id ELSE m.mentor_id END END,
        CASE person.role WHEN 'attendee' THEN 1 END, CASE person.role WHEN 'attendee' THEN m.goal END,
        m.start_time, tstzrange(m.start_time, m.end_time), m.status IN ('completed', 'no_show')
    FROM demo_meetings m
    CROSS JOIN LATERAL (VALUES (1, m.mentor_id, 'host'), (2, m.mentee_id, 'attendee')) AS person (position, id, role);

    INSERT INTO convene.ratings (org_id, id, booking_id, rater_id, ratee_id, rating, created_at)
    SELECT demo, convene.new_id(demo), m.id, given.rater_id, given.ratee_id, given.rating, m.end_time + interval '1 hour'
    FROM demo_meetings m
    CROSS JOIN LATERAL (VALUES
        (m.mentee_id, m.mentor_id, m.mentor_rating), (m.mentor_id, m.mentee_id, m.mentee_rating)
    ) AS given (rater_id, ratee_id, rating)
    WHERE given.rating IS NOT NULL;

    INSERT INTO convene.reputation_penalties (org_id, id, user_id, booking_id, kind, amount, created_at, expires_at)
    SELECT
        demo, convene.new_id(demo), m.culprit_id, m.id, 'late_cancellation', o.late_cancellation_penalty, m.canceled_at,
        m.canceled_at + make_interval(days => o.late_cancellation_penalty_days)
    FROM demo_meetings m
    JOIN convene.organizations o ON o.id = demo
    WHERE m.start_time - m.canceled_at < make_interval(mins => o.late_cancellation_minutes);

    -- The history, fanned out long ago.
    INSERT INTO convene.booking_events (
        org_id, booking_id, event, actor_id, acted_as, from_status, to_status, start_time, end_time, meeting_type, hosts,
        attendees, words, facts, occurred_at, dispatched_at
    )
    SELECT
        demo, m.id, e.event, e.actor_id,
        CASE e.actor_id WHEN m.mentor_id THEN 'host' WHEN m.mentee_id THEN 'attendee' ELSE 'system' END,
        e.from_status, e.to_status, m.start_time, m.end_time, 'online', ARRAY[m.mentor_id], ARRAY[m.mentee_id],
        CASE e.event WHEN 'declined' THEN 'I know nobody there.' END, e.facts, e.occurred_at, e.occurred_at
    FROM demo_meetings m
    CROSS JOIN LATERAL (
        SELECT
            m.mentee_id AS actor_id, 'created' AS event, NULL AS from_status,
            CASE WHEN m.response IS NULL AND m.status <> 'expired' THEN 'confirmed' ELSE 'pending' END AS to_status,
            '{}'::jsonb AS facts, m.booked_at AS occurred_at
        UNION ALL
        SELECT m.mentor_id, 'confirmed', 'pending', 'confirmed', '{}', m.booked_at + m.response
        WHERE m.response IS NOT NULL AND m.status <> 'declined'
        UNION ALL
        SELECT m.mentor_id, 'declined', 'pending', 'declined', '{}', m.booked_at + m.response
        WHERE m.status = 'declined'
        UNION ALL
        SELECT NULL, 'expired', 'pending', 'expired', '{}', m.start_time
        WHERE m.status = 'expired'
        UNION ALL
        SELECT
            m.culprit_id, 'canceled', 'confirmed', 'canceled',
            jsonb_build_object('late', m.canceled_at > m.start_time - interval '2 hours', 'reason', 'emergency'),
            m.canceled_at
        WHERE m.status = 'canceled'
        UNION ALL
        SELECT
            CASE WHEN m.culprit_id = m.mentor_id THEN m.mentee_id ELSE m.mentor_id END, 'no_show', 'confirmed',
            'no_show', jsonb_build_object('absent_user_id', m.culprit_id), m.end_time
        WHERE m.status = 'no_show'
        UNION ALL
        SELECT m.mentor_id, 'completed', 'confirmed', 'completed', '{}', m.end_time
        WHERE m.status = 'completed'
        UNION ALL
        SELECT
            r.rater_id, 'rated', 'completed', 'completed',
            jsonb_build_object('rating', r.rating, 'rater_id', r.rater_id, 'ratee_id', r.ratee_id), r.created_at
        FROM convene.ratings r
        WHERE r.org_id = demo AND r.booking_id = m.id
    ) e
    ORDER BY e.occurred_at, m.id;
END
$$;

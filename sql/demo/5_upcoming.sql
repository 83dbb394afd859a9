-- Demo data, part 5: what is going on now, through the functions everybody uses: a request that waits for its mentor, a
-- meeting to come, and an exception that waits for a coordinator. Each happens once, however often this is loaded.

DO $$
DECLARE
    demo    integer := (SELECT id FROM convene.organizations WHERE slug = 'demo');
    wanted  record;
    slot_id uuid;
BEGIN
    FOR wanted IN
        SELECT mentee.id AS mentee_id, mentor.id AS mentor_id, plan.asks, plan.goal
        FROM (VALUES
            ('mentee7', 'mentor1', true, 'Reading our retention numbers together.'),
            ('mentee4', 'mentor2', false, 'A budget for the second cold room.')
        ) AS plan (mentee, mentor, asks, goal)
        JOIN convene.users mentee ON mentee.org_id = demo AND mentee.email = (plan.mentee || '@demo.test')::convene.citext
        JOIN convene.users mentor ON mentor.org_id = demo AND mentor.email = (plan.mentor || '@demo.test')::convene.citext
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM convene.booking_participants p
            WHERE p.org_id = demo AND p.user_id = wanted.mentee_id AND p.meeting_goal = wanted.goal
        );
        SELECT s.id INTO slot_id
        FROM convene.list_slots(wanted.mentee_id, wanted.mentor_id, now() + interval '2 days') s
        WHERE s.requires_confirmation = wanted.asks
        ORDER BY s.start_time
        LIMIT 1;
        PERFORM convene.create_booking_atomic(slot_id, wanted.mentee_id, wanted.goal);
    END LOOP;

    PERFORM convene.request_tier_override(
        mentee.id, mentor.id, 'We are hiring our first engineer next month and nobody else here has done it.'
    )
    FROM convene.users mentee
    JOIN convene.users mentor ON mentor.org_id = demo AND mentor.email = 'mentor3@demo.test'
    WHERE mentee.org_id = demo AND mentee.email = 'mentee6@demo.test'
      AND NOT EXISTS (
          SELECT FROM convene.tier_override_requests r
          WHERE r.org_id = demo AND r.mentee_id = mentee.id AND r.mentor_id = mentor.id
      );
END
$$;

-- Demo data, part 2: when the mentors have time. Weekly blocks start on the days after today, so that there is a slot
-- tomorrow and on every day after, whichever day this is loaded. Nothing happens when the mentors have blocks already.

DO $$
DECLARE
    demo integer := (SELECT id FROM convene.organizations WHERE slug = 'demo');
BEGIN
    IF EXISTS (SELECT FROM convene.availability_blocks WHERE org_id = demo) THEN
        RETURN;
    END IF;
    -- Each block is made by its mentor, in their own zone, through the function everybody uses.
    PERFORM convene.create_availability_block(mentor.id, mentor.id, block.fields || jsonb_build_object(
        'start_date', to_char(current_date + block.in_days, 'YYYY-MM-DD')
    ))
    FROM (
        -- mentor1: every morning at once, every second afternoon on confirmation.
        SELECT 'mentor1@demo.test' AS email, day AS in_days, jsonb_build_object(
            'recurrence', 'weekly', 'start_time', '09:00', 'end_time', '12:00', 'slot_minutes', 30, 'buffer_minutes', 10
        ) AS fields
        FROM generate_series(0, 6) AS day
        UNION ALL
        SELECT 'mentor1@demo.test', day, jsonb_build_object(
            'recurrence', 'weekly', 'start_time', '14:00', 'end_time', '17:00', 'slot_minutes', 45, 'buffer_minutes', 15,
            'requires_confirmation', true
        )
        FROM generate_series(1, 6, 2) AS day
        UNION ALL
        SELECT email || '@demo.test', in_days, fields::jsonb
        FROM (VALUES
            ('mentor2', 1, '{"recurrence": "weekly", "start_time": "10:00", "end_time": "12:00", "slot_minutes": 30, "requires_confirmation": true}'),
            ('mentor2', 3, '{"recurrence": "weekly", "start_time": "10:00", "end_time": "12:00", "slot_minutes": 30}'),
            ('mentor2', 5, '{"recurrence": "monthly", "start_time": "15:00", "end_time": "18:00", "slot_minutes": 60, "meeting_type": "in_person_custom", "location_custom": "Bean There, 5th Avenue"}'),
            ('mentor3', 1, '{"recurrence": "weekly", "start_time": "17:00", "end_time": "19:00", "slot_minutes": 40, "requires_confirmation": true}'),
            ('mentor3', 4, '{"recurrence": "weekly", "start_time": "17:00", "end_time": "19:00", "slot_minutes": 40}'),
            ('mentor3', 7, '{"recurrence": "quarterly", "start_time": "13:00", "end_time": "18:00", "slot_minutes": 60, "meeting_type": "in_person_preset", "location_preset_id": "01900000-0000-7000-8000-000000000301"}'),
            ('mentor4', 1, '{"recurrence": "weekly", "start_time": "18:00", "end_time": "20:00", "slot_minutes": 30, "buffer_minutes": 5}'),
            ('mentor4', 2, '{"recurrence": "one_time", "start_time": "11:00", "end_time": "13:00", "slot_minutes": 20, "meeting_type": "in_person_preset", "location_preset_id": "01900000-0000-7000-8000-000000000302"}'),
            ('mentor4', 4, '{"recurrence": "weekly", "start_time": "18:00", "end_time": "20:00", "slot_minutes": 30, "buffer_minutes": 5}'),
            ('mentor5', 1, '{"recurrence": "weekly", "start_time": "22:00", "end_time": "01:00", "ends_next_day": true, "slot_minutes": 30}'),
            ('mentor5', 6, '{"recurrence": "monthly", "start_time": "09:00", "end_time": "24:00", "slot_minutes": 60, "buffer_minutes": 30, "requires_confirmation": true}')
        ) AS plan (email, in_days, fields)
    ) AS block
    JOIN convene.users mentor ON mentor.org_id = demo AND mentor.email = block.email::convene.citext;

    PERFORM convene.add_blackout_date(id, id, current_date + 15, 'Robotics fair')
    FROM convene.users
    WHERE org_id = demo AND email = 'mentor3@demo.test';
END
$$;

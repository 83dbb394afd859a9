-- Weekly blocks, one for each mentor, none cut into slots yet: 16 slots on one day of each week.
INSERT INTO convene.availability_blocks (
    org_id, id, mentor_id, recurrence, start_date, start_time, end_time, time_zone, slot_minutes
)
SELECT
    org_id, convene.new_id(org_id), id, 'weekly', current_date + (row_number() OVER () % 7)::integer, '09:00', '17:00',
    (ARRAY['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'])[1 + row_number() OVER () % 4], 30
FROM convene.users
WHERE role = 'mentor'

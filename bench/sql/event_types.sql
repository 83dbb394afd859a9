-- Fifty-one hosts who can always be booked, in half hours, on each of the next 30 days, and have 500 busy windows each. The
-- first has an event type of their own, and 500 meetings; the others are a team with one of each mode.
CREATE TEMP TABLE hosts AS
SELECT id, row_number() OVER (ORDER BY id) AS nth FROM convene.users WHERE org_id = 1 AND role = 'mentor' ORDER BY id LIMIT 51;

WITH made AS (
    INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
    SELECT 1, convene.new_id(1), id, 'Always', 'UTC', true FROM hosts
    RETURNING id
)
INSERT INTO convene.availability_rules (org_id, schedule_id, weekday, start_time, end_time)
SELECT 1, made.id, weekday, '00:00', '24:00' FROM made, generate_series(1, 7) AS weekday;

WITH connection AS (
    INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, synced_at)
    SELECT 1, convene.new_id(1), id, 'google', now() FROM hosts
    RETURNING id, user_id
)
INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
SELECT 1, convene.new_id(1), c.user_id, c.id, 'primary', tstzrange(start, start + interval '25 minutes')
FROM connection c
JOIN hosts h ON h.id = c.user_id
CROSS JOIN generate_series(0, 499) AS step
CROSS JOIN LATERAL (
    SELECT date_trunc('day', now()) + interval '1 day' + (step * 85 + h.nth * 7) * interval '1 minute' AS start
) AS busy_time;

INSERT INTO convene.event_types (org_id, id, host_id, slug, title, durations)
SELECT 1, convene.new_id(1), id, 'single', 'Single', '{30}' FROM hosts WHERE nth = 1;

WITH meeting AS (
    INSERT INTO convene.bookings (org_id, id, status, event_type_id, start_time, end_time, meeting_type, confirmed_at)
    SELECT 1, convene.new_id(1), 'confirmed', t.id, start, start + interval '25 minutes', 'online', now()
    FROM convene.event_types t
    CROSS JOIN generate_series(0, 499) AS step
    CROSS JOIN LATERAL (
        SELECT date_trunc('day', now()) + interval '1 day' + (step * 85 + 40) * interval '1 minute' AS start
    ) AS meeting_time
    WHERE t.slug = 'single'
    RETURNING id, start_time, end_time
)
INSERT INTO convene.booking_participants (org_id, booking_id, position, role, user_id, start_time, blocked)
SELECT 1, m.id, 1, 'host', h.id, m.start_time, tstzrange(m.start_time, m.end_time)
FROM meeting m
JOIN hosts h ON h.nth = 1;

INSERT INTO convene.teams (org_id, id, slug, name) VALUES (1, convene.new_id(1), 'team', 'Team');
INSERT INTO convene.team_members (org_id, team_id, user_id) SELECT 1, t.id, h.id FROM convene.teams t, hosts h WHERE h.nth > 1;
INSERT INTO convene.event_types (org_id, id, team_id, slug, title, durations)
SELECT 1, convene.new_id(1), id, mode, mode, '{30}' FROM convene.teams, (VALUES ('round-robin'), ('collective')) AS modes (mode);
INSERT INTO convene.team_event_types (org_id, event_type_id, team_id, mode)
SELECT 1, id, team_id, replace(slug::text, '-', '_') FROM convene.event_types WHERE team_id IS NOT NULL;
INSERT INTO convene.team_event_type_members (org_id, event_type_id, user_id, team_id)
SELECT 1, t.event_type_id, h.id, t.team_id FROM convene.team_event_types t, hosts h WHERE h.nth > 1;

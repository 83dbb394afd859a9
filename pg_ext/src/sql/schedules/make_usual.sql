-- $1 organization, $2 a new id, $3 a host, whose row is locked: office hours for those who have no schedule.
WITH made AS (
    INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
    SELECT u.org_id, $2, u.id, 'Working hours', u.time_zone, true
    FROM convene.users u
    WHERE u.org_id = $1 AND u.id = $3
      AND NOT EXISTS (SELECT FROM convene.schedules s WHERE s.org_id = u.org_id AND s.user_id = u.id)
    RETURNING org_id, id
)
INSERT INTO convene.availability_rules (org_id, schedule_id, weekday, start_time, end_time)
SELECT made.org_id, made.id, weekday, '09:00', '17:00'
FROM made, generate_series(1, 5) AS weekday

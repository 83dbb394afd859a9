-- $1 organization; $2 the hosts; $3 the schedule that the event type names, NULL for each host's default one; $4 and $5 the
-- dates that are looked at. Rows of five kinds, each with what it needs: everything is read once.
WITH schedule AS (
    SELECT person.id AS person_id, s.id, s.time_zone::text AS time_zone
    FROM unnest($2) AS person (id)
    JOIN convene.schedules s ON s.org_id = $1 AND s.user_id = person.id
    WHERE s.id = $3 OR ($3 IS NULL AND s.is_default)
)
SELECT
    'schedule' AS kind, s.person_id, s.time_zone, NULL::smallint AS weekday, NULL::date AS first_day, NULL::date AS last_day,
    NULL::time AS start_time, NULL::time AS end_time
FROM schedule s
UNION ALL
SELECT 'weekly', s.person_id, NULL, r.weekday, NULL, NULL, r.start_time, r.end_time
FROM schedule s
JOIN convene.availability_rules r ON r.org_id = $1 AND r.schedule_id = s.id
UNION ALL
SELECT CASE WHEN o.is_off THEN 'off' ELSE 'dated' END, s.person_id, NULL, NULL, o.day, NULL, o.start_time, o.end_time
FROM schedule s
JOIN convene.availability_overrides o ON o.org_id = $1 AND o.schedule_id = s.id
WHERE o.day BETWEEN $4 AND $5
UNION ALL
SELECT 'off', b.mentor_id, NULL, NULL, b.day, NULL, NULL, NULL
FROM convene.blackout_dates b
WHERE b.org_id = $1 AND b.mentor_id = ANY ($2) AND b.day BETWEEN $4 AND $5
UNION ALL
SELECT 'travel', t.user_id, t.time_zone::text, NULL, t.first_day, t.last_day, NULL, NULL
FROM convene.travel_dates t
WHERE t.org_id = $1 AND t.user_id = ANY ($2) AND t.first_day <= $5 AND t.last_day >= $4

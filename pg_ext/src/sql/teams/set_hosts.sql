-- $1 organization, $2 event type, $3 team; $4 to $11 its hosts from now on, an array for each column.
WITH wanted AS (
    SELECT *
    FROM unnest($4, $5, $6, $7, $8, $9, $10, $11)
        AS w (user_id, is_required, priority, weight, limit_per_day, limit_per_week, turns, last_assigned_at)
),
gone AS (
    DELETE FROM convene.team_event_type_members m
    WHERE m.org_id = $1 AND m.event_type_id = $2 AND m.user_id <> ALL ($4)
),
changed AS (
    UPDATE convene.event_types e SET updated_at = clock_timestamp() WHERE e.org_id = $1 AND e.id = $2
)
INSERT INTO convene.team_event_type_members (
    org_id, event_type_id, team_id, user_id, is_required, priority, weight, limit_per_day, limit_per_week, turns,
    last_assigned_at
)
SELECT
    $1, $2, $3, w.user_id, w.is_required, w.priority, w.weight, w.limit_per_day, w.limit_per_week, w.turns,
    w.last_assigned_at
FROM wanted w
ORDER BY w.user_id
ON CONFLICT (org_id, event_type_id, user_id) DO UPDATE
SET is_required = excluded.is_required, priority = excluded.priority, weight = excluded.weight,
    limit_per_day = excluded.limit_per_day, limit_per_week = excluded.limit_per_week, turns = excluded.turns,
    last_assigned_at = excluded.last_assigned_at

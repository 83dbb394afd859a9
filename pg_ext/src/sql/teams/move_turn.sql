-- $1 organization, $2 event type, $3 booking, $4 its host until now, $5 who takes it, $6 when. The turn goes with it: it is
-- taken off the former host, whose last turn then was the one before, as far as this one was counted.
WITH assigned AS (
    SELECT
        (e.facts -> 'rotation' ->> 'user_id')::uuid AS user_id,
        (e.facts -> 'rotation' ->> 'assigned_at')::timestamptz AS assigned_at,
        (e.facts -> 'rotation' ->> 'last_assigned_at')::timestamptz AS assigned_before
    FROM convene.booking_events e
    WHERE e.org_id = $1 AND e.booking_id = $3 AND e.facts ? 'rotation'
    ORDER BY e.seq DESC
    LIMIT 1
),
locked AS MATERIALIZED (
    SELECT m.user_id
    FROM convene.team_event_type_members m
    WHERE m.org_id = $1 AND m.event_type_id = $2 AND m.user_id IN ($4, $5)
    ORDER BY m.user_id
    FOR NO KEY UPDATE
)
UPDATE convene.team_event_type_members m
SET turns = CASE WHEN m.user_id = $5 THEN m.turns + 1 ELSE greatest(0, m.turns - 1) END,
    last_assigned_at = CASE
        WHEN m.user_id = $5 THEN $6
        WHEN m.last_assigned_at = a.assigned_at THEN a.assigned_before
        ELSE m.last_assigned_at
    END
FROM locked
LEFT JOIN assigned a ON a.user_id = $4
WHERE m.org_id = $1 AND m.event_type_id = $2 AND m.user_id = locked.user_id
  AND (m.user_id = $5 OR a.user_id IS NOT NULL)

-- $1 organization, $2 host, $3 one of their schedules, $4 whether it is their default one: event types that take their hours
-- from it. Members of a team host with their default schedules.
SELECT (
    SELECT count(*)
    FROM convene.event_types t
    WHERE t.org_id = $1 AND t.host_id = $2 AND t.deleted_at IS NULL
      AND (t.schedule_id = $3 OR ($4 AND t.schedule_id IS NULL))
) + (
    SELECT count(*)
    FROM convene.team_members m
    JOIN convene.team_event_type_members hosts
        ON hosts.org_id = m.org_id AND hosts.team_id = m.team_id AND hosts.user_id = m.user_id
    JOIN convene.event_types t ON t.org_id = hosts.org_id AND t.id = hosts.event_type_id
    WHERE $4 AND m.org_id = $1 AND m.user_id = $2 AND t.deleted_at IS NULL
) AS event_types

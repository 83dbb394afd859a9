-- A consumer of booking history: turns follow what becomes of meetings that were assigned in turn. What an event changes
-- follows from the history before it alone, so events may be taken in any order.

CREATE OR REPLACE FUNCTION convene.give_turns_back(p_events jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    changed pg_catalog.jsonb;
BEGIN
    WITH ended AS (
        SELECT
            e.org_id, e.seq, e.booking_id, b.event_type_id, e.event, e.from_status, e.to_status, e.facts,
            e.occurred_at >= e.start_time AS began, b.created_at, assigned.rotation,
            (assigned.rotation ->> 'user_id')::uuid AS host_id
        FROM pg_catalog.jsonb_to_recordset(p_events) AS given (org_id integer, seq bigint)
        JOIN convene.booking_events e ON e.org_id = given.org_id AND e.seq = given.seq
        JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id AND b.team_id IS NOT NULL
        -- Who had the turn then.
        CROSS JOIN LATERAL (
            SELECT a.facts -> 'rotation' AS rotation
            FROM convene.booking_events a
            WHERE a.org_id = e.org_id AND a.booking_id = e.booking_id AND a.seq < e.seq AND a.facts ? 'rotation'
            ORDER BY a.seq DESC
            LIMIT 1
        ) assigned
    ),
    seen AS (
        SELECT
            ended.*,
            convene.turn_given_back(ended.from_status, ended.began, NOT coalesce(said.was_absent, false)) AS was_given_back,
            convene.turn_given_back(ended.to_status, ended.began, NOT coalesce(says.is_absent, said.was_absent, false)) AS is_given_back
        FROM ended
        -- Whether the host had come, as far as was known before.
        LEFT JOIN LATERAL (
            SELECT a.event = 'no_show' OR (a.facts ->> 'was_absent')::boolean AS was_absent
            FROM convene.booking_events a
            WHERE a.org_id = ended.org_id AND a.booking_id = ended.booking_id AND a.seq < ended.seq
              AND a.event IN ('no_show', 'no_show_corrected')
              AND coalesce(a.facts ->> 'absent_user_id', a.facts ->> 'user_id') = ended.host_id::text
            ORDER BY a.seq DESC
            LIMIT 1
        ) said ON ended.event = 'no_show_corrected'
        -- What the event says of it.
        CROSS JOIN LATERAL (
            SELECT CASE ended.event
                WHEN 'no_show' THEN ended.facts ->> 'absent_user_id' = ended.host_id::text
                WHEN 'no_show_corrected' THEN
                    CASE WHEN ended.facts ->> 'user_id' = ended.host_id::text THEN (ended.facts ->> 'was_absent')::boolean END
            END AS is_absent
        ) says
    )
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'org_id', s.org_id, 'event_type_id', s.event_type_id, 'user_id', s.host_id,
        'turns', CASE WHEN s.is_given_back THEN -1 ELSE 1 END,
        'assigned_at', coalesce(s.rotation -> 'assigned_at', pg_catalog.to_jsonb(s.created_at)),
        'assigned_before', s.rotation -> 'last_assigned_at'
    ))
    INTO changed
    FROM seen s
    WHERE s.was_given_back <> s.is_given_back;
    IF changed IS NULL THEN
        RETURN;
    END IF;
    -- In one order, so that two callers cannot wait for each other.
    PERFORM FROM convene.team_event_type_members m
    WHERE (m.org_id, m.event_type_id, m.user_id) IN (
        SELECT c.org_id, c.event_type_id, c.user_id
        FROM pg_catalog.jsonb_to_recordset(changed) AS c (org_id integer, event_type_id uuid, user_id uuid)
    )
    ORDER BY m.org_id, m.event_type_id, m.user_id
    FOR NO KEY UPDATE;
    UPDATE convene.team_event_type_members m
    SET turns = greatest(0, m.turns + c.turns),
        -- Their last turn was none: they have waited since the one before.
        last_assigned_at = CASE WHEN c.is_last_given_back THEN c.assigned_before ELSE m.last_assigned_at END
    FROM (
        SELECT
            n.org_id, n.event_type_id, n.user_id, pg_catalog.sum(n.turns) AS turns,
            pg_catalog.bool_or(n.turns < 0 AND n.assigned_at = own.last_assigned_at) AS is_last_given_back,
            (pg_catalog.max(n.assigned_before) FILTER (WHERE n.assigned_at = own.last_assigned_at)) AS assigned_before
        FROM pg_catalog.jsonb_to_recordset(changed) AS n (
            org_id integer, event_type_id uuid, user_id uuid, turns integer, assigned_at timestamptz, assigned_before timestamptz
        )
        JOIN convene.team_event_type_members own
            ON own.org_id = n.org_id AND own.event_type_id = n.event_type_id AND own.user_id = n.user_id
        GROUP BY n.org_id, n.event_type_id, n.user_id
    ) c
    WHERE m.org_id = c.org_id AND m.event_type_id = c.event_type_id AND m.user_id = c.user_id;
END
$$;
COMMENT ON FUNCTION convene.give_turns_back(jsonb) IS
'Turns follow what becomes of meetings that a team assigned in turn: a turn is given back when the meeting is called off before
it begins, when nobody confirms it, or when nobody but its host comes; and taken again when staff find that it took place. For
use in dispatch_events; granted to nobody.
Arguments: p_events, a list of {org_id, seq}: events of booking history that end bookings, of any kind.';

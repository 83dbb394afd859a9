-- What the numbers of analytics share: whose numbers somebody may see, and of which days.

CREATE OR REPLACE FUNCTION convene.analytics_scope(
    p_actor_id uuid, p_from date, p_to date, p_event_type_id uuid, p_team_id uuid
) RETURNS TABLE (
    org_id integer, zone text, first_day date, last_day date, sees_all boolean, is_filtered boolean, event_types uuid[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    longest constant integer := 366;
    actor   record;
    office  text;
    last    date;
    first   date;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    IF actor.role = 'mentee' THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', pg_catalog.jsonb_build_object('action', 'see these numbers'));
    END IF;
    SELECT o.time_zone::text INTO office FROM convene.organizations o WHERE o.id = actor.org_id;
    last := coalesce(p_to, (pg_catalog.now() AT TIME ZONE office)::date);
    first := coalesce(p_from, last - 29);
    IF first NOT BETWEEN '1970-01-01' AND '9998-12-31' THEN
        PERFORM convene.refuse_argument('p_from', 'must be a day from 1970 to 9998');
    ELSIF last NOT BETWEEN '1970-01-01' AND '9998-12-31' THEN
        PERFORM convene.refuse_argument('p_to', 'must be a day from 1970 to 9998');
    ELSIF last < first THEN
        PERFORM convene.refuse_argument('p_to', 'must not be before from');
    ELSIF last - first >= longest THEN
        PERFORM convene.refuse_argument('p_to', pg_catalog.format('must be within %s days of from', longest));
    END IF;
    -- Who manages a team sees its numbers.
    IF p_team_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.teams t
        WHERE t.org_id = actor.org_id AND t.id = p_team_id AND (actor.is_staff OR EXISTS (
            SELECT FROM convene.team_members m
            WHERE m.org_id = t.org_id AND m.team_id = t.id AND m.user_id = actor.id AND m.role = 'owner'
        ))
    ) THEN
        PERFORM convene.refuse('TEAM_NOT_FOUND', pg_catalog.jsonb_build_object('team_id', p_team_id));
    END IF;
    IF p_event_type_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.event_types e
        WHERE e.org_id = actor.org_id AND e.id = p_event_type_id AND (actor.is_staff OR e.host_id = actor.id OR EXISTS (
            SELECT FROM convene.team_members m
            WHERE m.org_id = e.org_id AND m.team_id = e.team_id AND m.user_id = actor.id AND m.role = 'owner'
        ))
    ) THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', pg_catalog.jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
    RETURN QUERY SELECT
        actor.org_id, office, first, last, actor.is_staff, p_event_type_id IS NOT NULL OR p_team_id IS NOT NULL,
        CASE
            WHEN p_event_type_id IS NOT NULL THEN ARRAY(
                SELECT e.id FROM convene.event_types e
                WHERE e.org_id = actor.org_id AND e.id = p_event_type_id AND (p_team_id IS NULL OR e.team_id = p_team_id)
            )
            WHEN p_team_id IS NOT NULL THEN ARRAY(
                SELECT e.id FROM convene.event_types e WHERE e.org_id = actor.org_id AND e.team_id = p_team_id
            )
            WHEN NOT actor.is_staff THEN ARRAY(
                SELECT e.id FROM convene.event_types e WHERE e.org_id = actor.org_id AND e.host_id = actor.id
                UNION ALL
                SELECT e.id FROM convene.team_members m
                JOIN convene.event_types e ON e.org_id = m.org_id AND e.team_id = m.team_id
                WHERE m.org_id = actor.org_id AND m.user_id = actor.id AND m.role = 'owner'
            )
        END;
END
$$;
COMMENT ON FUNCTION convene.analytics_scope(uuid, date, date, uuid, uuid) IS
'Whose numbers somebody may see, and of which days. For use in other functions; granted to nobody.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (NULL:
the last 30, up to today); p_event_type_id and p_team_id, whose numbers alone (NULL: of all that the actor may see).
Returns: one row: their organization, its zone and the days; sees_all, whether they are staff; is_filtered, whether an event
type or a team was named; event_types, which event types that leaves, removed ones too; NULL for all.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED (mentees), EVENT_TYPE_NOT_FOUND and TEAM_NOT_FOUND
(unknown, or not theirs to see).';

-- Inlined. Only at both ends is it worked out what the clock on the wall says.
CREATE OR REPLACE FUNCTION convene.is_within_days(p_at timestamptz, p_from date, p_to date, p_zone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_at >= (p_from + 1)::timestamp AT TIME ZONE 'UTC' AND p_at < p_to::timestamp AT TIME ZONE 'UTC'
        OR (p_at AT TIME ZONE p_zone)::date BETWEEN p_from AND p_to
$$;
COMMENT ON FUNCTION convene.is_within_days(timestamptz, date, date, text) IS
'Whether an instant falls on one of some days. For use in other functions; granted to nobody.
Arguments: p_at; p_from and p_to, the first and the last day; p_zone, the zone whose days they are.
Returns: whether it does.';

CREATE OR REPLACE FUNCTION convene.require_few_rows(p_rows bigint) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_rows > 10000 THEN
        PERFORM convene.refuse_argument('p_to', 'must be earlier, or a filter be given: these are more than 10,000 rows');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_few_rows(bigint) IS
'Checks how many rows a report has. Nothing is left out of a report: one that is too long is refused. For use in other
functions; granted to nobody.
Arguments: p_rows, how many there are.
Refuses: VALIDATION_ERROR for more than 10,000.';

-- What became of bookings, and who hosts them. A booking belongs to the day on which it starts.

CREATE OR REPLACE FUNCTION convene.booking_status_distribution(
    p_actor_id      uuid,
    p_from          date DEFAULT NULL,
    p_to            date DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL,
    p_team_id       uuid DEFAULT NULL
) RETURNS TABLE (status text, bookings bigint, share double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 8
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    scope    record;
    statuses constant text[] := ARRAY[
        'held', 'pending', 'confirmed', 'completed', 'no_show', 'canceled', 'declined', 'expired'
    ];
    -- A day more on either side; is_within_days decides.
    since    timestamptz;
    until    timestamptz;
BEGIN
    SELECT * INTO scope FROM convene.analytics_scope(p_actor_id, p_from, p_to, p_event_type_id, p_team_id);
    since := (scope.first_day - 1)::timestamp AT TIME ZONE 'UTC';
    until := (scope.last_day + 2)::timestamp AT TIME ZONE 'UTC';
    RETURN QUERY
    WITH seen AS (
        -- Everything: counted in the index alone, one status after the other.
        SELECT s.status, c.many
        FROM unnest(statuses) AS s (status)
        CROSS JOIN LATERAL (
            SELECT count(*) AS many FROM convene.bookings b
            WHERE b.org_id = scope.org_id AND b.status = s.status AND b.start_time >= since AND b.start_time < until
              AND convene.is_within_days(b.start_time, scope.first_day, scope.last_day, scope.zone)
        ) AS c
        WHERE scope.sees_all AND NOT scope.is_filtered
        UNION ALL
        SELECT mine.status, count(*)
        FROM (
            SELECT b.status FROM convene.bookings b
            WHERE b.org_id = scope.org_id AND b.event_type_id = ANY (scope.event_types)
              AND b.start_time >= since AND b.start_time < until
              AND convene.is_within_days(b.start_time, scope.first_day, scope.last_day, scope.zone)
            UNION ALL
            SELECT b.status
            FROM convene.booking_participants p
            JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
            WHERE NOT scope.sees_all AND NOT scope.is_filtered
              AND p.org_id = scope.org_id AND p.user_id = p_actor_id AND p.role = 'host' AND p.status <> 'left'
              -- What they host for others; the rest is counted above.
              AND (b.event_type_id IS NULL OR b.event_type_id <> ALL (scope.event_types))
              AND p.start_time >= since AND p.start_time < until
              AND convene.is_within_days(p.start_time, scope.first_day, scope.last_day, scope.zone)
        ) AS mine
        GROUP BY mine.status
    )
    SELECT s.status, s.many, s.many / sum(s.many::double precision) OVER ()
    FROM seen s
    WHERE s.many > 0
    ORDER BY array_position(statuses, s.status);
END
$$;
COMMENT ON FUNCTION convene.booking_status_distribution(uuid, date, date, uuid, uuid) IS
'How many bookings have which status, of those that start on some days (docs/analytics.md). Hosts see the bookings that they host and
those of their event types, a team''s owners also the team''s, coordinators and admins all, office hours included.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (default:
the last 30); p_event_type_id and p_team_id, of which alone.
Returns: a row for each status that there is, and its share of all, 0 to 1.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.rotation_volumes(
    p_actor_id      uuid,
    p_from          date DEFAULT NULL,
    p_to            date DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL,
    p_team_id       uuid DEFAULT NULL
) RETURNS TABLE (
    event_type_id uuid, event_type_title text, team_id uuid, team_name text, mode text, event_type_meetings bigint,
    user_id uuid, user_name text, meetings bigint, share double precision, weight integer, expected_share double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    scope record;
    many  bigint;
BEGIN
    SELECT * INTO scope FROM convene.analytics_scope(p_actor_id, p_from, p_to, p_event_type_id, p_team_id);
    RETURN QUERY
    WITH shared AS MATERIALIZED (
        SELECT
            e.id, e.title, e.team_id, x.mode,
            -- Of a team that they only belong to, people see their own part.
            scope.event_types IS NULL OR e.id = ANY (scope.event_types) AS sees_all
        FROM convene.team_event_types x
        JOIN convene.event_types e ON e.org_id = x.org_id AND e.id = x.event_type_id
        WHERE x.org_id = scope.org_id
          AND (scope.event_types IS NULL OR e.id = ANY (scope.event_types) OR (NOT scope.is_filtered AND e.id IN (
              SELECT m.event_type_id FROM convene.team_event_type_members m
              WHERE m.org_id = scope.org_id AND m.user_id = p_actor_id
          )))
    ),
    meetings AS MATERIALIZED (
        SELECT b.id, b.event_type_id
        FROM shared s
        JOIN convene.bookings b ON b.org_id = scope.org_id AND b.event_type_id = s.id
        WHERE b.status IN ('confirmed', 'completed', 'no_show')
          AND b.start_time >= (scope.first_day - 1)::timestamp AT TIME ZONE 'UTC'
          AND b.start_time < (scope.last_day + 2)::timestamp AT TIME ZONE 'UTC'
          AND convene.is_within_days(b.start_time, scope.first_day, scope.last_day, scope.zone)
    ),
    volumes AS (
        SELECT m.event_type_id, count(*) AS many FROM meetings m GROUP BY m.event_type_id
    ),
    hosted AS (
        SELECT m.event_type_id, p.user_id, count(*) AS many
        FROM meetings m
        JOIN convene.booking_participants p
            ON p.org_id = scope.org_id AND p.booking_id = m.id AND p.role = 'host' AND p.status <> 'left'
        GROUP BY m.event_type_id, p.user_id
    ),
    members AS (
        SELECT m.event_type_id, m.user_id, m.weight, sum(m.weight) OVER (PARTITION BY m.event_type_id) AS weights
        FROM convene.team_event_type_members m
        JOIN shared s ON s.id = m.event_type_id
        WHERE m.org_id = scope.org_id
    )
    SELECT
        s.id, s.title, s.team_id, t.name, s.mode, coalesce(v.many, 0), u.id, u.name, coalesce(h.many, 0),
        coalesce(h.many, 0)::double precision / nullif(v.many, 0),
        CASE s.mode WHEN 'round_robin' THEN m.weight END,
        CASE s.mode WHEN 'round_robin' THEN m.weight::double precision / m.weights END
    FROM members m
    -- Who left the rotation hosted what they hosted.
    FULL JOIN hosted h ON h.event_type_id = m.event_type_id AND h.user_id = m.user_id
    JOIN shared s ON s.id = coalesce(m.event_type_id, h.event_type_id)
    JOIN convene.teams t ON t.org_id = scope.org_id AND t.id = s.team_id
    JOIN convene.users u ON u.org_id = scope.org_id AND u.id = coalesce(m.user_id, h.user_id)
    LEFT JOIN volumes v ON v.event_type_id = s.id
    WHERE s.sees_all OR u.id = p_actor_id
    ORDER BY t.name, s.title, s.id, coalesce(h.many, 0) DESC, u.name, u.id
    LIMIT 10001;
    GET DIAGNOSTICS many = ROW_COUNT;
    PERFORM convene.require_few_rows(many);
END
$$;
COMMENT ON FUNCTION convene.rotation_volumes(uuid, date, date, uuid, uuid) IS
'How the event types of teams were shared out, by the meetings that start on some days and are confirmed, completed or missed
(docs/analytics.md). A team''s owners see their team''s, its other members their own part, coordinators and admins all.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (default:
the last 30); p_event_type_id and p_team_id, of which alone.
Returns: a row for each event type and each of its members, also those who left it and hosted, 10,000 at most: mode,
round_robin or collective; event_type_meetings, how many meetings there were; meetings, how many of them the member hosted; share of
them, 0 to 1, NULL where there were none; weight and expected_share, what the rotation aims at, NULL of collective event types
and of those who left.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_NOT_FOUND.';

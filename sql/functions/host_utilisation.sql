-- How much time of hosts meetings take. Against the time that they offer it is not compared: that is computed from schedules,
-- overrides and travel for each day, and would cost a search of free times for each host and week.

CREATE OR REPLACE FUNCTION convene.host_utilisation(
    p_actor_id      uuid,
    p_from          date DEFAULT NULL,
    p_to            date DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL,
    p_team_id       uuid DEFAULT NULL
) RETURNS TABLE (week_start date, user_id uuid, user_name text, meetings bigint, booked_minutes bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    scope record;
    since timestamptz;
    until timestamptz;
    many  bigint;
BEGIN
    SELECT * INTO scope FROM convene.analytics_scope(p_actor_id, p_from, p_to, p_event_type_id, p_team_id);
    since := (scope.first_day - 1)::timestamp AT TIME ZONE 'UTC';
    until := (scope.last_day + 2)::timestamp AT TIME ZONE 'UTC';
    RETURN QUERY
    WITH hosted AS (
        SELECT b.start_time, b.end_time, p.user_id
        FROM convene.bookings b
        JOIN convene.booking_participants p
            ON p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host' AND p.status <> 'left'
        WHERE (scope.sees_all OR scope.event_types <> '{}')
          AND b.org_id = scope.org_id AND (scope.event_types IS NULL OR b.event_type_id = ANY (scope.event_types))
          AND b.status IN ('confirmed', 'completed', 'no_show')
          AND b.start_time >= since AND b.start_time < until
          AND convene.is_within_days(b.start_time, scope.first_day, scope.last_day, scope.zone)
        UNION ALL
        SELECT b.start_time, b.end_time, p.user_id
        FROM convene.booking_participants p
        JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
        WHERE NOT scope.sees_all AND NOT scope.is_filtered
          AND p.org_id = scope.org_id AND p.user_id = p_actor_id AND p.role = 'host' AND p.status <> 'left'
          -- What they host for others; the rest is counted above.
          AND (b.event_type_id IS NULL OR b.event_type_id <> ALL (scope.event_types))
          AND p.start_time >= since AND p.start_time < until
          AND b.status IN ('confirmed', 'completed', 'no_show')
          AND convene.is_within_days(p.start_time, scope.first_day, scope.last_day, scope.zone)
    ),
    weeks AS (
        SELECT
            date_trunc('week', h.start_time AT TIME ZONE scope.zone)::date AS week_start, h.user_id, count(*) AS meetings,
            round(extract(epoch FROM sum(h.end_time - h.start_time)) / 60)::bigint AS booked_minutes
        FROM hosted h
        GROUP BY 1, 2
    )
    SELECT w.week_start, w.user_id, u.name, w.meetings, w.booked_minutes
    FROM weeks w
    JOIN convene.users u ON u.org_id = scope.org_id AND u.id = w.user_id
    ORDER BY w.week_start, w.booked_minutes DESC, u.name, w.user_id
    LIMIT 10001;
    GET DIAGNOSTICS many = ROW_COUNT;
    PERFORM convene.require_few_rows(many);
END
$$;
COMMENT ON FUNCTION convene.host_utilisation(uuid, date, date, uuid, uuid) IS
'How many meetings hosts had in each week, and how long these were: of those that start on some days and are confirmed, completed or
missed (docs/analytics.md). Hosts see what they host, and who hosts their event types; a team''s owners also who hosts the team''s;
coordinators and admins all, office hours included.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (default:
the last 30); p_event_type_id and p_team_id, of which alone.
Returns: a row for each ISO week and host who had a meeting, 10,000 at most: week_start, its Monday, also where p_from is later;
meetings; booked_minutes, without buffers.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_NOT_FOUND.';

-- From the counts of each day, and from events that are not in them yet: never from the events themselves, of which there
-- may be millions.

CREATE OR REPLACE FUNCTION convene.funnel(
    p_actor_id      uuid,
    p_from          date DEFAULT NULL,
    p_to            date DEFAULT NULL,
    p_by            text DEFAULT 'day',
    p_event_type_id uuid DEFAULT NULL,
    p_team_id       uuid DEFAULT NULL
) RETURNS TABLE (
    day date, event_type_id uuid, event_type_title text, team_id uuid, team_name text,
    page_views bigint, slot_selections bigint, bookings_confirmed bigint,
    selection_rate double precision, booking_rate double precision, conversion_rate double precision
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
    PERFORM convene.require_given(p_by, 'p_by');
    PERFORM convene.require_one_of(p_by, ARRAY['day', 'event_type', 'team'], 'p_by');
    RETURN QUERY
    WITH counted AS (
        -- Parted by day or by event type, whichever is asked for, so that few rows are left to be joined.
        SELECT
            CASE WHEN p_by = 'day' THEN d.day END AS day, CASE WHEN p_by <> 'day' THEN d.event_type_id END AS event_type_id,
            sum(d.page_views) AS page_views, sum(d.slot_selections) AS slot_selections,
            sum(d.bookings_confirmed) AS bookings_confirmed
        FROM convene.analytics_funnel_days d
        WHERE d.org_id = scope.org_id AND d.day BETWEEN scope.first_day AND scope.last_day
          AND (scope.event_types IS NULL OR d.event_type_id = ANY (scope.event_types))
        GROUP BY 1, 2
        UNION ALL
        SELECT
            CASE WHEN p_by = 'day' THEN p.day END, CASE WHEN p_by <> 'day' THEN p.event_type_id END,
            count(*) FILTER (WHERE p.stage = 'page_view'), count(*) FILTER (WHERE p.stage = 'slot_selection'),
            count(*) FILTER (WHERE p.stage = 'booking_confirmed')
        FROM convene.analytics_funnel_pending p
        WHERE p.org_id = scope.org_id AND p.day BETWEEN scope.first_day AND scope.last_day
          AND (scope.event_types IS NULL OR p.event_type_id = ANY (scope.event_types))
        GROUP BY 1, 2
    ),
    parted AS (
        SELECT
            c.day, CASE WHEN p_by = 'event_type' THEN c.event_type_id END AS event_type_id,
            CASE WHEN p_by = 'event_type' THEN e.title END AS event_type_title, e.team_id,
            sum(c.page_views)::bigint AS page_views, sum(c.slot_selections)::bigint AS slot_selections,
            sum(c.bookings_confirmed)::bigint AS bookings_confirmed
        FROM counted c
        LEFT JOIN convene.event_types e ON e.org_id = scope.org_id AND e.id = c.event_type_id
        GROUP BY 1, 2, 3, 4
    )
    SELECT
        p.day, p.event_type_id, p.event_type_title, p.team_id, t.name, p.page_views, p.slot_selections, p.bookings_confirmed,
        p.slot_selections::double precision / nullif(p.page_views, 0),
        p.bookings_confirmed::double precision / nullif(p.slot_selections, 0),
        p.bookings_confirmed::double precision / nullif(p.page_views, 0)
    FROM parted p
    LEFT JOIN convene.teams t ON t.org_id = scope.org_id AND t.id = p.team_id
    ORDER BY p.day, p.page_views DESC, p.bookings_confirmed DESC, p.event_type_id, p.team_id
    LIMIT 10001;
    GET DIAGNOSTICS many = ROW_COUNT;
    PERFORM convene.require_few_rows(many);
END
$$;
COMMENT ON FUNCTION convene.funnel(uuid, date, date, text, uuid, uuid) IS
'How visits to booking pages ended (docs/analytics.md). Hosts see their own event types, a team''s owners the team''s, coordinators
and admins all.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (default:
the last 30); p_by, a row for each day, event_type or team (all event types of hosts are one row, without a team);
p_event_type_id and p_team_id, of which alone.
Returns: the rows that have anything to count, 10,000 at most: visits in which the page was seen (page_views), a time was chosen
(slot_selections), and bookings confirmed; selection_rate, of views to selections; booking_rate, of selections to bookings;
conversion_rate, of views to bookings. Rates are NULL where nothing was there to come from, and may exceed 1: bookings that were
not made on a page count, too.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_NOT_FOUND.';

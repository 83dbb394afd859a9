-- A hold ends once: its booking's history has one event that leaves the status held.

CREATE OR REPLACE FUNCTION convene.hold_conversion(
    p_actor_id      uuid,
    p_from          date DEFAULT NULL,
    p_to            date DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL,
    p_team_id       uuid DEFAULT NULL
) RETURNS TABLE (
    day date, made bigint, finalized bigint, lapsed bigint, canceled bigint, still_open bigint, conversion_rate double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 30
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    scope record;
BEGIN
    SELECT * INTO scope FROM convene.analytics_scope(p_actor_id, p_from, p_to, p_event_type_id, p_team_id);
    RETURN QUERY
    WITH holds AS MATERIALIZED (
        SELECT
            (e.occurred_at AT TIME ZONE scope.zone)::date AS day,
            CASE
                WHEN b.status <> 'held' THEN (
                    SELECT ending.event FROM convene.booking_events ending
                    WHERE ending.org_id = e.org_id AND ending.booking_id = e.booking_id AND ending.from_status = 'held'
                      AND ending.to_status <> 'held'
                    LIMIT 1
                )
                -- A hold whose time is over has lapsed, although no job has been there.
                WHEN b.held_until <= now() THEN 'expired'
                ELSE 'open'
            END AS ending
        FROM convene.booking_events e
        JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id
        WHERE e.event = 'held' AND e.org_id = scope.org_id
          AND e.occurred_at >= (scope.first_day - 1)::timestamp AT TIME ZONE 'UTC'
          AND e.occurred_at < (scope.last_day + 2)::timestamp AT TIME ZONE 'UTC'
          AND convene.is_within_days(e.occurred_at, scope.first_day, scope.last_day, scope.zone)
          AND (
              scope.event_types IS NULL OR b.event_type_id = ANY (scope.event_types)
              OR (NOT scope.is_filtered AND p_actor_id = ANY (e.hosts))
          )
    ),
    days AS (
        SELECT
            h.day, count(*) AS made, count(*) FILTER (WHERE h.ending = 'finalized') AS finalized,
            count(*) FILTER (WHERE h.ending = 'expired') AS lapsed, count(*) FILTER (WHERE h.ending = 'canceled') AS canceled,
            count(*) FILTER (WHERE h.ending = 'open') AS still_open
        FROM holds h
        GROUP BY h.day
    )
    SELECT d.day, d.made, d.finalized, d.lapsed, d.canceled, d.still_open,
        d.finalized::double precision / nullif(d.made - d.still_open, 0)
    FROM days d
    ORDER BY d.day;
END
$$;
COMMENT ON FUNCTION convene.hold_conversion(uuid, date, date, uuid, uuid) IS
'How many times were held on each day, and what became of them (docs/analytics.md). Hosts see those of their own time and event
types, a team''s owners also the team''s, coordinators and admins all, office hours included.
Arguments: p_actor_id, who looks; p_from and p_to, the first and the last day in the organization''s zone, 366 at most (default:
the last 30); p_event_type_id and p_team_id, of which alone.
Returns: a row for each day on which a time was held: how many were (made), and of those: finalized, became bookings; lapsed;
canceled; still_open; conversion_rate, the finalized share of those that ended, NULL where none did.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_NOT_FOUND.';

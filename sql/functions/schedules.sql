-- The hours of hosts, as they and the staff see them. Others see free times.

CREATE OR REPLACE FUNCTION convene.require_hours_of(p_actor_id uuid, p_host_id uuid) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    actor record;
BEGIN
    SELECT a.org_id, a.id, a.is_staff INTO actor FROM convene.require_actor(p_actor_id) a;
    PERFORM convene.require_given(p_host_id, 'p_host_id');
    IF NOT actor.is_staff AND actor.id <> p_host_id THEN
        PERFORM convene.refuse(
            'NOT_AUTHORIZED', pg_catalog.jsonb_build_object('action', 'see the availability of another host')
        );
    END IF;
    IF NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.id = p_host_id AND u.role IN ('mentor', 'coordinator', 'admin')
          AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('HOST_NOT_FOUND', pg_catalog.jsonb_build_object('host_id', p_host_id));
    END IF;
    RETURN actor.org_id;
END
$$;
COMMENT ON FUNCTION convene.require_hours_of(uuid, uuid) IS
'Lets those pass who may see a host''s schedules and days off: the host, coordinators and admins. For use in other functions;
granted to nobody.
Arguments: p_actor_id, who looks; p_host_id, whose.
Returns: the organization.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND (mentees host nothing).';

CREATE OR REPLACE FUNCTION convene.list_schedules(p_actor_id uuid, p_host_id uuid)
RETURNS TABLE (
    id uuid, user_id uuid, name text, time_zone text, is_default boolean, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 3
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_hours_of(p_actor_id, p_host_id);
BEGIN
    RETURN QUERY
    SELECT s.id, s.user_id, s.name, s.time_zone::text, s.is_default, s.created_at, s.updated_at
    FROM convene.schedules s
    WHERE s.org_id = tenant AND s.user_id = p_host_id
    ORDER BY s.is_default DESC, s.name, s.id;
END
$$;
COMMENT ON FUNCTION convene.list_schedules(uuid, uuid) IS
'A host''s schedules, for the host, coordinators and admins: the default one first, the others by name. At most ten.
Arguments: p_actor_id, who looks; p_host_id, whose.
Returns: the schedules, without their windows (get_availability has them).
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.get_availability(p_actor_id uuid, p_host_id uuid)
RETURNS TABLE (host_id uuid, schedules jsonb, travel_dates jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_hours_of(p_actor_id, p_host_id);
BEGIN
    RETURN QUERY
    SELECT
        p_host_id,
        (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'id', s.id, 'user_id', s.user_id, 'name', s.name, 'time_zone', s.time_zone,
                    'is_default', s.is_default, 'created_at', s.created_at, 'updated_at', s.updated_at,
                    'rules', (
                        SELECT coalesce(jsonb_agg(
                            jsonb_build_object(
                                'weekday', r.weekday, 'start_time', to_char(r.start_time, 'HH24:MI'),
                                'end_time', to_char(r.end_time, 'HH24:MI')
                            )
                            ORDER BY r.weekday, r.start_time
                        ), '[]')
                        FROM convene.availability_rules r
                        WHERE r.org_id = s.org_id AND r.schedule_id = s.id
                    ),
                    'overrides', (
                        SELECT coalesce(jsonb_agg(
                            jsonb_build_object(
                                'day', o.day, 'start_time', to_char(o.start_time, 'HH24:MI'),
                                'end_time', to_char(o.end_time, 'HH24:MI'), 'is_off', o.is_off
                            )
                            ORDER BY o.day, o.start_time
                        ), '[]')
                        FROM convene.availability_overrides o
                        WHERE o.org_id = s.org_id AND o.schedule_id = s.id
                    )
                )
                ORDER BY s.is_default DESC, s.name, s.id
            ), '[]')
            FROM convene.schedules s
            WHERE s.org_id = tenant AND s.user_id = p_host_id
        ),
        (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('first_day', t.first_day, 'last_day', t.last_day, 'time_zone', t.time_zone)
                ORDER BY t.first_day
            ), '[]')
            FROM convene.travel_dates t
            WHERE t.org_id = tenant AND t.user_id = p_host_id
        );
END
$$;
COMMENT ON FUNCTION convene.get_availability(uuid, uuid) IS
'When a host can be booked for event types, for the host, coordinators and admins. Days off are in list_blackout_dates.
Arguments: p_actor_id, who looks; p_host_id, whose.
Returns: one row: schedules, a list of objects as list_schedules has them, each with its rules (weekday, start_time,
end_time) and overrides (day, start_time, end_time, is_off), of which a schedule has at most 140 and 2,000; and travel_dates,
at most 100 (first_day, last_day, time_zone).
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND.';

-- Event types, as the people of their organization see them.

CREATE OR REPLACE FUNCTION convene.list_event_types(
    p_actor_id uuid,
    p_host_id  uuid DEFAULT NULL,
    p_team_id  uuid DEFAULT NULL,
    p_limit    integer DEFAULT 50,
    p_after_id uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, host_id uuid, team_id uuid, schedule_id uuid, slug text, title text, description text, color text,
    durations integer[], slot_interval_minutes integer, buffer_before_minutes integer, buffer_after_minutes integer,
    minimum_notice_minutes integer, horizon_days integer, bookable_from date, bookable_until date,
    limit_per_day integer, limit_per_week integer, limit_per_month integer, minutes_per_day integer,
    minutes_per_week integer, minutes_per_month integer, capacity integer, meeting_type text, location_preset_id uuid,
    location_custom text, requires_confirmation boolean, questions jsonb, is_active boolean, is_private boolean,
    created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    IF p_host_id IS NOT NULL AND p_team_id IS NOT NULL THEN
        PERFORM convene.refuse_argument('p_host_id', 'must not be given together with team_id');
    ELSIF p_host_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.id = p_host_id AND u.role IN ('mentor', 'coordinator', 'admin')
          AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('HOST_NOT_FOUND', jsonb_build_object('host_id', p_host_id));
    ELSIF p_team_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.teams t WHERE t.org_id = actor.org_id AND t.id = p_team_id AND t.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('TEAM_NOT_FOUND', jsonb_build_object('team_id', p_team_id));
    END IF;
    RETURN QUERY
    SELECT
        t.id, t.host_id, t.team_id, t.schedule_id, t.slug::text, t.title, t.description, t.color, t.durations,
        t.slot_interval_minutes, t.buffer_before_minutes, t.buffer_after_minutes, t.minimum_notice_minutes,
        t.horizon_days, t.bookable_from, t.bookable_until, t.limit_per_day, t.limit_per_week, t.limit_per_month,
        t.minutes_per_day, t.minutes_per_week, t.minutes_per_month, t.capacity, t.meeting_type, t.location_preset_id,
        CASE WHEN seen.is_inside OR t.meeting_type NOT IN ('phone', 'link') THEN t.location_custom END,
        t.requires_confirmation, t.questions, t.is_active, t.is_private, t.created_at, t.updated_at
    FROM convene.event_types t
    CROSS JOIN LATERAL (
        SELECT actor.is_staff OR t.host_id = actor.id OR EXISTS (
            SELECT FROM convene.team_members m
            WHERE m.org_id = t.org_id AND m.team_id = t.team_id AND m.user_id = actor.id
        ) AS is_inside
    ) seen
    WHERE t.org_id = actor.org_id AND t.deleted_at IS NULL
      AND (p_host_id IS NULL OR t.host_id = p_host_id) AND (p_team_id IS NULL OR t.team_id = p_team_id)
      AND (p_after_id IS NULL OR t.id > p_after_id)
      AND (seen.is_inside OR (t.is_active AND NOT t.is_private))
    ORDER BY t.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_event_types(uuid, uuid, uuid, integer, uuid) IS
'Event types that the actor may see, in the order they were made: of their host and their team''s members, and for staff,
all; for everybody else in the organization those that are switched on and not private.
Arguments: p_actor_id, who looks; p_host_id or p_team_id, whose; NULL is everybody''s; p_limit, 1 to 200; p_after_id, the last
row of the page before.
Returns: the event types that are not removed. location_custom of type phone or link is for those inside: host, team, staff.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, HOST_NOT_FOUND, TEAM_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.get_event_type(p_event_type_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, host_id uuid, team_id uuid, schedule_id uuid, slug text, title text, description text, color text,
    durations integer[], slot_interval_minutes integer, buffer_before_minutes integer, buffer_after_minutes integer,
    minimum_notice_minutes integer, horizon_days integer, bookable_from date, bookable_until date,
    limit_per_day integer, limit_per_week integer, limit_per_month integer, minutes_per_day integer,
    minutes_per_week integer, minutes_per_month integer, capacity integer, meeting_type text, location_preset_id uuid,
    location_custom text, requires_confirmation boolean, questions jsonb, is_active boolean, is_private boolean,
    created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_event_type_id, 'p_event_type_id');
    RETURN QUERY
    SELECT
        t.id, t.host_id, t.team_id, t.schedule_id, t.slug::text, t.title, t.description, t.color, t.durations,
        t.slot_interval_minutes, t.buffer_before_minutes, t.buffer_after_minutes, t.minimum_notice_minutes,
        t.horizon_days, t.bookable_from, t.bookable_until, t.limit_per_day, t.limit_per_week, t.limit_per_month,
        t.minutes_per_day, t.minutes_per_week, t.minutes_per_month, t.capacity, t.meeting_type, t.location_preset_id,
        CASE WHEN seen.is_inside OR t.meeting_type NOT IN ('phone', 'link') THEN t.location_custom END,
        t.requires_confirmation, t.questions, t.is_active, t.is_private, t.created_at, t.updated_at
    FROM convene.event_types t
    CROSS JOIN LATERAL (
        SELECT actor.is_staff OR t.host_id = actor.id OR EXISTS (
            SELECT FROM convene.team_members m
            WHERE m.org_id = t.org_id AND m.team_id = t.team_id AND m.user_id = actor.id
        ) AS is_inside
    ) seen
    WHERE t.org_id = actor.org_id AND t.id = p_event_type_id AND t.deleted_at IS NULL
      AND (seen.is_inside OR (t.is_active AND NOT t.is_private));
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.get_event_type(uuid, uuid) IS
'One event type, for those who may see it (list_event_types).
Arguments: p_event_type_id, which; p_actor_id, who looks.
Returns: one row, as list_event_types does.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND (unknown, removed, or not theirs to
see).';

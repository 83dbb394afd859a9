-- How teams share event types out.

CREATE OR REPLACE FUNCTION convene.get_team_event_type(p_actor_id uuid, p_event_type_id uuid)
RETURNS TABLE (event_type_id uuid, team_id uuid, slug text, title text, is_active boolean, mode text, members jsonb)
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
        e.id, e.team_id, e.slug::text, e.title, e.is_active, shared.mode,
        (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'user_id', m.user_id, 'name', u.name,
                    'is_active', convene.is_active_now(u) AND u.role <> 'mentee',
                    'is_required', m.is_required, 'priority', m.priority, 'weight', m.weight,
                    'limit_per_day', m.limit_per_day, 'limit_per_week', m.limit_per_week,
                    'turns', m.turns, 'last_assigned_at', m.last_assigned_at
                )
                ORDER BY u.name, u.id
            ), '[]')
            FROM convene.team_event_type_members m
            JOIN convene.users u ON u.org_id = m.org_id AND u.id = m.user_id
            WHERE m.org_id = e.org_id AND m.event_type_id = e.id
        )
    FROM convene.event_types e
    JOIN convene.teams t ON t.org_id = e.org_id AND t.id = e.team_id AND t.deleted_at IS NULL
    LEFT JOIN convene.team_event_types shared ON shared.org_id = e.org_id AND shared.event_type_id = e.id
    WHERE e.org_id = actor.org_id AND e.id = p_event_type_id AND e.deleted_at IS NULL
      AND (actor.is_staff OR EXISTS (
          SELECT FROM convene.team_members own
          WHERE own.org_id = e.org_id AND own.team_id = e.team_id AND own.user_id = actor.id
      ));
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.get_team_event_type(uuid, uuid) IS
'How a team shares an event type out, for the team''s members, coordinators and admins.
Arguments: p_actor_id, who looks; p_event_type_id, a team''s event type.
Returns: one row. mode is round_robin or collective, NULL where that was not said yet. members, at most 200 by name: user_id,
name, is_active (false for those who can host nothing), is_required, priority, weight, limit_per_day, limit_per_week, and
where they stand in the rotation: turns and last_assigned_at.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND (unknown, removed, not a team''s, or not
theirs to see).';

CREATE OR REPLACE FUNCTION convene.create_team_event_type(
    p_actor_id uuid, p_team_id uuid, p_event_type jsonb, p_mode text, p_members jsonb
) RETURNS TABLE (event_type_id uuid, team_id uuid, slug text, title text, is_active boolean, mode text, members jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    made uuid;
BEGIN
    PERFORM convene.require_given(p_actor_id, 'p_actor_id');
    PERFORM convene.require_given(p_team_id, 'p_team_id');
    SELECT e.id INTO made FROM convene.create_event_type(p_actor_id, NULL, p_team_id, p_event_type) e;
    RETURN QUERY SELECT * FROM convene.set_team_event_type(p_actor_id, made, p_mode, p_members);
END
$$;
COMMENT ON FUNCTION convene.create_team_event_type(uuid, uuid, jsonb, text, jsonb) IS
'Makes an event type of a team, and says how and among whom the team shares it out, at once.
Arguments: p_actor_id, an owner of the team, or staff; p_team_id; p_event_type, as of create_event_type, without schedule_id;
p_mode and p_members, as of set_team_event_type.
Returns: how it is shared out, as get_team_event_type does.
Refuses: as create_event_type and set_team_event_type do.';

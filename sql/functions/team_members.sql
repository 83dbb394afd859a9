-- Who is in a team, and as what.

CREATE OR REPLACE FUNCTION convene.require_room_for_team(p_org_id integer, p_user_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    most constant integer := 50;
BEGIN
    -- Two teams at once would both find room.
    PERFORM FROM convene.users u WHERE u.org_id = p_org_id AND u.id = p_user_id FOR NO KEY UPDATE;
    IF (
        SELECT pg_catalog.count(*) FROM convene.team_members m
        JOIN convene.teams t ON t.org_id = m.org_id AND t.id = m.team_id AND t.deleted_at IS NULL
        WHERE m.org_id = p_org_id AND m.user_id = p_user_id
    ) >= most THEN
        PERFORM convene.refuse('TOO_MANY_TEAMS', pg_catalog.jsonb_build_object('most', most));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_room_for_team(integer, uuid) IS
'Locks a user who is to be in one more team, and checks that there is room. For use in other functions; granted to nobody.
Arguments: p_org_id; p_user_id.
Refuses: TOO_MANY_TEAMS, whoever is in 50.';

CREATE OR REPLACE FUNCTION convene.list_team_members(
    p_actor_id   uuid,
    p_team_id    uuid,
    p_limit      integer DEFAULT 50,
    p_after_name text DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL
) RETURNS TABLE (user_id uuid, name text, role text, is_active boolean, joined_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    seen record;
BEGIN
    SELECT * INTO seen FROM convene.see_team(p_actor_id, p_team_id);
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_cursor(p_after_name IS NOT NULL, p_after_id IS NOT NULL, 'p_after_name', 'p_after_id');
    RETURN QUERY
    SELECT u.id, u.name, m.role, convene.is_active_now(u) AND u.role <> 'mentee', m.joined_at
    FROM convene.team_members m
    JOIN convene.users u ON u.org_id = m.org_id AND u.id = m.user_id
    WHERE m.org_id = seen.org_id AND m.team_id = p_team_id
      AND (u.name, u.id) > (coalesce(p_after_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
    ORDER BY u.name, u.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_team_members(uuid, uuid, integer, text, uuid) IS
'Who is in a team, by name, for its members, coordinators and admins.
Arguments: p_actor_id, who looks; p_team_id; p_limit, 1 to 200; p_after_name and p_after_id, the last row of the page before.
Returns: the members; role is owner or member; is_active is false for those who can host nothing: switched off, removed, or a
mentee by now.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND (unknown, removed, or not theirs to see).';

CREATE OR REPLACE FUNCTION convene.team_member(p_org_id integer, p_team_id uuid, p_user_id uuid)
RETURNS TABLE (user_id uuid, name text, role text, is_active boolean, joined_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT u.id, u.name, m.role, convene.is_active_now(u) AND u.role <> 'mentee', m.joined_at
    FROM convene.team_members m
    JOIN convene.users u ON u.org_id = m.org_id AND u.id = m.user_id
    WHERE m.org_id = p_org_id AND m.team_id = p_team_id AND m.user_id = p_user_id;
    IF NOT FOUND THEN
        PERFORM convene.refuse('TEAM_MEMBER_NOT_FOUND', pg_catalog.jsonb_build_object('user_id', p_user_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.team_member(integer, uuid, uuid) IS
'One member of a team. For use in other functions; granted to nobody.
Arguments: p_org_id; p_team_id; p_user_id.
Returns: one row, as list_team_members does.
Refuses: TEAM_MEMBER_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.require_owner(p_org_id integer, p_team_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM convene.require_given(p_team_id, 'p_team_id');
    IF NOT EXISTS (
        SELECT FROM convene.team_members m
        WHERE m.org_id = p_org_id AND m.team_id = p_team_id AND m.role = 'owner'
    ) THEN
        PERFORM convene.refuse('LAST_TEAM_OWNER', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_owner(integer, uuid) IS
'Checks that somebody owns a team, whose row is locked. For use in other functions; granted to nobody.
Arguments: p_org_id; p_team_id.
Refuses: VALIDATION_ERROR (NULL), LAST_TEAM_OWNER.';

CREATE OR REPLACE FUNCTION convene.add_team_member(
    p_actor_id uuid, p_team_id uuid, p_user_id uuid, p_role text DEFAULT 'member'
) RETURNS TABLE (user_id uuid, name text, role text, is_active boolean, joined_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    most    constant integer := 200;
    own_org integer := convene.lock_team(p_actor_id, p_team_id);
    added   record;
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_role, 'p_role');
    PERFORM convene.require_one_of(p_role, ARRAY['owner', 'member'], 'p_role');
    PERFORM convene.require_room_for_team(own_org, p_user_id);
    SELECT u.role, convene.is_active_now(u) AS is_present INTO added
    FROM convene.users u
    WHERE u.org_id = own_org AND u.id = p_user_id AND u.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    ELSIF NOT added.is_present THEN
        PERFORM convene.refuse('USER_INACTIVE', jsonb_build_object('user_id', p_user_id));
    ELSIF added.role = 'mentee' THEN
        PERFORM convene.refuse_argument('p_user_id', 'must be a mentor, coordinator or admin');
    END IF;
    IF EXISTS (
        SELECT FROM convene.team_members m
        WHERE m.org_id = own_org AND m.team_id = p_team_id AND m.user_id = p_user_id
    ) THEN
        PERFORM convene.refuse('ALREADY_TEAM_MEMBER', jsonb_build_object('user_id', p_user_id));
    END IF;
    IF (SELECT count(*) FROM convene.team_members m WHERE m.org_id = own_org AND m.team_id = p_team_id) >= most THEN
        PERFORM convene.refuse('TOO_MANY_TEAM_MEMBERS', jsonb_build_object('most', most));
    END IF;
    INSERT INTO convene.team_members (org_id, team_id, user_id, role) VALUES (own_org, p_team_id, p_user_id, p_role);
    PERFORM convene.audit(
        own_org, p_actor_id, 'add_team_member', 'team', p_team_id::text,
        jsonb_build_object('user_id', p_user_id, 'role', p_role)
    );
    RETURN QUERY SELECT * FROM convene.team_member(own_org, p_team_id, p_user_id);
END
$$;
COMMENT ON FUNCTION convene.add_team_member(uuid, uuid, uuid, text) IS
'An owner of a team, or staff, adds somebody: at most 200 to a team. They host an event type of the team once they are among
its members too (set_team_event_type).
Arguments: p_actor_id; p_team_id; p_user_id, a mentor, coordinator or admin; p_role, owner or member.
Returns: the member, as list_team_members does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED, ALREADY_TEAM_MEMBER, TOO_MANY_TEAMS,
TOO_MANY_TEAM_MEMBERS.';

CREATE OR REPLACE FUNCTION convene.change_team_member(p_actor_id uuid, p_team_id uuid, p_user_id uuid, p_role text)
RETURNS TABLE (user_id uuid, name text, role text, is_active boolean, joined_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.lock_team(p_actor_id, p_team_id);
    before  record;
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_role, 'p_role');
    PERFORM convene.require_one_of(p_role, ARRAY['owner', 'member'], 'p_role');
    SELECT * INTO before FROM convene.team_member(own_org, p_team_id, p_user_id);
    IF before.role <> p_role THEN
        UPDATE convene.team_members m SET role = p_role
        WHERE m.org_id = own_org AND m.team_id = p_team_id AND m.user_id = p_user_id;
        PERFORM convene.require_owner(own_org, p_team_id);
        PERFORM convene.audit(
            own_org, p_actor_id, 'change_team_member', 'team', p_team_id::text,
            jsonb_build_object('user_id', p_user_id, 'role', jsonb_build_array(before.role, p_role))
        );
    END IF;
    RETURN QUERY SELECT * FROM convene.team_member(own_org, p_team_id, p_user_id);
END
$$;
COMMENT ON FUNCTION convene.change_team_member(uuid, uuid, uuid, text) IS
'An owner of a team, or staff, gives a member another role in it. One owner remains.
Arguments: p_actor_id; p_team_id; p_user_id, the member; p_role, owner or member.
Returns: the member, as list_team_members does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED, TEAM_MEMBER_NOT_FOUND,
LAST_TEAM_OWNER.';

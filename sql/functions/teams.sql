-- Teams: people who host event types together. Who is in one is in team_members.sql.

-- A team, for whoever may see it.
CREATE OR REPLACE FUNCTION convene.see_team(p_actor_id uuid, p_team_id uuid)
RETURNS TABLE (org_id integer, may_manage boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    actor record;
    seen  record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id) a;
    PERFORM convene.require_given(p_team_id, 'p_team_id');
    SELECT t.org_id, actor.is_staff OR m.role = 'owner' AS may_manage INTO seen
    FROM convene.teams t
    LEFT JOIN convene.team_members m ON m.org_id = t.org_id AND m.team_id = t.id AND m.user_id = actor.id
    WHERE t.org_id = actor.org_id AND t.id = p_team_id AND t.deleted_at IS NULL
      AND (actor.is_staff OR m.user_id IS NOT NULL);
    IF NOT FOUND THEN
        PERFORM convene.refuse('TEAM_NOT_FOUND', pg_catalog.jsonb_build_object('team_id', p_team_id));
    END IF;
    RETURN QUERY SELECT seen.org_id, seen.may_manage;
END
$$;
COMMENT ON FUNCTION convene.see_team(uuid, uuid) IS
'Lets those pass who may see a team: its members, coordinators and admins. For use in other functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_team_id, the team.
Returns: one row: their organization, and whether they may manage the team, as its owners and staff may.
Refuses: as require_actor does; VALIDATION_ERROR; TEAM_NOT_FOUND (unknown, removed, or not theirs to see).';

CREATE OR REPLACE FUNCTION convene.lock_team(p_actor_id uuid, p_team_id uuid, p_user_id uuid DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    seen record;
BEGIN
    SELECT * INTO seen FROM convene.see_team(p_actor_id, p_team_id);
    PERFORM FROM convene.teams t WHERE t.org_id = seen.org_id AND t.id = p_team_id FOR NO KEY UPDATE;
    -- What it was while the lock was waited for does not count.
    SELECT * INTO seen FROM convene.see_team(p_actor_id, p_team_id);
    IF NOT seen.may_manage AND p_actor_id IS DISTINCT FROM p_user_id THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', '{"action": "manage this team"}');
    END IF;
    RETURN seen.org_id;
END
$$;
COMMENT ON FUNCTION convene.lock_team(uuid, uuid, uuid) IS
'Locks a team for whoever may manage it: whatever changes a team, its members or its event types does so one after the
other. For use in other functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_team_id, the team; p_user_id, a member who may do this for themselves.
Returns: their organization.
Refuses: as see_team does; NOT_AUTHORIZED to other members who do not own it.';

CREATE OR REPLACE FUNCTION convene.list_teams(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_after_name text DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL,
    p_mine       boolean DEFAULT true
) RETURNS TABLE (
    id uuid, slug text, name text, own_role text, members integer, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_mine, 'p_mine');
    IF NOT p_mine AND NOT actor.is_staff THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', '{"action": "list all teams"}');
    END IF;
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_cursor(p_after_name IS NOT NULL, p_after_id IS NOT NULL, 'p_after_name', 'p_after_id');
    RETURN QUERY
    SELECT
        t.id, t.slug::text, t.name, own.role,
        (SELECT count(*)::integer FROM convene.team_members m WHERE m.org_id = t.org_id AND m.team_id = t.id),
        t.created_at, t.updated_at
    FROM convene.teams t
    LEFT JOIN convene.team_members own ON own.org_id = t.org_id AND own.team_id = t.id AND own.user_id = actor.id
    WHERE t.org_id = actor.org_id AND t.deleted_at IS NULL
      AND (NOT p_mine OR own.user_id IS NOT NULL)
      AND (t.name, t.id) > (coalesce(p_after_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
    ORDER BY t.name, t.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_teams(uuid, integer, text, uuid, boolean) IS
'Teams by name: those the actor is in, or, for coordinators and admins, all of the organization.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_after_name and p_after_id, the last row of the page before; p_mine,
false for all teams.
Returns: the teams; own_role is owner or member, NULL for staff who are not in the team; members is how many there are.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED (all teams, to those who are not staff).';

CREATE OR REPLACE FUNCTION convene.get_team(p_actor_id uuid, p_team_id uuid)
RETURNS TABLE (
    id uuid, slug text, name text, own_role text, members integer, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    seen record;
BEGIN
    SELECT * INTO seen FROM convene.see_team(p_actor_id, p_team_id);
    RETURN QUERY
    SELECT
        t.id, t.slug::text, t.name,
        (SELECT m.role FROM convene.team_members m WHERE m.org_id = t.org_id AND m.team_id = t.id AND m.user_id = p_actor_id),
        (SELECT count(*)::integer FROM convene.team_members m WHERE m.org_id = t.org_id AND m.team_id = t.id),
        t.created_at, t.updated_at
    FROM convene.teams t
    WHERE t.org_id = seen.org_id AND t.id = p_team_id;
END
$$;
COMMENT ON FUNCTION convene.get_team(uuid, uuid) IS
'A team, for its members, coordinators and admins.
Arguments: p_actor_id, who looks; p_team_id, the team.
Returns: one row, as list_teams does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND (unknown, removed, or not theirs to see).';

CREATE OR REPLACE FUNCTION convene.create_team(p_actor_id uuid, p_slug text, p_name text)
RETURNS TABLE (
    id uuid, slug text, name text, own_role text, members integer, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
    made  uuid;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    IF actor.role = 'mentee' THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', '{"action": "make teams"}');
    END IF;
    PERFORM convene.require_given(p_slug, 'p_slug');
    PERFORM convene.require_given(p_name, 'p_name');
    PERFORM convene.require_bounds(
        'teams', jsonb_build_object('slug', p_slug, 'name', p_name), ARRAY['slug', 'name']
    );
    PERFORM convene.require_room_for_team(actor.org_id, p_actor_id);
    made := convene.new_id(actor.org_id);
    BEGIN
        INSERT INTO convene.teams (org_id, id, slug, name) VALUES (actor.org_id, made, p_slug, p_name);
    EXCEPTION WHEN unique_violation THEN
        PERFORM convene.refuse_argument('p_slug', 'is taken in this organization');
    END;
    INSERT INTO convene.team_members (org_id, team_id, user_id, role) VALUES (actor.org_id, made, p_actor_id, 'owner');
    PERFORM convene.audit(
        actor.org_id, p_actor_id, 'create_team', 'team', made::text, jsonb_build_object('slug', p_slug)
    );
    RETURN QUERY SELECT * FROM convene.get_team(p_actor_id, made);
END
$$;
COMMENT ON FUNCTION convene.create_team(uuid, text, text) IS
'Makes a team; whoever does owns it.
Arguments: p_actor_id, a mentor, coordinator or admin; p_slug, its short name in addresses of pages: lower-case letters,
digits and hyphens, that no other team and no user of the organization has; p_name, 1 to 200 characters on one line.
Returns: the team, as get_team does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, TOO_MANY_TEAMS.';

CREATE OR REPLACE FUNCTION convene.change_team(p_actor_id uuid, p_team_id uuid, p_changes jsonb)
RETURNS TABLE (
    id uuid, slug text, name text, own_role text, members integer, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.lock_team(p_actor_id, p_team_id);
    before  jsonb;
    after   jsonb;
BEGIN
    PERFORM convene.require_changes(p_changes, '{"slug": "string", "name": "string"}');
    SELECT jsonb_build_object('slug', t.slug, 'name', t.name) INTO before
    FROM convene.teams t
    WHERE t.org_id = own_org AND t.id = p_team_id;
    after := before || p_changes;
    PERFORM convene.require_bounds('teams', after, ARRAY(SELECT jsonb_object_keys(p_changes)));
    IF after <> before THEN
        BEGIN
            UPDATE convene.teams t
            SET slug = after ->> 'slug', name = after ->> 'name', updated_at = clock_timestamp()
            WHERE t.org_id = own_org AND t.id = p_team_id;
        EXCEPTION WHEN unique_violation THEN
            PERFORM convene.refuse_argument('slug', 'is taken in this organization');
        END;
        PERFORM convene.audit(
            own_org, p_actor_id, 'change_team', 'team', p_team_id::text, convene.changed_fields(before, after)
        );
    END IF;
    RETURN QUERY SELECT * FROM convene.get_team(p_actor_id, p_team_id);
END
$$;
COMMENT ON FUNCTION convene.change_team(uuid, uuid, jsonb) IS
'An owner of a team, or staff, gives it another name. With another slug, its pages have other addresses.
Arguments: p_actor_id; p_team_id; p_changes, an object of slug and name, as far as they change, with the forms of
create_team.
Returns: the team, as get_team does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.delete_team(p_actor_id uuid, p_team_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.lock_team(p_actor_id, p_team_id);
    offered bigint;
BEGIN
    SELECT count(*) INTO offered
    FROM convene.event_types e
    WHERE e.org_id = own_org AND e.team_id = p_team_id AND e.is_active AND e.deleted_at IS NULL;
    IF offered > 0 THEN
        PERFORM convene.refuse('TEAM_IN_USE', jsonb_build_object('event_types', offered));
    END IF;
    UPDATE convene.event_types e
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE e.org_id = own_org AND e.team_id = p_team_id AND e.deleted_at IS NULL;
    UPDATE convene.teams t
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE t.org_id = own_org AND t.id = p_team_id;
    PERFORM convene.audit(own_org, p_actor_id, 'delete_team', 'team', p_team_id::text, '{}');
END
$$;
COMMENT ON FUNCTION convene.delete_team(uuid, uuid) IS
'An owner of a team, or staff, removes it, with its event types that are switched off. Meetings that were booked stay, with
their hosts. Its short name is free again.
Arguments: p_actor_id; p_team_id.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED, TEAM_IN_USE while event types of
the team can be booked.';

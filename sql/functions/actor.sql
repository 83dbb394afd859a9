-- Who is acting. A user is found by id alone, and the tenant of everything else follows from it.
-- Called only inside SECURITY DEFINER functions, so it is no definer itself and costs no SET.

CREATE OR REPLACE FUNCTION convene.require_actor(p_actor_id uuid)
RETURNS TABLE (org_id integer, id uuid, role text, is_staff boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    found_user record;
BEGIN
    PERFORM convene.require_given(p_actor_id, 'p_actor_id');
    SELECT u.org_id, u.id, u.role, convene.is_active_now(u) AS is_present
    INTO found_user
    FROM convene.users u
    WHERE u.id = p_actor_id;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', pg_catalog.jsonb_build_object('user_id', p_actor_id));
    END IF;
    IF NOT found_user.is_present THEN
        PERFORM convene.refuse_inactive(u) FROM convene.users u WHERE u.id = p_actor_id;
    END IF;
    RETURN QUERY SELECT
        found_user.org_id, found_user.id, found_user.role, found_user.role IN ('coordinator', 'admin');
END
$$;
COMMENT ON FUNCTION convene.require_actor(uuid) IS
'The acting user. For use in other functions; granted to nobody.
Arguments: p_actor_id, the user''s id.
Returns: one row: their organization, id, role, and whether they are staff (coordinator or admin).
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE (suspended, switched off or removed).';

CREATE OR REPLACE FUNCTION convene.require_staff(p_actor_id uuid, p_action text)
RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    actor record;
BEGIN
    SELECT a.org_id, a.is_staff INTO actor FROM convene.require_actor(p_actor_id) a;
    IF NOT actor.is_staff THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', pg_catalog.jsonb_build_object('action', p_action));
    END IF;
    RETURN actor.org_id;
END
$$;
COMMENT ON FUNCTION convene.require_staff(uuid, text) IS
'Lets coordinators and admins pass. For use in other functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_action, what they want to do, as it fits "you may not …".
Returns: their organization.
Refuses: as require_actor does; NOT_AUTHORIZED to everyone else.';

-- Who belongs to an organization, and as what.

CREATE OR REPLACE FUNCTION convene.add_user(
    p_actor_id  uuid,
    p_email     text,
    p_name      text,
    p_role      text,
    p_time_zone text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org  integer := convene.require_admin(p_actor_id, 'add users');
    new_user uuid;
BEGIN
    new_user := convene.create_user(
        (SELECT o.slug::text FROM convene.organizations o WHERE o.id = own_org), p_email, p_name, p_role, p_time_zone
    );
    PERFORM convene.audit(
        own_org, p_actor_id, 'add_user', 'user', new_user::text, jsonb_build_object('role', p_role)
    );
    RETURN new_user;
END
$$;
COMMENT ON FUNCTION convene.add_user(uuid, text, text, text, text) IS
'An admin adds somebody to the organization.
Arguments: p_actor_id, the admin; the others as of create_user.
Returns: the user''s id.
Refuses: as create_user does, and USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.change_user(p_actor_id uuid, p_user_id uuid, p_changes jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change users');
    before  jsonb;
    after   jsonb;
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_changes(p_changes, '{"role": "string", "is_active": "boolean"}');
    PERFORM convene.require_one_of(p_changes ->> 'role', ARRAY['mentee', 'mentor', 'coordinator', 'admin'], 'role');
    -- The admins, too: two of them must not take the last ones from each other.
    PERFORM FROM convene.users u
    WHERE u.org_id = own_org AND (u.id IN (p_actor_id, p_user_id) OR (u.role = 'admin' AND u.deleted_at IS NULL))
    ORDER BY u.id
    FOR NO KEY UPDATE;
    -- Who was demoted or switched off meanwhile changes nobody.
    PERFORM convene.require_admin(p_actor_id, 'change users');
    SELECT jsonb_build_object('role', u.role, 'is_active', u.is_active) INTO before
    FROM convene.users u
    WHERE u.org_id = own_org AND u.id = p_user_id AND u.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    after := before || p_changes;
    IF after = before THEN
        RETURN;
    END IF;
    UPDATE convene.users u
    SET role = after ->> 'role', is_active = (after ->> 'is_active')::boolean, updated_at = clock_timestamp()
    WHERE u.org_id = own_org AND u.id = p_user_id;
    IF NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = own_org AND u.role = 'admin' AND u.is_active AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('LAST_ADMIN', '{}');
    END IF;
    IF NOT (after ->> 'is_active')::boolean THEN
        DELETE FROM convene.magic_links l WHERE l.org_id = own_org AND l.user_id = p_user_id;
        DELETE FROM convene.sessions s WHERE s.org_id = own_org AND s.user_id = p_user_id;
    END IF;
    PERFORM convene.audit(
        own_org, p_actor_id, 'change_user', 'user', p_user_id::text, convene.changed_fields(before, after)
    );
END
$$;
COMMENT ON FUNCTION convene.change_user(uuid, uuid, jsonb) IS
'Changes somebody''s role, or switches them off or on. Who is switched off is signed out, books nothing and cannot be
booked; bookings there are stay. API keys rest meanwhile.
Arguments: p_actor_id, an admin; p_user_id, whom; p_changes, an object of role and is_active, as far as they change.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, LAST_ADMIN.';

-- Who belongs to an organization. change_user is in the extension.

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

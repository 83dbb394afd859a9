CREATE OR REPLACE FUNCTION convene.create_user(
    p_org_slug  text,
    p_email     text,
    p_name      text,
    p_role      text,
    p_time_zone text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    org      record;
    new_user uuid;
BEGIN
    PERFORM convene.require_given(p_org_slug, 'p_org_slug');
    PERFORM convene.check_new_user(p_email, p_name, p_role, p_time_zone);
    SELECT o.id, o.time_zone INTO org FROM convene.organizations o WHERE o.slug = p_org_slug::convene.citext;
    IF NOT FOUND THEN
        PERFORM convene.refuse_argument('p_org_slug', 'names no organization');
    END IF;
    INSERT INTO convene.users (org_id, id, email, name, role, time_zone)
    VALUES (org.id, convene.new_id(org.id), p_email, p_name, p_role, coalesce(p_time_zone, org.time_zone))
    ON CONFLICT (org_id, email) WHERE deleted_at IS NULL DO NOTHING
    RETURNING id INTO new_user;
    IF new_user IS NULL THEN
        PERFORM convene.refuse_argument('p_email', 'is taken in this organization');
    END IF;
    -- A new user has the reputation that the rules give to an empty record.
    PERFORM convene.refresh_reputation(new_user);
    RETURN new_user;
END
$$;
COMMENT ON FUNCTION convene.create_user(text, text, text, text, text) IS
'Makes a user. For operators; not granted to the service.
Arguments: p_org_slug, the organization; p_email, unique in it whatever its case; p_name, for people; p_role, mentee,
mentor, coordinator or admin; p_time_zone, an IANA zone, the organization''s by default.
Returns: the user''s id.
Refuses: VALIDATION_ERROR (NULL and form, with every wrong field; unknown organization, or the address is taken),
INVALID_TIME_ZONE.';

CREATE OR REPLACE FUNCTION convene.require_time_zone(p_time_zone text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- The domain's check is false of NULL.
    IF p_time_zone IS NOT NULL THEN
        PERFORM p_time_zone::convene.iana_zone;
    END IF;
EXCEPTION WHEN check_violation OR invalid_parameter_value THEN
    PERFORM convene.refuse('INVALID_TIME_ZONE', pg_catalog.jsonb_build_object('time_zone', p_time_zone));
END
$$;
COMMENT ON FUNCTION convene.require_time_zone(text) IS
'Checks a time zone. For use in other functions; granted to nobody.
Arguments: p_time_zone, an IANA name; NULL passes.
Refuses: INVALID_TIME_ZONE.';

CREATE OR REPLACE FUNCTION convene.create_organization(
    p_slug               text,
    p_name               text,
    p_time_zone          text DEFAULT 'UTC',
    p_calendars_required boolean DEFAULT false
) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    new_org integer;
BEGIN
    PERFORM convene.require_given(p_slug, 'p_slug');
    PERFORM convene.require_given(p_name, 'p_name');
    PERFORM convene.require_given(p_time_zone, 'p_time_zone');
    PERFORM convene.require_given(p_calendars_required, 'p_calendars_required');
    PERFORM convene.require_time_zone(p_time_zone);
    IF p_slug !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' THEN
        PERFORM convene.refuse_argument(
            'p_slug', 'must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end'
        );
    END IF;
    PERFORM convene.require_line(p_name, 1, 200, 'p_name');
    INSERT INTO convene.organizations (slug, name, time_zone, calendars_required)
    VALUES (p_slug, p_name, p_time_zone, p_calendars_required)
    ON CONFLICT ON CONSTRAINT organizations_slug_key DO NOTHING
    RETURNING id INTO new_org;
    IF new_org IS NULL THEN
        PERFORM convene.refuse_argument('p_slug', 'is taken');
    END IF;
    RETURN new_org;
END
$$;
COMMENT ON FUNCTION convene.create_organization(text, text, text, boolean) IS
'Makes an organization with the default policy and tiers. For operators; not granted to the service.
Arguments: p_slug, its short name: lower-case letters, digits, hyphens; p_name, its name for people; p_time_zone, the
IANA zone in which its weeks are counted; p_calendars_required, whether nobody books before both people have connected a
calendar, which takes a service with a provider configured: an admin can ask for it later (change_policy).
Returns: its number, the org_id of everything it will own.
Refuses: VALIDATION_ERROR (NULL, form, or the short name is taken), INVALID_TIME_ZONE.';

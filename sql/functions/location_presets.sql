-- Places for meetings in person.

CREATE OR REPLACE FUNCTION convene.create_location_preset(p_actor_id uuid, p_slug text, p_name text)
RETURNS TABLE (id uuid, slug text, name text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change the places');
    made    record;
BEGIN
    PERFORM convene.require_given(p_slug, 'p_slug');
    PERFORM convene.require_given(p_name, 'p_name');
    PERFORM convene.require_bounds(
        'location_presets', jsonb_build_object('slug', p_slug, 'name', p_name), ARRAY['slug', 'name']
    );
    INSERT INTO convene.location_presets AS p (org_id, id, slug, name)
    VALUES (own_org, convene.new_id(own_org), p_slug, p_name)
    ON CONFLICT (org_id, slug) WHERE deleted_at IS NULL DO NOTHING
    RETURNING p.id, p.slug::text AS slug, p.name INTO made;
    IF made.id IS NULL THEN
        PERFORM convene.refuse_argument('p_slug', 'is taken in this organization');
    END IF;
    PERFORM convene.audit(
        own_org, p_actor_id, 'create_location_preset', 'location_preset', made.id::text,
        jsonb_build_object('slug', made.slug)
    );
    RETURN QUERY SELECT made.id, made.slug, made.name;
END
$$;
COMMENT ON FUNCTION convene.create_location_preset(uuid, text, text) IS
'An admin offers a place for meetings in person.
Arguments: p_actor_id, the admin; p_slug, a short name of lower-case letters, digits and hyphens, unique in the
organization; p_name, the place as people read it, 1 to 200 characters.
Returns: the place.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.change_location_preset(
    p_actor_id uuid, p_location_preset_id uuid, p_changes jsonb
) RETURNS TABLE (id uuid, slug text, name text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change the places');
    before  jsonb;
    after   jsonb;
BEGIN
    PERFORM convene.require_given(p_location_preset_id, 'p_location_preset_id');
    PERFORM convene.require_changes(p_changes, '{"slug": "string", "name": "string"}');
    SELECT jsonb_build_object('slug', p.slug, 'name', p.name) INTO before
    FROM convene.location_presets p
    WHERE p.org_id = own_org AND p.id = p_location_preset_id AND p.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse(
            'LOCATION_PRESET_NOT_FOUND', jsonb_build_object('location_preset_id', p_location_preset_id)
        );
    END IF;
    after := before || p_changes;
    PERFORM convene.require_bounds('location_presets', after, ARRAY(SELECT jsonb_object_keys(p_changes)));
    BEGIN
        UPDATE convene.location_presets p
        SET slug = after ->> 'slug', name = after ->> 'name'
        WHERE p.org_id = own_org AND p.id = p_location_preset_id AND after <> before;
    EXCEPTION WHEN unique_violation THEN
        PERFORM convene.refuse_argument('slug', 'is taken in this organization');
    END;
    IF after <> before THEN
        PERFORM convene.audit(
            own_org, p_actor_id, 'change_location_preset', 'location_preset', p_location_preset_id::text,
            convene.changed_fields(before, after)
        );
    END IF;
    RETURN QUERY SELECT p_location_preset_id, after ->> 'slug', after ->> 'name';
END
$$;
COMMENT ON FUNCTION convene.change_location_preset(uuid, uuid, jsonb) IS
'An admin gives a place another name. What is free there shows the new one; bookings keep the one they were made with.
Arguments: p_actor_id, the admin; p_location_preset_id, which; p_changes, an object of slug and name, as far as they
change, with the forms of create_location_preset.
Returns: the place.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, LOCATION_PRESET_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.delete_location_preset(p_actor_id uuid, p_location_preset_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change the places');
    preset  record;
    blocks  bigint;
    offered bigint;
BEGIN
    PERFORM convene.require_given(p_location_preset_id, 'p_location_preset_id');
    SELECT p.slug::text AS slug INTO preset
    FROM convene.location_presets p
    WHERE p.org_id = own_org AND p.id = p_location_preset_id AND p.deleted_at IS NULL
    FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse(
            'LOCATION_PRESET_NOT_FOUND', jsonb_build_object('location_preset_id', p_location_preset_id)
        );
    END IF;
    SELECT count(*) INTO blocks
    FROM convene.availability_blocks b
    WHERE b.org_id = own_org AND b.location_preset_id = p_location_preset_id AND b.deleted_at IS NULL;
    SELECT count(*) INTO offered
    FROM convene.event_types t
    WHERE t.org_id = own_org AND t.location_preset_id = p_location_preset_id AND t.deleted_at IS NULL;
    IF blocks + offered > 0 THEN
        PERFORM convene.refuse(
            'LOCATION_PRESET_IN_USE', jsonb_build_object('blocks', blocks, 'event_types', offered)
        );
    END IF;
    UPDATE convene.location_presets p
    SET deleted_at = clock_timestamp()
    WHERE p.org_id = own_org AND p.id = p_location_preset_id;
    PERFORM convene.audit(
        own_org, p_actor_id, 'delete_location_preset', 'location_preset', p_location_preset_id::text,
        jsonb_build_object('slug', preset.slug)
    );
END
$$;
COMMENT ON FUNCTION convene.delete_location_preset(uuid, uuid) IS
'An admin takes a place off the list. Bookings there keep it.
Arguments: p_actor_id, the admin; p_location_preset_id, which.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, LOCATION_PRESET_NOT_FOUND,
LOCATION_PRESET_IN_USE while availability blocks or event types name it.';

CREATE OR REPLACE FUNCTION convene.list_location_presets(
    p_actor_id uuid, p_limit integer DEFAULT 50, p_after_slug text DEFAULT NULL
) RETURNS TABLE (id uuid, slug text, name text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    RETURN QUERY
    SELECT p.id, p.slug::text, p.name
    FROM convene.location_presets p
    WHERE p.org_id = actor.org_id AND p.deleted_at IS NULL AND p.slug > coalesce(p_after_slug, '')::convene.citext
    ORDER BY p.slug
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_location_presets(uuid, integer, text) IS
'The places the actor''s organization offers for meetings in person, by short name.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_after_slug, the short name of the last row of the page before.
Returns: the places.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

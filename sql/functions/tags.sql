-- Tags and who has them.

CREATE OR REPLACE FUNCTION convene.list_tags(p_actor_id uuid, p_kind text DEFAULT NULL)
RETURNS TABLE (id uuid, kind text, name text, created_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_one_of(p_kind, ARRAY['industry', 'technology', 'stage'], 'p_kind');
    RETURN QUERY
    SELECT t.id, t.kind, t.name::text, t.created_at
    FROM convene.tags t
    WHERE t.org_id = actor.org_id AND (p_kind IS NULL OR t.kind = p_kind)
    ORDER BY t.kind, t.name, t.id;
END
$$;
COMMENT ON FUNCTION convene.list_tags(uuid, text) IS
'The tags of the actor''s organization, by kind and name.
Arguments: p_actor_id, who looks; p_kind, only industry, technology or stage.
Returns: all of them.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.create_tag(p_actor_id uuid, p_kind text, p_name text)
RETURNS TABLE (id uuid, kind text, name text, created_at timestamptz, is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor_org integer := convene.require_staff(p_actor_id, 'create tags');
    new_name  text;
    made      uuid;
BEGIN
    PERFORM convene.check_new_tag(p_kind, p_name);
    new_name := regexp_replace(p_name, '^[[:space:]]+|[[:space:]]+$', '', 'g');
    INSERT INTO convene.tags AS t (org_id, id, kind, name)
    VALUES (actor_org, convene.new_id(actor_org), p_kind, new_name::convene.citext)
    ON CONFLICT (org_id, kind, name) DO NOTHING
    RETURNING t.id INTO made;
    IF made IS NOT NULL THEN
        PERFORM convene.audit(
            actor_org, p_actor_id, 'create_tag', 'tag', made::text,
            jsonb_build_object('kind', p_kind, 'name', new_name)
        );
    END IF;
    RETURN QUERY
    SELECT t.id, t.kind, t.name::text, t.created_at, made IS NOT NULL
    FROM convene.tags t
    WHERE t.org_id = actor_org AND t.kind = p_kind AND t.name = new_name::convene.citext;
END
$$;
COMMENT ON FUNCTION convene.create_tag(uuid, text, text) IS
'Makes a tag, unless there is one of that kind and name, whatever its case; then that is the answer.
Arguments: p_actor_id, a coordinator or admin; p_kind, industry, technology or stage; p_name, 1 to 100 characters.
Returns: the tag; is_new tells whether it was made now.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.user_tags(p_actor_id uuid, p_user_id uuid)
RETURNS TABLE (id uuid, kind text, name text, source text, created_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- Whoever may see a user may see their tags.
    seen record;
BEGIN
    SELECT u.id INTO seen FROM convene.get_user(p_user_id, p_actor_id) u;
    RETURN QUERY
    SELECT t.id, t.kind, t.name::text, ut.source, ut.created_at
    FROM convene.users actor
    JOIN convene.user_tags ut ON ut.org_id = actor.org_id AND ut.user_id = seen.id
    JOIN convene.tags t ON t.org_id = ut.org_id AND t.id = ut.tag_id
    WHERE actor.id = p_actor_id
    ORDER BY t.kind, t.name, t.id;
END
$$;
COMMENT ON FUNCTION convene.user_tags(uuid, uuid) IS
'A user''s tags, by kind and name, for whoever may see the user (get_user).
Arguments: p_actor_id, who looks; p_user_id, whose tags.
Returns: the tags; source is manual (the user or staff said so) or airtable; created_at is since when.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND (unknown, or not theirs to see), USER_INACTIVE (the actor).';

CREATE OR REPLACE FUNCTION convene.set_user_tags(p_actor_id uuid, p_user_id uuid, p_tag_ids uuid[])
RETURNS TABLE (id uuid, kind text, name text, source text, created_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor   record;
    unknown uuid;
    removed bigint;
    added   bigint;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_tag_ids, 'p_tag_ids');
    IF p_user_id <> actor.id AND NOT actor.is_staff THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', jsonb_build_object('action', 'change this user''s tags'));
    END IF;
    IF array_position(p_tag_ids, NULL) IS NOT NULL THEN
        PERFORM convene.refuse_argument('p_tag_ids', 'must not contain NULL');
    END IF;
    IF cardinality(p_tag_ids) > 50 THEN
        PERFORM convene.refuse_argument('p_tag_ids', 'must be at most 50 tags');
    END IF;
    -- Whoever else sets this user's tags waits, or the two lists would be mixed.
    PERFORM FROM convene.users u
    WHERE u.org_id = actor.org_id AND u.id = p_user_id AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    SELECT wanted.id INTO unknown
    FROM unnest(p_tag_ids) AS wanted (id)
    WHERE NOT EXISTS (SELECT FROM convene.tags t WHERE t.org_id = actor.org_id AND t.id = wanted.id)
    LIMIT 1;
    IF FOUND THEN
        PERFORM convene.refuse('TAG_NOT_FOUND', jsonb_build_object('tag_id', unknown));
    END IF;
    DELETE FROM convene.user_tags ut
    WHERE ut.org_id = actor.org_id AND ut.user_id = p_user_id AND ut.source = 'manual'
      AND ut.tag_id <> ALL (p_tag_ids);
    GET DIAGNOSTICS removed = ROW_COUNT;
    INSERT INTO convene.user_tags (org_id, user_id, tag_id)
    SELECT DISTINCT actor.org_id, p_user_id, wanted.id
    FROM unnest(p_tag_ids) AS wanted (id)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF p_user_id <> actor.id AND added + removed > 0 THEN
        -- How many: which ones is the user's, and goes with them.
        PERFORM convene.audit(
            actor.org_id, actor.id, 'set_user_tags', 'user', p_user_id::text,
            jsonb_build_object('added', added, 'removed', removed)
        );
    END IF;
    RETURN QUERY SELECT * FROM convene.user_tags(p_actor_id, p_user_id);
END
$$;
COMMENT ON FUNCTION convene.set_user_tags(uuid, uuid, uuid[]) IS
'Gives a user exactly these tags, besides those that come from Airtable, which stay.
Arguments: p_actor_id, the user, a coordinator or an admin; p_user_id, whose tags; p_tag_ids, at most 50, in any order.
Returns: the user''s tags afterwards, as user_tags does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, TAG_NOT_FOUND.';

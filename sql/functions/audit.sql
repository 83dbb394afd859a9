-- The record of what staff did.

CREATE OR REPLACE FUNCTION convene.audit(
    p_org_id integer, p_actor_id uuid, p_action text, p_target_kind text, p_target_id text, p_details jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM convene.require_given(p_actor_id, 'p_actor_id');
    INSERT INTO convene.audit_log (org_id, id, actor_id, action, target_kind, target_id, details)
    VALUES (p_org_id, convene.new_id(p_org_id), p_actor_id, p_action, p_target_kind, p_target_id, coalesce(p_details, '{}'));
END
$$;
COMMENT ON FUNCTION convene.audit(integer, uuid, text, text, text, jsonb) IS
'Records what somebody did, in the transaction that did it. For use in other functions; granted to nobody.
Arguments: p_org_id and p_actor_id, who; p_action, what; p_target_kind and p_target_id, to what; p_details, ids, numbers
and settings, nothing personal.
Refuses: VALIDATION_ERROR (NULL).';

CREATE OR REPLACE FUNCTION convene.require_admin(p_actor_id uuid, p_action text) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    actor record;
BEGIN
    SELECT a.org_id, a.role INTO actor FROM convene.require_actor(p_actor_id) a;
    IF actor.role <> 'admin' THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', pg_catalog.jsonb_build_object('action', p_action));
    END IF;
    RETURN actor.org_id;
END
$$;
COMMENT ON FUNCTION convene.require_admin(uuid, text) IS
'Lets admins pass. For use in other functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_action, what they want to do, as it fits "you may not …".
Returns: their organization.
Refuses: as require_actor does; NOT_AUTHORIZED to everyone else.';

CREATE OR REPLACE FUNCTION convene.require_self_or_admin(p_actor_id uuid, p_user_id uuid, p_action text) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    IF p_actor_id = p_user_id THEN
        RETURN (SELECT a.org_id FROM convene.require_actor(p_actor_id) a);
    END IF;
    RETURN convene.require_admin(p_actor_id, p_action);
END
$$;
COMMENT ON FUNCTION convene.require_self_or_admin(uuid, uuid, text) IS
'Lets a user pass for what is theirs, and admins for everybody. For use in other functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_user_id, whose it is; p_action, what they want to do, as it fits "you may not …".
Returns: the actor''s organization.
Refuses: VALIDATION_ERROR (NULL), as require_actor does; NOT_AUTHORIZED to everyone else.';

CREATE OR REPLACE FUNCTION convene.require_user(p_org_id integer, p_user_id uuid) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM convene.users u WHERE u.org_id = p_org_id AND u.id = p_user_id AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('USER_NOT_FOUND', pg_catalog.jsonb_build_object('user_id', p_user_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_user(integer, uuid) IS
'Checks that an organization has a user who was not removed. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id.
Refuses: USER_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.changed_fields(p_before jsonb, p_after jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(a.key, jsonb_build_array(p_before -> a.key, a.value)), '{}')
    FROM jsonb_each(p_after) AS a
    WHERE a.value IS DISTINCT FROM p_before -> a.key
$$;
COMMENT ON FUNCTION convene.changed_fields(jsonb, jsonb) IS
'What differs between two objects. For use in other functions; granted to nobody.
Arguments: p_before and p_after.
Returns: an object of the fields of p_after that differ, each with its value before and after.';

CREATE OR REPLACE FUNCTION convene.require_changes(p_changes jsonb, p_kinds jsonb) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    wrong jsonb;
BEGIN
    PERFORM convene.require_given(p_changes, 'p_changes');
    IF jsonb_typeof(p_changes) <> 'object' THEN
        PERFORM convene.refuse_argument('p_changes', 'must be an object of the fields to change');
    END IF;
    SELECT jsonb_object_agg(f.key, jsonb_build_array(f.problem)) INTO wrong
    FROM (
        SELECT
            c.key,
            CASE
                WHEN p_kinds ->> c.key IS NULL THEN
                    'is none of ' || (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(p_kinds) AS k)
                WHEN jsonb_typeof(c.value) = 'null' AND p_kinds ->> c.key LIKE '%?' THEN NULL
                WHEN rtrim(p_kinds ->> c.key, '?') = 'integer' THEN CASE
                    WHEN jsonb_typeof(c.value) <> 'number' THEN 'must be a whole number'
                    WHEN c.value::numeric % 1 <> 0 OR abs(c.value::numeric) > 2147483647 THEN 'must be a whole number'
                END
                WHEN p_kinds ->> c.key = 'number' THEN CASE
                    WHEN jsonb_typeof(c.value) <> 'number' THEN 'must be a number'
                    WHEN abs(c.value::numeric) > 1e9 THEN 'must be a number'
                END
                WHEN jsonb_typeof(c.value) <> p_kinds ->> c.key THEN 'must be a ' || (p_kinds ->> c.key)
            END AS problem
        FROM jsonb_each(p_changes) AS c
    ) AS f
    WHERE f.problem IS NOT NULL;
    IF wrong IS NOT NULL THEN
        PERFORM convene.refuse_arguments(wrong);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_changes(jsonb, jsonb) IS
'Checks the form of changes. For use in other functions; granted to nobody.
Arguments: p_changes, an object of new values; p_kinds, the known fields, each with integer, number, boolean or string,
and ? behind it where null is a value.
Refuses: VALIDATION_ERROR with every field that is wrong.';

CREATE OR REPLACE FUNCTION convene.require_bounds(p_table text, p_row jsonb, p_given text[]) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    bound record;
    holds boolean;
    wrong jsonb := '{}';
BEGIN
    FOR bound IN
        SELECT
            pg_get_expr(c.conbin, c.conrelid) AS condition,
            coalesce(obj_description(c.oid, 'pg_constraint'), c.conname) AS words,
            ARRAY(
                SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = ANY (p_given)
            ) AS given
        FROM pg_constraint c
        WHERE c.conrelid = ('convene.' || p_table)::regclass AND c.contype = 'c'
        ORDER BY c.conname
    LOOP
        EXECUTE format('SELECT %s FROM jsonb_populate_record(NULL::convene.%I, $1)', bound.condition, p_table)
            INTO holds USING p_row;
        IF NOT holds THEN
            SELECT wrong || coalesce(jsonb_object_agg(
                g.name,
                coalesce(wrong -> g.name, '[]') || to_jsonb(regexp_replace(bound.words, '^' || g.name || ' (?=must)', ''))
            ), '{}')
            INTO wrong
            FROM unnest(bound.given) AS g (name);
        END IF;
    END LOOP;
    IF wrong <> '{}' THEN
        PERFORM convene.refuse_arguments(wrong);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_bounds(text, jsonb, text[]) IS
'Checks a row before it is written against the constraints of its table, and says in words which bounds it passes: the
comments of the constraints. For use in other functions; granted to nobody.
Arguments: p_table; p_row, as it is to be; p_given, the columns that the caller set.
Refuses: VALIDATION_ERROR with every given column in a constraint that does not hold.';

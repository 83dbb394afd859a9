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
    field record;
BEGIN
    PERFORM convene.require_given(p_changes, 'p_changes');
    IF jsonb_typeof(p_changes) <> 'object' THEN
        PERFORM convene.refuse_argument('p_changes', 'must be an object of the fields to change');
    END IF;
    FOR field IN
        SELECT c.key, c.value, jsonb_typeof(c.value) AS is_a, p_kinds ->> c.key AS wanted FROM jsonb_each(p_changes) AS c
    LOOP
        IF field.wanted IS NULL THEN
            PERFORM convene.refuse_argument(
                field.key, 'is none of ' || (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(p_kinds) AS k)
            );
        ELSIF field.is_a = 'null' AND field.wanted LIKE '%?' THEN
            CONTINUE;
        ELSIF rtrim(field.wanted, '?') = 'integer' AND (
            field.is_a <> 'number' OR field.value::numeric % 1 <> 0 OR abs(field.value::numeric) > 2147483647
        ) THEN
            PERFORM convene.refuse_argument(field.key, 'must be a whole number');
        ELSIF field.wanted = 'number' AND (field.is_a <> 'number' OR abs(field.value::numeric) > 1e9) THEN
            PERFORM convene.refuse_argument(field.key, 'must be a number');
        ELSIF field.wanted IN ('boolean', 'string') AND field.is_a <> field.wanted THEN
            PERFORM convene.refuse_argument(field.key, 'must be a ' || field.wanted);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION convene.require_changes(jsonb, jsonb) IS
'Checks the form of changes. For use in other functions; granted to nobody.
Arguments: p_changes, an object of new values; p_kinds, the known fields, each with integer, number, boolean or string,
and ? behind it where null is a value.
Refuses: VALIDATION_ERROR with the field''s name.';

CREATE OR REPLACE FUNCTION convene.refuse_violation(p_table text, p_constraint text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.refuse_argument(
        'p_changes',
        coalesce(
            (
                SELECT obj_description(c.oid, 'pg_constraint') FROM pg_constraint c
                WHERE c.conrelid = ('convene.' || p_table)::regclass AND c.conname = p_constraint
            ),
            p_constraint
        )
    );
END
$$;
COMMENT ON FUNCTION convene.refuse_violation(text, text) IS
'Says in words which bound was passed: the comment of the constraint that keeps it. For use in other functions; granted
to nobody.
Arguments: p_table and p_constraint, as Postgres names them.
Returns: never.
Refuses: VALIDATION_ERROR, always.';

-- The record of what staff did.

CREATE OR REPLACE FUNCTION convene.audit(
    p_org_id integer, p_actor_id uuid, p_action text, p_target_kind text, p_target_id text, p_details jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM convene.require_given(p_actor_id, 'p_actor_id');
    INSERT INTO convene.audit_log (org_id, id, actor_id, action, target_kind, target_id, details)
    VALUES (p_org_id, convene.new_id(), p_actor_id, p_action, p_target_kind, p_target_id, coalesce(p_details, '{}'));
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

CREATE OR REPLACE FUNCTION convene.list_audit_log(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_before     timestamptz DEFAULT NULL,
    p_before_id  text DEFAULT NULL,
    p_by         uuid DEFAULT NULL
) RETURNS TABLE (
    id text, occurred_at timestamptz, actor_id uuid, actor_name text, action text, target_kind text, target_id text,
    details jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'read the audit log');
    before  timestamptz := coalesce(p_before, 'infinity');
BEGIN
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_cursor(p_before IS NOT NULL, p_before_id IS NOT NULL, 'p_before', 'p_before_id');
    IF p_by IS NOT NULL AND NOT EXISTS (SELECT FROM convene.users u WHERE u.org_id = own_org AND u.id = p_by) THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_by));
    END IF;
    RETURN QUERY
    WITH logged AS (
        SELECT l.id::text AS id, l.occurred_at, l.actor_id, l.action, l.target_kind, l.target_id, l.details
        FROM convene.audit_log l
        WHERE l.org_id = own_org AND l.occurred_at <= before AND (l.occurred_at, l.id::text) < (before, coalesce(p_before_id, ''))
          AND (p_by IS NULL OR l.actor_id = p_by)
        ORDER BY l.occurred_at DESC, l.id::text DESC
        LIMIT p_limit
    ),
    -- A booking's own history says what staff did to it.
    booked AS (
        SELECT
            e.seq::text AS id, e.occurred_at, e.actor_id, 'booking_' || e.event AS action, 'booking' AS target_kind,
            e.booking_id::text AS target_id,
            jsonb_build_object('status', jsonb_build_array(e.from_status, e.to_status)) AS details
        FROM convene.booking_events e
        JOIN convene.users u ON u.org_id = e.org_id AND u.id = e.actor_id
        WHERE e.org_id = own_org AND e.occurred_at <= before AND (e.occurred_at, e.seq::text) < (before, coalesce(p_before_id, ''))
          AND u.role IN ('coordinator', 'admin')
          AND (p_by IS NULL OR e.actor_id = p_by)
        ORDER BY e.occurred_at DESC, e.seq::text DESC
        LIMIT p_limit
    )
    SELECT r.id, r.occurred_at, r.actor_id, u.name, r.action, r.target_kind, r.target_id, r.details
    FROM (SELECT * FROM logged UNION ALL SELECT * FROM booked) AS r
    JOIN convene.users u ON u.org_id = own_org AND u.id = r.actor_id
    ORDER BY r.occurred_at DESC, r.id DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_audit_log(uuid, integer, timestamptz, text, uuid) IS
'What admins and coordinators did, newest first, for admins: changes they made, and what they did to bookings.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_before and p_before_id, the last row of the page before; p_by, only
what that user did.
Returns: rows.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

-- What staff did, page by page.

CREATE OR REPLACE FUNCTION convene.list_audit_log(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_before     timestamptz DEFAULT NULL,
    p_before_id  text DEFAULT NULL,
    p_by         uuid DEFAULT NULL,
    p_action     text DEFAULT NULL,
    p_from       timestamptz DEFAULT NULL,
    p_to         timestamptz DEFAULT NULL
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
    since   timestamptz := coalesce(p_from, '-infinity');
    until   timestamptz := coalesce(p_to, 'infinity');
    before  timestamptz := coalesce(p_before, 'infinity');
    -- Of an action that is none of a booking, there is no such event.
    kind    text := CASE WHEN p_action LIKE 'booking\_%' THEN substr(p_action, 9) ELSE p_action END;
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
        WHERE l.org_id = own_org AND l.occurred_at >= since AND l.occurred_at < until AND l.occurred_at <= before
          AND (l.occurred_at, l.id::text) < (before, coalesce(p_before_id, ''))
          AND (p_by IS NULL OR l.actor_id = p_by)
          AND (p_action IS NULL OR l.action = p_action)
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
        WHERE e.org_id = own_org AND e.occurred_at >= since AND e.occurred_at < until AND e.occurred_at <= before
          AND (e.occurred_at, e.seq::text) < (before, coalesce(p_before_id, ''))
          AND e.acted_as = 'staff'
          AND (p_by IS NULL OR e.actor_id = p_by)
          AND (kind IS NULL OR e.event = kind)
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
COMMENT ON FUNCTION convene.list_audit_log(uuid, integer, timestamptz, text, uuid, text, timestamptz, timestamptz) IS
'What admins and coordinators did, newest first, for admins: changes they made, and what they did to others'' bookings.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_before and p_before_id, the last row of the page before; p_by, only
what that user did; p_action, only this, such as change_policy or booking_canceled; p_from and p_to, only what was done
at p_from or later, and before p_to.
Returns: rows.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

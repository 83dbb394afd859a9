-- Writebacks: what bookings are owed in their participants' calendars. What is owed, and what became of it, is decided in
-- the extension (plan_writebacks, begin_writeback, finish_writeback; pg_ext/src/writeback).

CREATE OR REPLACE FUNCTION convene.meetings_ahead(p_org_id integer, p_user_id uuid) RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT p.booking_id
        FROM convene.booking_participants p
        WHERE p.org_id = p_org_id AND p.user_id = p_user_id AND p.active
          AND pg_catalog.lower(p.blocked) > pg_catalog.clock_timestamp()
        ORDER BY p.booking_id
    )
$$;
COMMENT ON FUNCTION convene.meetings_ahead(integer, uuid) IS
'A user''s bookings that are to come. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user.
Returns: their ids, in order.';

CREATE OR REPLACE FUNCTION convene.lock_bookings(p_org_id integer, p_bookings uuid[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
    SELECT FROM convene.bookings b
    WHERE b.org_id = p_org_id AND b.id = ANY (p_bookings)
    ORDER BY b.id
    FOR NO KEY UPDATE
$$;
COMMENT ON FUNCTION convene.lock_bookings(integer, uuid[]) IS
'Locks the bookings whose events will be planned, before any account is. For use in other functions; granted to nobody.
Arguments: p_org_id; p_bookings.';

CREATE OR REPLACE FUNCTION convene.enqueue_writebacks(p_org_id integer, p_writebacks uuid[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
    SELECT convene.enqueue_work(
        'writebacks', pg_catalog.array_agg(e.org_id), pg_catalog.array_agg(e.id), pg_catalog.array_agg(c.provider),
        pg_catalog.array_agg(c.id), pg_catalog.array_agg(pg_catalog.clock_timestamp())
    )
    FROM convene.booking_external_events e
    JOIN convene.calendar_connections c ON c.org_id = e.org_id AND c.id = e.connection_id
    WHERE e.org_id = p_org_id AND e.id = ANY (p_writebacks) AND e.status = 'pending' AND c.status = 'connected'
    HAVING pg_catalog.count(*) > 0
$$;
COMMENT ON FUNCTION convene.enqueue_writebacks(integer, uuid[]) IS
'Has events tried now that are owed and whose accounts are connected. For use in other functions; granted to nobody.
Arguments: p_org_id; p_writebacks, their ids.';

CREATE OR REPLACE FUNCTION convene.writeback_status(p_status text, p_failed_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_status = 'pending' AND p_failed_at IS NOT NULL THEN 'failed' ELSE p_status END
$$;
COMMENT ON FUNCTION convene.writeback_status(text, timestamptz) IS
'How it stands with an event that a calendar is owed. For use in other functions; granted to nobody.
Arguments: p_status, of booking_external_events; p_failed_at, of its item of work, NULL without one.
Returns: pending, done, or failed (given up until somebody retries).';

CREATE OR REPLACE FUNCTION convene.list_writebacks(
    p_actor_id uuid, p_status text DEFAULT NULL, p_booking_id uuid DEFAULT NULL, p_limit integer DEFAULT 50,
    p_after_id uuid DEFAULT NULL
)
RETURNS TABLE (
    id uuid, booking_id uuid, user_id uuid, provider text, operation text, status text, attempts integer,
    due_at timestamptz, last_error text, event_url text, conference text, owner_change text, created_at timestamptz,
    updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_one_of(p_status, ARRAY['pending', 'done', 'failed'], 'p_status');
    PERFORM convene.require_limit(p_limit);
    IF p_booking_id IS NOT NULL THEN
        PERFORM convene.require_visible_booking(p_booking_id, p_actor_id);
    END IF;
    RETURN QUERY
    SELECT
        e.id, e.booking_id, e.user_id, c.provider, e.operation, state.status, coalesce(w.attempts, 0),
        CASE WHEN w.failed_at IS NULL THEN nullif(w.due_at, 'infinity') END,
        CASE WHEN e.status = 'pending' THEN coalesce(w.last_error, c.reconnect_reason) END,
        e.event_url, e.conference, e.owner_change, e.created_at, e.updated_at
    FROM convene.booking_external_events e
    JOIN convene.calendar_connections c ON c.org_id = e.org_id AND c.id = e.connection_id
    LEFT JOIN convene.work_items w ON w.org_id = e.org_id AND w.queue = 'writebacks' AND w.subject_id = e.id
    CROSS JOIN LATERAL (SELECT convene.writeback_status(e.status, w.failed_at) AS status) state
    WHERE e.org_id = actor.org_id AND (actor.is_staff OR e.user_id = actor.id)
      AND (p_status IS NULL OR state.status = p_status)
      AND (p_booking_id IS NULL OR e.booking_id = p_booking_id)
      AND (p_after_id IS NULL OR e.id < p_after_id)
    ORDER BY e.id DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_writebacks(uuid, text, uuid, integer, uuid) IS
'What calendars are and were owed: a user''s own, for coordinators and admins the organization''s.
Arguments: p_actor_id, who looks; p_status, pending, done or failed; p_booking_id, only that one''s; p_limit, 1 to 200;
p_after_id, the last row of the page before.
Returns: a row each, newest first; due_at is NULL while it is being written, when it was given up, and while the account
must be connected again.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.retry_writeback(p_actor_id uuid, p_writeback_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_writeback_id, 'p_writeback_id');
    IF NOT EXISTS (
        SELECT FROM convene.booking_external_events e
        WHERE e.org_id = actor.org_id AND e.id = p_writeback_id AND (actor.is_staff OR e.user_id = actor.id)
    ) THEN
        PERFORM convene.refuse('WRITEBACK_NOT_FOUND', jsonb_build_object('writeback_id', p_writeback_id));
    END IF;
    PERFORM convene.enqueue_writebacks(actor.org_id, ARRAY[p_writeback_id]);
END
$$;
COMMENT ON FUNCTION convene.retry_writeback(uuid, uuid) IS
'Tries a writeback again now, also one that was given up. One that is done stays so.
Arguments: p_actor_id, whose it is, or a coordinator or admin; p_writeback_id.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, WRITEBACK_NOT_FOUND.';

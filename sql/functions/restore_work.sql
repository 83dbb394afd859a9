-- What should be in a queue, for the case that it is not.

CREATE OR REPLACE FUNCTION convene.restore_work() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM convene.enqueue_work(
        'erasures', array_agg(r.org_id), array_agg(r.user_id), array_agg('database'::text), array_agg(NULL::uuid),
        array_agg(clock_timestamp())
    )
    FROM convene.erasures r
    WHERE r.finished_at IS NULL AND NOT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = r.org_id AND w.queue = 'erasures' AND w.subject_id = r.user_id
    )
    HAVING count(*) > 0;
    PERFORM convene.enqueue_airtable_sync(s.org_id, s.id)
    FROM convene.airtable_sources s
    WHERE s.status = 'active' AND NOT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = s.org_id AND w.queue = 'airtable_syncs' AND w.subject_id = s.id
    )
    ORDER BY s.org_id;
    PERFORM convene.enqueue_work(
        'calendar_syncs', array_agg(c.org_id), array_agg(c.id), array_agg(c.provider), array_agg(NULL::uuid),
        array_agg(clock_timestamp())
    )
    FROM convene.calendar_connections c
    WHERE c.status = 'connected' AND c.tokens IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = c.org_id AND w.queue = 'calendar_syncs' AND w.subject_id = c.id
    )
    HAVING count(*) > 0;
    PERFORM convene.enqueue_work(
        'token_refreshes', array_agg(c.org_id), array_agg(c.id), array_agg(c.provider), array_agg(NULL::uuid),
        array_agg(convene.token_refresh_at(c.token_expires_at))
    )
    FROM convene.calendar_connections c
    WHERE c.status = 'connected' AND c.tokens IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = c.org_id AND w.queue = 'token_refreshes' AND w.subject_id = c.id
    )
    HAVING count(*) > 0;
    PERFORM convene.enqueue_work(
        'writebacks', array_agg(e.org_id), array_agg(e.id), array_agg(c.provider), array_agg(c.id),
        array_agg(clock_timestamp())
    )
    FROM convene.booking_external_events e
    JOIN convene.calendar_connections c ON c.org_id = e.org_id AND c.id = e.connection_id
    WHERE e.status = 'pending' AND c.status = 'connected' AND NOT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = e.org_id AND w.queue = 'writebacks' AND w.subject_id = e.id
    )
    HAVING count(*) > 0;
END
$$;
COMMENT ON FUNCTION convene.restore_work() IS
'Puts what is owed into the queue it should be in, if it is in none: after rows were typed by hand, or work_items was lost.
For use in jobs; granted to nobody.';

-- Folds new funnel events into the counts of their day. Every minute, so that few rows wait: whoever reads the counts reads
-- those rows, too.
--
-- One statement takes the rows and adds them to the counts. A run that is killed has done neither, and one that is repeated
-- finds nothing. While one is at work another does nothing: it would wait for the counts that the first has changed.

CREATE OR REPLACE FUNCTION convene.roll_up_funnel() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started      timestamptz := clock_timestamp();
    -- What is left over waits for the next run: a backlog makes no transaction of hours.
    most         constant integer := 1000000;
    is_alone     boolean := pg_try_advisory_xact_lock(hashtextextended('roll_up_funnel', 0));
    events_count bigint;
    counts_count bigint;
    duration_ms  double precision;
BEGIN
    WITH chosen AS (
        SELECT p.org_id, p.seq FROM convene.analytics_funnel_pending p
        WHERE is_alone
        ORDER BY p.org_id, p.seq
        LIMIT most
    ),
    taken AS (
        DELETE FROM convene.analytics_funnel_pending p
        USING chosen c
        WHERE p.org_id = c.org_id AND p.seq = c.seq
        RETURNING p.org_id, p.day, p.event_type_id, p.stage
    ),
    counted AS (
        INSERT INTO convene.analytics_funnel_days AS d
            (org_id, day, event_type_id, page_views, slot_selections, bookings_confirmed)
        SELECT
            t.org_id, t.day, t.event_type_id,
            count(*) FILTER (WHERE t.stage = 'page_view'),
            count(*) FILTER (WHERE t.stage = 'slot_selection'),
            count(*) FILTER (WHERE t.stage = 'booking_confirmed')
        FROM taken t
        GROUP BY t.org_id, t.day, t.event_type_id
        ON CONFLICT (org_id, day, event_type_id) DO UPDATE
        SET page_views = d.page_views + EXCLUDED.page_views,
            slot_selections = d.slot_selections + EXCLUDED.slot_selections,
            bookings_confirmed = d.bookings_confirmed + EXCLUDED.bookings_confirmed
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM counted) INTO events_count, counts_count;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'roll_up_funnel', format('Added %s events to %s counts', events_count, counts_count), duration_ms
    );
    RETURN jsonb_build_object('events_count', events_count, 'counts_count', counts_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.roll_up_funnel() IS
'Job: adds funnel events to the counts of their day and event type, each once, 1,000,000 at most; the next run goes on.
Returns: {"events_count": n, "counts_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('roll_up_funnel', '* * * * *', 'Adds new events of booking pages to the counts of their day')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

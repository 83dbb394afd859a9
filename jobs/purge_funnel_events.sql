-- Drops funnel events after 90 days. The counts of their days stay. At midnight, with the rest.

CREATE OR REPLACE FUNCTION convene.purge_funnel_events() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started      timestamptz := clock_timestamp();
    purged_count bigint;
    duration_ms  double precision;
BEGIN
    DELETE FROM convene.analytics_funnel_events e WHERE e.occurred_at < started - interval '90 days';
    GET DIAGNOSTICS purged_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success('purge_funnel_events', format('Purged %s funnel events', purged_count), duration_ms);
    RETURN jsonb_build_object('purged_count', purged_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.purge_funnel_events() IS
'Job: deletes events of booking pages older than 90 days; the counts of their days stay.
Returns: {"purged_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('purge_funnel_events', '0 0 * * *', 'Drops events of booking pages after 90 days, and keeps their counts')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

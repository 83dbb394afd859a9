-- Has every calendar read again soon: pushes get lost, and nothing else would notice. Hourly, a quarter past, and spread
-- over ten minutes, so that providers are not asked everything at once. Work that is owed and in no queue, which should
-- not be, is put back.

CREATE OR REPLACE FUNCTION convene.calendar_drift() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started     timestamptz := clock_timestamp();
    readable    record;
    due_count   bigint;
    duration_ms double precision;
BEGIN
    SELECT
        count(*), array_agg(c.org_id) AS org_ids, array_agg(c.id) AS connections, array_agg(c.provider) AS lanes,
        array_agg(clock_timestamp() + random() * interval '10 minutes') AS due_at
    INTO readable
    FROM convene.calendar_connections c
    WHERE c.status = 'connected' AND c.tokens IS NOT NULL;
    due_count := readable.count;
    PERFORM convene.expedite_work('calendar_syncs', readable.org_ids, readable.connections, readable.due_at);
    PERFORM convene.restore_work();
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success('calendar_drift', format('%s calendar accounts are due', due_count), duration_ms);
    RETURN jsonb_build_object('due_count', due_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.calendar_drift() IS
'Job: has every connected calendar account read again within ten minutes.
Returns: {"due_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('calendar_drift', '15 * * * *', 'Has every connected calendar read again, in case a push was lost')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

-- Puts tokens into the queue of those that are refreshed before they end. Each is put there when it is stored; this finds
-- one that is in no queue, wakes the workers, and shows in the job history whether anything waits.

CREATE OR REPLACE FUNCTION convene.enqueue_token_refresh() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started     timestamptz := clock_timestamp();
    due_count   bigint;
    duration_ms double precision;
BEGIN
    PERFORM convene.restore_work();
    SELECT count(*) INTO due_count
    FROM convene.work_items w
    WHERE w.queue = 'token_refreshes' AND w.lease IS NULL AND w.failed_at IS NULL AND w.due_at <= started;
    PERFORM pg_notify('convene_work', 'token_refreshes');
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success('enqueue_token_refresh', format('%s tokens end soon', due_count), duration_ms);
    RETURN jsonb_build_object('due_count', due_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.enqueue_token_refresh() IS
'Job: has access tokens refreshed that end within ten minutes.
Returns: {"due_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('enqueue_token_refresh', '0 */4 * * *', 'Has calendar tokens refreshed before they end')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

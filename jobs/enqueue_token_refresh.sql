-- Wakes the workers to refresh tokens that end soon. They look every minute by themselves; this runs where they were
-- switched off for long, and shows in the job history whether anything waits.

CREATE OR REPLACE FUNCTION convene.enqueue_token_refresh() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started     timestamptz := clock_timestamp();
    due_count   bigint := (SELECT count(*) FROM convene.tokens_to_refresh(100000));
    duration_ms double precision;
BEGIN
    PERFORM pg_notify('convene_work', 'token_refreshes');
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success('enqueue_token_refresh', format('%s tokens end soon', due_count), duration_ms);
    RETURN jsonb_build_object('due_count', due_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.enqueue_token_refresh() IS
'Job: wakes the workers to refresh access tokens that end within ten minutes.
Returns: {"due_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('enqueue_token_refresh', '0 */4 * * *', 'Wakes the workers to refresh calendar tokens')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

-- cron_job_logs is written only here.

CREATE OR REPLACE FUNCTION convene.log_job_success(p_job text, p_message text, p_duration_ms double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM convene.require_given(p_job, 'p_job');
    INSERT INTO convene.cron_job_logs (job_name, status, message, duration_ms, created_at)
    VALUES (p_job, 'success', p_message, p_duration_ms, clock_timestamp());
END
$$;
COMMENT ON FUNCTION convene.log_job_success(text, text, double precision) IS
'Notes in cron_job_logs that a job did its work. Each job function calls it.
Arguments: p_job, the job; p_message, what it did; p_duration_ms, how long it took, in milliseconds.
Refuses: VALIDATION_ERROR (no job).';

CREATE OR REPLACE FUNCTION convene.log_job_failure(
    p_job text, p_message text, p_duration_ms double precision, p_error jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM convene.require_given(p_job, 'p_job');
    INSERT INTO convene.cron_job_logs (job_name, status, message, duration_ms, error_details, created_at)
    VALUES (p_job, 'failure', p_message, p_duration_ms, p_error, clock_timestamp());
END
$$;
COMMENT ON FUNCTION convene.log_job_failure(text, text, double precision, jsonb) IS
'Notes in cron_job_logs that a job failed. run_job calls it.
Arguments: p_job, the job; p_message, the error; p_duration_ms, how long it took, in milliseconds; p_error, an object
with sqlstate, detail, hint and context.
Refuses: VALIDATION_ERROR (no job).';

CREATE OR REPLACE FUNCTION convene.milliseconds_since(p_start timestamptz) RETURNS double precision
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT pg_catalog.round(1000 * extract(epoch FROM pg_catalog.clock_timestamp() - p_start), 3)::double precision
$$;
COMMENT ON FUNCTION convene.milliseconds_since(timestamptz) IS
'Time since a clock reading, for the durations that jobs report.
Arguments: p_start, an earlier clock_timestamp().
Returns: milliseconds, to the microsecond.';

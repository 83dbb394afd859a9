-- A failure must be in the log although the job's work is undone: so a procedure, which may COMMIT the log row and
-- then raise the error again for pg_cron's own records. A procedure with a SET clause, or a definer's, may not
-- COMMIT: hence neither, and every name is qualified.

CREATE OR REPLACE PROCEDURE convene.run_job(p_job text)
LANGUAGE plpgsql AS $$
DECLARE
    started   timestamptz := pg_catalog.clock_timestamp();
    result    jsonb;
    has_error boolean := false;
    state     text;
    message   text;
    detail    text;
    hint      text;
    context   text;
BEGIN
    IF NOT EXISTS (SELECT FROM convene.jobs j WHERE j.name = p_job) THEN
        PERFORM convene.refuse_argument('p_job', 'names no job of convene.jobs');
    END IF;
    BEGIN
        EXECUTE pg_catalog.format('SELECT pg_catalog.to_jsonb(convene.%I())', p_job) INTO result;
        -- Jobs report an object and log themselves. dispatch_events, which the service calls all the time, only
        -- counts, and is logged when it runs as a job.
        IF pg_catalog.jsonb_typeof(result) IS DISTINCT FROM 'object' THEN
            PERFORM convene.log_job_success(p_job, result::text, convene.milliseconds_since(started));
        END IF;
    EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
        has_error := true;
        GET STACKED DIAGNOSTICS
            state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
            hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
        detail := nullif(detail, '');
        hint := nullif(hint, '');
    END;
    IF has_error THEN
        PERFORM convene.log_job_failure(p_job, message, convene.milliseconds_since(started),
            pg_catalog.jsonb_build_object('sqlstate', state, 'detail', detail, 'hint', hint, 'context', context));
        COMMIT;
        RAISE EXCEPTION USING
            ERRCODE = state,
            MESSAGE = message,
            DETAIL = coalesce(detail, 'The failure is logged in convene.cron_job_logs.'),
            HINT = coalesce(hint, 'See convene.job_failures.');
    END IF;
END
$$;
COMMENT ON PROCEDURE convene.run_job(text) IS
'Runs a job as pg_cron does: calls the function of that name, logs a failure and raises it again. CALL it outside a
transaction block.
Arguments: p_job, a name in convene.jobs.
Refuses: VALIDATION_ERROR (no such job), and whatever the job raises.';

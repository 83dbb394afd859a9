-- The view of jobs asks this function and not last_due itself: nothing may depend on a function of the extension, which
-- could not be dropped then. Of a function's text Postgres keeps no dependencies.
CREATE OR REPLACE FUNCTION convene.is_overdue(p_schedule text, p_last_run_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(convene.last_due(p_schedule, pg_catalog.now() - interval '5 minutes') > p_last_run_at, false)
$$;
COMMENT ON FUNCTION convene.is_overdue(text, timestamptz) IS
'Whether a run that fell due more than 5 minutes ago has not ended.
Arguments: p_schedule, a cron expression of five fields, GMT; p_last_run_at, when the last run ended.
Returns: true or false; false for a schedule that is not understood.';

-- Jobs belong to the installation, not to a tenant. So staff see that a job failed, and not what it said: a message can
-- tell of other tenants, and is for operators (view convene.job_failures).

CREATE OR REPLACE FUNCTION convene.coordinator_jobs(p_actor_id uuid)
RETURNS TABLE (
    name text, schedule text, description text, last_run_at timestamptz, last_status text,
    last_duration_ms double precision, last_failed_at timestamptz,
    runs_24h bigint, failures_24h bigint, avg_duration_ms_24h double precision, is_overdue boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_staff(p_actor_id, 'see the jobs');
    RETURN QUERY
    SELECT
        s.name, s.schedule, s.description, s.last_run_at, s.last_status, s.last_duration_ms, s.last_failed_at,
        s.runs_24h, s.failures_24h, s.avg_duration_ms_24h, s.is_overdue
    FROM convene.job_status s
    ORDER BY s.name;
END
$$;
COMMENT ON FUNCTION convene.coordinator_jobs(uuid) IS
'The state of every job, for coordinators and admins.
Arguments: p_actor_id, who looks.
Returns: the rows of convene.job_status without last_error, by name.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.coordinator_job_runs(
    p_actor_id uuid,
    p_job      text,
    p_limit    integer DEFAULT 50,
    p_after_id bigint DEFAULT NULL
) RETURNS TABLE (
    id bigint, job_name text, status text, duration_ms double precision, created_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    after_time timestamptz := 'infinity';
BEGIN
    PERFORM convene.require_staff(p_actor_id, 'see the jobs');
    PERFORM convene.require_given(p_job, 'p_job');
    PERFORM convene.require_limit(p_limit);
    IF NOT EXISTS (SELECT FROM convene.jobs j WHERE j.name = p_job) THEN
        PERFORM convene.refuse_argument('p_job', 'names no job');
    END IF;
    IF p_after_id IS NOT NULL THEN
        -- A row that is purged by now was older than all that remain: the page after it is empty.
        after_time := coalesce((SELECT l.created_at FROM convene.cron_job_logs l WHERE l.id = p_after_id), '-infinity');
    END IF;
    RETURN QUERY
    SELECT
        l.id, l.job_name, l.status, l.duration_ms, l.created_at
    FROM convene.cron_job_logs l
    WHERE l.job_name = p_job
      AND l.created_at <= after_time AND (l.created_at, l.id) < (after_time, coalesce(p_after_id, 0))
    ORDER BY l.created_at DESC, l.id DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.coordinator_job_runs(uuid, text, integer, bigint) IS
'The runs of a job, newest first, for coordinators and admins.
Arguments: p_actor_id, who looks; p_job, a name in convene.jobs; p_limit, 1 to 200; p_after_id, the last row of the
page before.
Returns: rows of cron_job_logs, without what the job said.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

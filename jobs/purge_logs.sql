-- Drops records of job runs and of sign-ins after 90 days; of job runs ours, and pg_cron's, which never drops its own. At midnight, with the rest.
--
-- pg_cron shows a role only that role's runs, so its records must be deleted by the role that runs the jobs: the job
-- itself is no definer, and only the part that touches our table is.

CREATE OR REPLACE FUNCTION convene.purge_job_logs() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    purged_count bigint;
BEGIN
    DELETE FROM convene.cron_job_logs l WHERE l.created_at < clock_timestamp() - interval '90 days';
    GET DIAGNOSTICS purged_count = ROW_COUNT;
    DELETE FROM convene.sign_in_events e WHERE e.occurred_at < clock_timestamp() - interval '90 days';
    RETURN purged_count;
END
$$;
COMMENT ON FUNCTION convene.purge_job_logs() IS
'The part of purge_logs that deletes rows of cron_job_logs and sign_in_events older than 90 days.
Returns: how many of the first.';

CREATE OR REPLACE FUNCTION convene.purge_logs() RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    started           timestamptz := pg_catalog.clock_timestamp();
    purged_count      bigint := convene.purge_job_logs();
    cron_purged_count bigint := 0;
    duration_ms       double precision;
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_namespace n
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'job_run_details'
        WHERE n.nspname = 'cron' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    ) THEN
        DELETE FROM cron.job_run_details d
        WHERE d.username = 'convene_jobs'
          AND coalesce(d.end_time, d.start_time) < pg_catalog.clock_timestamp() - interval '90 days';
        GET DIAGNOSTICS cron_purged_count = ROW_COUNT;
    END IF;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'purge_logs',
        pg_catalog.format('Purged %s job logs and %s records of pg_cron', purged_count, cron_purged_count),
        duration_ms
    );
    RETURN pg_catalog.jsonb_build_object(
        'purged_count', purged_count, 'cron_purged_count', cron_purged_count, 'duration_ms', duration_ms
    );
END
$$;
COMMENT ON FUNCTION convene.purge_logs() IS
'Job: deletes records older than 90 days: of sign-ins, and of job runs from cron_job_logs and from pg_cron''s own (those of role
convene_jobs).
Returns: {"purged_count": n, "cron_purged_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('purge_logs', '0 0 * * *', 'Drops records of job runs and sign-ins after 90 days')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

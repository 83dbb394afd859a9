-- Makes pg_cron's list equal to convene.jobs. Only for pg_cron's own database, and for a superuser: who schedules a job
-- for another role must be one. Each job runs as convene_jobs, over the socket that cron.host names.

CREATE EXTENSION IF NOT EXISTS pg_cron;

-- purge_logs deletes that role's own records of runs; row security keeps it to those.
GRANT USAGE ON SCHEMA cron TO convene_jobs;

DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN
        SELECT c.jobid
        FROM cron.job c
        WHERE c.database = current_database()
          AND starts_with(c.jobname, 'convene:')
          AND (
              c.username <> 'convene_jobs'
              OR NOT EXISTS (SELECT FROM convene.jobs j WHERE 'convene:' || j.name = c.jobname)
          )
    LOOP
        PERFORM cron.unschedule(entry.jobid);
    END LOOP;

    -- An entry of the same name and role gets the new schedule and command, and keeps its id and records.
    FOR entry IN
        SELECT 'convene:' || j.name AS name, j.schedule, format('CALL convene.run_job(%L)', j.name) AS command
        FROM convene.jobs j
        ORDER BY j.name
    LOOP
        PERFORM cron.schedule_in_database(
            entry.name, entry.schedule, entry.command, current_database(), 'convene_jobs'
        );
    END LOOP;
END
$$;

-- Entries remember where the server was when they were made, and that somebody switched them off.
UPDATE cron.job c
SET nodename = current_setting('cron.host'), nodeport = current_setting('port')::integer, active = true
WHERE starts_with(c.jobname, 'convene:') AND c.username = 'convene_jobs'
  AND (c.nodename, c.nodeport, c.active)
      IS DISTINCT FROM (current_setting('cron.host'), current_setting('port')::integer, true);

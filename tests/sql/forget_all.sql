-- Leaves of Convene in pg_cron's database only pg_cron, without the jobs that a failed test may have left.
DROP EXTENSION IF EXISTS convene;
DROP SCHEMA IF EXISTS convene CASCADE;
DO $$
BEGIN
    IF to_regclass('cron.job') IS NOT NULL THEN
        PERFORM cron.unschedule(jobid) FROM cron.job;
    END IF;
END
$$;

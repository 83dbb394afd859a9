CREATE OR REPLACE VIEW convene.job_failures WITH (security_barrier) AS
SELECT
    l.created_at AS failed_at,
    l.job_name,
    l.message,
    l.error_details ->> 'sqlstate' AS sqlstate,
    l.error_details ->> 'detail' AS detail,
    l.error_details ->> 'hint' AS hint,
    l.error_details ->> 'context' AS context,
    l.duration_ms,
    l.created_at < (
        SELECT max(s.created_at) FROM convene.cron_job_logs s
        WHERE s.job_name = l.job_name AND s.status = 'success' AND s.created_at > l.created_at
    ) IS TRUE AS has_succeeded_since,
    l.id
FROM convene.cron_job_logs l
WHERE l.status = 'failure';
COMMENT ON VIEW convene.job_failures IS 'Runs of jobs that failed, with what Postgres said';
COMMENT ON COLUMN convene.job_failures.failed_at IS 'When the run ended';
COMMENT ON COLUMN convene.job_failures.job_name IS 'The function';
COMMENT ON COLUMN convene.job_failures.message IS 'What Postgres said';
COMMENT ON COLUMN convene.job_failures.sqlstate IS 'The error''s SQLSTATE';
COMMENT ON COLUMN convene.job_failures.detail IS 'Its detail; may quote rows';
COMMENT ON COLUMN convene.job_failures.hint IS 'Its hint';
COMMENT ON COLUMN convene.job_failures.context IS 'Where in the job it happened';
COMMENT ON COLUMN convene.job_failures.duration_ms IS 'How long the run took, in milliseconds';
COMMENT ON COLUMN convene.job_failures.has_succeeded_since IS 'Whether a later run of the job went well';
COMMENT ON COLUMN convene.job_failures.id IS 'Of the run, in cron_job_logs';

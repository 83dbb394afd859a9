-- A job is overdue when a run that fell due over five minutes ago is not in the log: jobs are logged when they end.
-- Before the first run, the age of the installation stands in for it.
CREATE OR REPLACE VIEW convene.job_status WITH (security_barrier) AS
SELECT
    j.name,
    j.schedule,
    j.description,
    latest.created_at AS last_run_at,
    latest.status AS last_status,
    latest.duration_ms AS last_duration_ms,
    failed.message AS last_error,
    failed.created_at AS last_failed_at,
    today.runs AS runs_24h,
    today.failures AS failures_24h,
    today.avg_duration_ms AS avg_duration_ms_24h,
    convene.is_overdue(j.schedule, coalesce(latest.created_at, installed.at)) AS is_overdue
FROM convene.jobs j
CROSS JOIN (SELECT min(o.created_at) AS at FROM convene.organizations o) installed
LEFT JOIN LATERAL (
    SELECT l.created_at, l.status, l.duration_ms
    FROM convene.cron_job_logs l
    WHERE l.job_name = j.name
    ORDER BY l.created_at DESC
    LIMIT 1
) latest ON true
LEFT JOIN LATERAL (
    SELECT l.created_at, l.message
    FROM convene.cron_job_logs l
    WHERE l.job_name = j.name AND l.status = 'failure'
    ORDER BY l.created_at DESC
    LIMIT 1
) failed ON true
CROSS JOIN LATERAL (
    SELECT
        count(*) AS runs, count(*) FILTER (WHERE l.status = 'failure') AS failures,
        avg(l.duration_ms) AS avg_duration_ms
    FROM convene.cron_job_logs l
    WHERE l.job_name = j.name AND l.created_at > now() - interval '24 hours'
) today;
COMMENT ON VIEW convene.job_status IS 'Every registered job, and how its runs went';
COMMENT ON COLUMN convene.job_status.name IS 'The function it calls';
COMMENT ON COLUMN convene.job_status.schedule IS 'cron expression, GMT';
COMMENT ON COLUMN convene.job_status.description IS 'What it does';
COMMENT ON COLUMN convene.job_status.last_run_at IS 'When its last run ended; NULL before the first';
COMMENT ON COLUMN convene.job_status.last_status IS 'success or failure';
COMMENT ON COLUMN convene.job_status.last_duration_ms IS 'How long the last run took, in milliseconds';
COMMENT ON COLUMN convene.job_status.last_error IS 'What the last failed run said, though later runs may have succeeded';
COMMENT ON COLUMN convene.job_status.last_failed_at IS 'When it last failed';
COMMENT ON COLUMN convene.job_status.runs_24h IS 'Runs in the last 24 hours';
COMMENT ON COLUMN convene.job_status.failures_24h IS 'Failed runs in the last 24 hours';
COMMENT ON COLUMN convene.job_status.avg_duration_ms_24h IS 'Mean duration of the runs in the last 24 hours, failed ones too, in milliseconds; NULL without any';
COMMENT ON COLUMN convene.job_status.is_overdue IS 'Whether a run that fell due more than 5 minutes ago is missing';

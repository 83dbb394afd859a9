-- Every job; what needs attention first.
SELECT name, schedule, last_run_at, last_status, round(last_duration_ms) AS last_ms, round(avg_duration_ms_24h) AS avg_ms_24h, runs_24h, failures_24h, is_overdue, last_error
FROM convene.job_status
ORDER BY is_overdue DESC, failures_24h DESC, name;

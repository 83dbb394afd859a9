-- What failed in the last 7 days, the newest first.
SELECT failed_at, job_name, message, sqlstate, detail, has_succeeded_since
FROM convene.job_failures
WHERE failed_at > now() - interval '7 days'
ORDER BY failed_at DESC;

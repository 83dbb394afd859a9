SELECT
    coalesce(array_agg(name) FILTER (WHERE last_status = 'failure'), '{}') AS failing,
    coalesce(array_agg(name) FILTER (WHERE is_overdue), '{}') AS overdue,
    coalesce(array_agg(name) FILTER (WHERE failures_24h > 0 AND last_status <> 'failure'), '{}') AS recovered
FROM convene.job_status

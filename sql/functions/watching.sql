-- What /metrics and /v1/health/db show. Asked every few seconds, so each figure comes from an index and is bounded.

CREATE OR REPLACE FUNCTION convene.queue_status()
RETURNS TABLE (queue text, depth bigint, oldest_age double precision, failed bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 7
SET search_path = pg_catalog, convene, pg_temp AS $$
    -- One look into an index for each queue, however many items it has.
    WITH RECURSIVE waiting_queues AS (
        SELECT min(w.queue) AS queue FROM convene.work_items w WHERE w.lease IS NULL AND w.failed_at IS NULL
        UNION ALL
        SELECT (
            SELECT min(w.queue) FROM convene.work_items w
            WHERE w.queue > q.queue AND w.lease IS NULL AND w.failed_at IS NULL
        )
        FROM waiting_queues q WHERE q.queue IS NOT NULL
    ),
    failed_queues AS (
        SELECT min(w.queue) AS queue FROM convene.work_items w WHERE w.failed_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(w.queue) FROM convene.work_items w WHERE w.queue > q.queue AND w.failed_at IS NOT NULL)
        FROM failed_queues q WHERE q.queue IS NOT NULL
    )
    SELECT
        waiting.queue,
        waiting.depth,
        greatest(extract(epoch FROM statement_timestamp() - waiting.since), 0)::double precision,
        waiting.failed
    FROM (
        SELECT
            'booking_events',
            (SELECT count(*) FROM (
                SELECT FROM convene.booking_events e WHERE e.dispatched_at IS NULL LIMIT 100000
            ) AS owed),
            (SELECT e.occurred_at FROM convene.booking_events e WHERE e.dispatched_at IS NULL ORDER BY e.seq LIMIT 1),
            0::bigint
        UNION ALL
        SELECT
            'link_requests',
            (SELECT count(*) FROM (SELECT FROM convene.link_requests r LIMIT 100000) AS owed),
            (SELECT r.created_at FROM convene.link_requests r ORDER BY r.id LIMIT 1),
            0
        UNION ALL
        SELECT
            'email_deliveries',
            (SELECT count(*) FROM (SELECT FROM convene.email_deliveries d LIMIT 100000) AS owed),
            (SELECT min(d.created_at) FROM convene.email_deliveries d),
            0
        UNION ALL
        SELECT
            q.queue,
            (SELECT count(*) FROM (
                SELECT FROM convene.work_items w
                WHERE w.queue = q.queue AND w.lease IS NULL AND w.failed_at IS NULL AND w.due_at <= statement_timestamp()
                LIMIT 100000
            ) AS owed),
            (SELECT min(w.due_at) FROM convene.work_items w
                WHERE w.queue = q.queue AND w.lease IS NULL AND w.failed_at IS NULL
                  AND w.due_at <= statement_timestamp()),
            (SELECT count(*) FROM (
                SELECT FROM convene.work_items w WHERE w.queue = q.queue AND w.failed_at IS NOT NULL LIMIT 100000
            ) AS given_up)
        FROM (SELECT w.queue FROM waiting_queues w UNION SELECT f.queue FROM failed_queues f) q
        WHERE q.queue IS NOT NULL
        UNION ALL
        SELECT
            'idempotency_requests',
            (SELECT count(*) FROM (SELECT FROM convene.idempotency_requests r LIMIT 100000) AS kept),
            (SELECT min(r.created_at) FROM convene.idempotency_requests r),
            0
    ) AS waiting (queue, depth, since, failed)
$$;
COMMENT ON FUNCTION convene.queue_status() IS
'What waits to be done or cleaned, of all tenants.
Returns: a row for each queue of work_items that has any items, and for the tables booking_events, link_requests, email_deliveries
and idempotency_requests: queue, its name; depth, what is due and waits, counted up to 100000; oldest_age, for how long the
oldest has waited in seconds, NULL for an empty one; failed, what was given up, counted up to 100000.';

CREATE OR REPLACE FUNCTION convene.job_health()
RETURNS TABLE (
    name text, last_run_at timestamptz, last_success_at timestamptz, last_status text,
    last_duration_ms double precision, runs_24h bigint, failures_24h bigint, is_overdue boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        s.name, s.last_run_at, succeeded.created_at, s.last_status, s.last_duration_ms, s.runs_24h, s.failures_24h,
        s.is_overdue
    FROM convene.job_status s
    LEFT JOIN LATERAL (
        SELECT l.created_at
        FROM convene.cron_job_logs l
        WHERE l.job_name = s.name AND l.status = 'success'
        ORDER BY l.created_at DESC
        LIMIT 1
    ) succeeded ON true
    ORDER BY s.name;
END
$$;
COMMENT ON FUNCTION convene.job_health() IS
'How the runs of every job went, without what they said.
Returns: a row for each job in convene.jobs, by name: when it last ran and last succeeded, NULL for never; success or
failure of the last run and how long it took, in milliseconds; runs and failed runs in the last 24 hours; whether a run
is missing.';

CREATE OR REPLACE FUNCTION convene.database_status()
RETURNS TABLE (postgres_version text, extension_version text, schema_version integer)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT
        current_setting('server_version'),
        (SELECT extversion FROM pg_extension WHERE extname = 'convene'),
        (SELECT max(version) FROM convene.refinery_schema_history)
$$;
COMMENT ON FUNCTION convene.database_status() IS
'What this database is made of.
Returns: one row: the versions of Postgres and of the installed extension (NULL without it), and the number of the last
migration.';

-- Forgets answers kept for replay under clients' idempotency keys, 24 hours after they were given. At midnight: a key
-- that lives up to a day longer does no harm.

CREATE OR REPLACE FUNCTION convene.clean_idempotency_keys() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started       timestamptz := clock_timestamp();
    deleted_count bigint;
    duration_ms   double precision;
BEGIN
    DELETE FROM convene.idempotency_requests r WHERE r.created_at < started - interval '24 hours';
    GET DIAGNOSTICS deleted_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'clean_idempotency_keys', format('Deleted %s idempotency keys', deleted_count), duration_ms
    );
    RETURN jsonb_build_object('deleted_count', deleted_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.clean_idempotency_keys() IS
'Job: deletes idempotency keys older than 24 hours, with the answers stored under them.
Returns: {"deleted_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('clean_idempotency_keys', '0 0 * * *', 'Forgets idempotency keys after 24 hours')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

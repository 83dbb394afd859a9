-- Drops buckets that have been full again for long: the longest window of a limit is an hour.

CREATE OR REPLACE FUNCTION convene.purge_rate_limits() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started       timestamptz := clock_timestamp();
    deleted_count bigint;
    duration_ms   double precision;
BEGIN
    DELETE FROM convene.rate_limit_buckets b WHERE b.taken_at < started - interval '1 hour';
    GET DIAGNOSTICS deleted_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'purge_rate_limits', format('Deleted %s full buckets', deleted_count), duration_ms
    );
    RETURN jsonb_build_object('deleted_count', deleted_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.purge_rate_limits() IS
'Job: deletes token buckets that nobody took from for an hour; they are full.
Returns: {"deleted_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('purge_rate_limits', '20 * * * *', 'Drops the buckets of rate limits that are full again')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

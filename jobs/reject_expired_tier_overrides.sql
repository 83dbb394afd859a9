-- Rejects tier override requests that no coordinator decided in time, and tells the mentees. At midnight: the limit
-- counts in days, and whether or not this has run, an expired request can no longer be approved and is in no other's way.

CREATE OR REPLACE FUNCTION convene.reject_expired_tier_overrides() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started        timestamptz := clock_timestamp();
    rejected_count bigint;
    duration_ms    double precision;
BEGIN
    SELECT convene.reject_overdue_overrides(
        coalesce(array_agg(overdue.org_id), '{}'), coalesce(array_agg(overdue.id), '{}')
    ) INTO rejected_count
    FROM (
        -- A request that somebody is deciding at this moment is theirs.
        SELECT r.org_id, r.id
        FROM convene.tier_override_requests r
        WHERE r.status = 'pending' AND r.expires_at <= clock_timestamp()
        ORDER BY r.id
        FOR UPDATE SKIP LOCKED
    ) AS overdue;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'reject_expired_tier_overrides', format('Rejected %s tier override requests', rejected_count), duration_ms
    );
    RETURN jsonb_build_object('rejected_count', rejected_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.reject_expired_tier_overrides() IS
'Job: rejects pending tier override requests whose time is over and tells the mentees.
Returns: {"rejected_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('reject_expired_tier_overrides', '0 0 * * *', 'Rejects tier override requests that no coordinator decided in time')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

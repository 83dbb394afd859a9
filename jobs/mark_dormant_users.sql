-- Marks users dormant who have not been active for the organization's number of days. At midnight: the limit counts in
-- days. Activity wakes them at once (sql/functions/authenticate.sql, and booking).

CREATE OR REPLACE FUNCTION convene.mark_dormant_users() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started       timestamptz := clock_timestamp();
    -- The shortest time any organization allows bounds the range read from the index; each one's own decides.
    latest        timestamptz := (
        SELECT clock_timestamp() - make_interval(days => min(o.dormant_after_days)) FROM convene.organizations o
    );
    dormant_count bigint;
    duration_ms   double precision;
BEGIN
    WITH asleep AS (
        -- Rows are locked in the order every writer locks users, and those in use are passed over: they are awake.
        SELECT u.org_id, u.id
        FROM convene.users u
        JOIN convene.organizations o ON o.id = u.org_id
        WHERE u.dormant_since IS NULL AND u.deleted_at IS NULL
          AND u.last_activity_at < latest
          AND u.last_activity_at < clock_timestamp() - make_interval(days => o.dormant_after_days)
        ORDER BY u.id
        FOR NO KEY UPDATE OF u SKIP LOCKED
    )
    UPDATE convene.users u
    SET dormant_since = clock_timestamp()
    FROM asleep
    WHERE u.org_id = asleep.org_id AND u.id = asleep.id;
    GET DIAGNOSTICS dormant_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'mark_dormant_users', format('Marked %s users dormant', dormant_count), duration_ms
    );
    RETURN jsonb_build_object('dormant_count', dormant_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.mark_dormant_users() IS
'Job: marks users dormant who were not active for their organization''s dormant_after_days.
Returns: {"dormant_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('mark_dormant_users', '0 0 * * *', 'Marks users dormant who have not been active for long')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

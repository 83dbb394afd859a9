-- Erases what is known of guests whose meeting ended longer ago than their organization keeps it, and drops tokens that no longer
-- work. At most 10,000 guests a run: what is left is done the next night.

CREATE OR REPLACE FUNCTION convene.forget_guests() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started         timestamptz := clock_timestamp();
    org             record;
    due             uuid[];
    forgotten_count integer := 0;
    token_count     bigint;
    duration_ms     double precision;
BEGIN
    FOR org IN SELECT o.id, o.guest_retention_days * interval '1 day' AS kept FROM convene.organizations o ORDER BY o.id LOOP
        EXIT WHEN forgotten_count >= 10000;
        due := ARRAY(
            SELECT g.id
            FROM convene.booking_guests g
            JOIN convene.bookings b ON b.org_id = g.org_id AND b.id = g.booking_id
            WHERE g.org_id = org.id AND g.erased_at IS NULL AND g.created_at < started - org.kept
              AND b.end_time < started - org.kept
            ORDER BY g.created_at
            LIMIT 10000 - forgotten_count
        );
        forgotten_count := forgotten_count + convene.forget_guest_details(org.id, due);
    END LOOP;
    -- A day longer than they worked: an answer that is asked for again is found by them.
    DELETE FROM convene.booking_action_tokens t
    WHERE t.expires_at < started - interval '1 day' OR t.replaced_at < started - interval '1 day';
    GET DIAGNOSTICS token_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'forget_guests', format('Erased %s guests and %s tokens', forgotten_count, token_count), duration_ms
    );
    RETURN jsonb_build_object(
        'forgotten_count', forgotten_count, 'token_count', token_count, 'duration_ms', duration_ms
    );
END
$$;
COMMENT ON FUNCTION convene.forget_guests() IS
'Job: erases contact details, answers and words of guests whose meeting ended more than guest_retention_days ago, at most 10,000
a run, and drops tokens that stopped working a day ago.
Returns: {"forgotten_count": n, "token_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('forget_guests', '30 0 * * *', 'Erases guests'' contact details when they have been kept long enough')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

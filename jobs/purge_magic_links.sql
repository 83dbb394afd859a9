-- Forgets links for signing in that have expired, and requests and mails for them that nobody answered or sent.

CREATE OR REPLACE FUNCTION convene.purge_magic_links() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    started       timestamptz := clock_timestamp();
    deleted_count bigint;
    duration_ms   double precision;
BEGIN
    DELETE FROM convene.link_requests r WHERE r.created_at < started - interval '15 minutes';
    DELETE FROM convene.email_deliveries d
    WHERE d.template = 'magic_link' AND d.created_at < started - interval '15 minutes';
    DELETE FROM convene.magic_links l WHERE l.expires_at < started;
    GET DIAGNOSTICS deleted_count = ROW_COUNT;
    duration_ms := convene.milliseconds_since(started);
    PERFORM convene.log_job_success(
        'purge_magic_links', format('Deleted %s expired links', deleted_count), duration_ms
    );
    RETURN jsonb_build_object('deleted_count', deleted_count, 'duration_ms', duration_ms);
END
$$;
COMMENT ON FUNCTION convene.purge_magic_links() IS
'Job: deletes links for signing in that have expired, with mails that were not sent.
Returns: {"deleted_count": n, "duration_ms": x}.';

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('purge_magic_links', '10 * * * *', 'Forgets links for signing in that have expired')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;

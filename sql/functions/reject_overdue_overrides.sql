-- What the clock's job does to many requests, and a new request to the one that is in its way.

CREATE OR REPLACE FUNCTION convene.reject_overdue_overrides(p_org_ids integer[], p_request_ids uuid[]) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
    WITH rejected AS (
        UPDATE convene.tier_override_requests r
        SET status = 'rejected',
            reviewed_at = pg_catalog.clock_timestamp(),
            review_notes = 'Rejected automatically: no coordinator decided it in time'
        FROM ROWS FROM (pg_catalog.unnest(p_org_ids), pg_catalog.unnest(p_request_ids)) AS overdue (org_id, id)
        WHERE r.org_id = overdue.org_id AND r.id = overdue.id
          AND r.status = 'pending' AND r.expires_at <= pg_catalog.clock_timestamp()
        RETURNING r.org_id, r.id, r.mentee_id, r.mentor_id
    ),
    told AS (
        INSERT INTO convene.notification_log (org_id, id, user_id, kind, facts)
        SELECT
            r.org_id, convene.new_id(r.org_id), r.mentee_id, 'tier_override_expired',
            pg_catalog.jsonb_build_object('tier_override_request_id', r.id, 'mentor_id', r.mentor_id)
        FROM rejected r
    )
    SELECT pg_catalog.count(*) FROM rejected
$$;
COMMENT ON FUNCTION convene.reject_overdue_overrides(integer[], uuid[]) IS
'Rejects tier override requests that nobody decided in time, and tells the mentees. For use in other functions; granted to
nobody.
Arguments: p_org_ids and p_request_ids, the requests; those that are not overdue are passed over.
Returns: how many were rejected.';

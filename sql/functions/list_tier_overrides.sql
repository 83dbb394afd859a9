-- Two statements, because a mentee's requests and an organization's come from different indexes.

CREATE OR REPLACE FUNCTION convene.override_status(p_status text, p_expires_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_status = 'pending' AND p_expires_at <= pg_catalog.statement_timestamp() THEN 'rejected' ELSE p_status
    END
$$;
COMMENT ON FUNCTION convene.override_status(text, timestamptz) IS
'What a tier override request is now: who asked and got no answer in time is rejected at once, before the clock''s job has
written it down. For use in other functions; granted to nobody.
Arguments: p_status and p_expires_at, of the request.
Returns: pending, approved or rejected.';

CREATE OR REPLACE FUNCTION convene.list_tier_overrides(
    p_actor_id      uuid,
    p_status        text DEFAULT NULL,
    p_limit         integer DEFAULT 50,
    p_after_created timestamptz DEFAULT NULL,
    p_after_id      uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, mentee_id uuid, mentor_id uuid, reason text, status text, reviewed_by uuid, reviewed_at timestamptz,
    review_notes text, expires_at timestamptz, used_at timestamptz, created_at timestamptz,
    mentee_name text, mentor_name text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor         record;
    after_created timestamptz := coalesce(p_after_created, 'infinity');
    after_id      uuid := coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_one_of(p_status, ARRAY['pending', 'approved', 'rejected'], 'p_status');
    PERFORM convene.require_cursor(
        p_after_created IS NOT NULL, p_after_id IS NOT NULL, 'p_after_created', 'p_after_id'
    );
    IF actor.is_staff THEN
        RETURN QUERY
        SELECT
            r.id, r.mentee_id, r.mentor_id, r.reason, convene.override_status(r.status, r.expires_at), r.reviewed_by,
            r.reviewed_at, r.review_notes, r.expires_at, r.used_at, r.created_at,
            (SELECT u.name FROM convene.users u WHERE u.org_id = r.org_id AND u.id = r.mentee_id),
            (SELECT u.name FROM convene.users u WHERE u.org_id = r.org_id AND u.id = r.mentor_id)
        FROM convene.tier_override_requests r
        WHERE r.org_id = actor.org_id
          AND (r.created_at, r.id) < (after_created, after_id)
          AND (p_status IS NULL OR convene.override_status(r.status, r.expires_at) = p_status)
        ORDER BY r.created_at DESC, r.id DESC
        LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT
            r.id, r.mentee_id, r.mentor_id, r.reason, convene.override_status(r.status, r.expires_at), r.reviewed_by,
            r.reviewed_at, r.review_notes, r.expires_at, r.used_at, r.created_at,
            (SELECT u.name FROM convene.users u WHERE u.org_id = r.org_id AND u.id = r.mentee_id),
            (SELECT u.name FROM convene.users u WHERE u.org_id = r.org_id AND u.id = r.mentor_id)
        FROM convene.tier_override_requests r
        WHERE r.org_id = actor.org_id AND r.mentee_id = actor.id
          AND (r.created_at, r.id) < (after_created, after_id)
          AND (p_status IS NULL OR convene.override_status(r.status, r.expires_at) = p_status)
        ORDER BY r.created_at DESC, r.id DESC
        LIMIT p_limit;
    END IF;
END
$$;
COMMENT ON FUNCTION convene.list_tier_overrides(uuid, text, integer, timestamptz, uuid) IS
'Tier override requests, newest first: coordinators and admins see the organization''s, everyone else their own.
Arguments: p_actor_id, who looks; p_status, only pending, approved or rejected ones; p_limit, 1 to 200;
p_after_created and p_after_id, the last row of the page before.
Returns: the requests, with the names of both people. One that nobody decided in time is rejected, with reviewed_at once
the clock''s job has noted it.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

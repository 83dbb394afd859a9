-- An approval starts a new term: one given on the last day would otherwise be worth nothing. The mentee is told.
WITH reviewed AS (
    UPDATE convene.tier_override_requests o
    SET status = $3, reviewed_by = $4, reviewed_at = clock_timestamp(), review_notes = $5,
        expires_at = CASE WHEN $3 = 'approved' THEN clock_timestamp() + make_interval(days => org.override_expiry_days)
                          ELSE o.expires_at END
    FROM convene.organizations org
    WHERE o.org_id = $1 AND o.id = $2 AND org.id = o.org_id
    RETURNING o.*
), told AS (
    INSERT INTO convene.notification_log (org_id, id, user_id, kind, facts)
    SELECT
        reviewed.org_id, convene.new_id(reviewed.org_id), reviewed.mentee_id, 'tier_override_' || reviewed.status,
        jsonb_build_object(
            'tier_override_request_id', reviewed.id, 'mentor_id', reviewed.mentor_id, 'expires_at', reviewed.expires_at
        )
    FROM reviewed
)
SELECT {columns}
FROM reviewed

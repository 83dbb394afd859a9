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
    INSERT INTO convene.notification_log (org_id, user_id, type, title, message, metadata)
    SELECT
        reviewed.org_id, reviewed.mentee_id, 'tier_override_' || reviewed.status,
        CASE reviewed.status WHEN 'approved' THEN 'Exception approved' ELSE 'Exception rejected' END,
        CASE reviewed.status
            WHEN 'approved' THEN format('You may book %s once, until %s UTC.', mentor.name,
                                        to_char(reviewed.expires_at AT TIME ZONE 'UTC', 'FMDD Mon YYYY HH24:MI'))
            ELSE format('Your request to book %s was rejected.', mentor.name)
        END || coalesce(' ' || reviewed.review_notes, ''),
        jsonb_build_object('tier_override_request_id', reviewed.id, 'mentor_id', reviewed.mentor_id)
    FROM reviewed
    JOIN convene.users mentor ON mentor.org_id = reviewed.org_id AND mentor.id = reviewed.mentor_id
)
SELECT id, mentee_id, mentor_id, reason, status, reviewed_by, reviewed_at, review_notes, expires_at, used_at, created_at
FROM reviewed

CREATE OR REPLACE VIEW convene.overrides_waiting WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    now() - r.created_at AS age,
    r.expires_at,
    mentee.name AS mentee_name,
    mentee.email::text AS mentee_email,
    mentee.reputation_tier AS mentee_tier,
    mentor.name AS mentor_name,
    mentor.reputation_tier AS mentor_tier,
    r.reason,
    r.created_at,
    r.id AS request_id
FROM convene.tier_override_requests r
JOIN convene.organizations o ON o.id = r.org_id
JOIN convene.users mentee ON mentee.org_id = r.org_id AND mentee.id = r.mentee_id
JOIN convene.users mentor ON mentor.org_id = r.org_id AND mentor.id = r.mentor_id
WHERE r.status = 'pending' AND r.expires_at > now();
COMMENT ON VIEW convene.overrides_waiting IS 'Tier override requests that no coordinator has decided yet';
COMMENT ON COLUMN convene.overrides_waiting.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.overrides_waiting.age IS 'Time since the request';
COMMENT ON COLUMN convene.overrides_waiting.expires_at IS 'When it is rejected by itself';
COMMENT ON COLUMN convene.overrides_waiting.mentee_name IS 'Who asks';
COMMENT ON COLUMN convene.overrides_waiting.mentee_email IS 'Their address';
COMMENT ON COLUMN convene.overrides_waiting.mentee_tier IS 'Their tier';
COMMENT ON COLUMN convene.overrides_waiting.mentor_name IS 'Whom they want to book';
COMMENT ON COLUMN convene.overrides_waiting.mentor_tier IS 'That mentor''s tier';
COMMENT ON COLUMN convene.overrides_waiting.reason IS 'Why';
COMMENT ON COLUMN convene.overrides_waiting.created_at IS 'When they asked';
COMMENT ON COLUMN convene.overrides_waiting.request_id IS 'For review_tier_override';

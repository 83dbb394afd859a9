-- $1 organization, $2 mentee, $3 mentor.
-- The highest tier of mentor the mentee may book, the mentor's, and whether an override opens this one. Nothing without
-- such a mentor.
SELECT
    policy.highest_bookable_tier AS highest_bookable,
    mentor.reputation_tier AS mentor_tier,
    (
        SELECT o.id FROM convene.tier_override_requests o
        WHERE o.org_id = $1 AND o.mentee_id = $2 AND o.mentor_id = $3
          AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
        LIMIT 1
    ) AS override_id
FROM convene.users mentee
JOIN convene.users mentor ON mentor.org_id = mentee.org_id AND mentor.id = $3
JOIN convene.tier_policies policy ON policy.org_id = mentee.org_id AND policy.tier = mentee.reputation_tier
WHERE mentee.org_id = $1 AND mentee.id = $2

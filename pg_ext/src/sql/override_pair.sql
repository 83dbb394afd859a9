SELECT
    mentee.reputation_tier AS mentee_tier,
    mentor.reputation_tier AS mentor_tier,
    policy.highest_bookable_tier AS highest_bookable,
    EXISTS (
        SELECT FROM convene.tier_override_requests o
        WHERE o.org_id = $1 AND o.mentee_id = $2 AND o.mentor_id = $3 AND o.status = 'pending'
    ) AS is_waiting,
    (
        SELECT max(o.expires_at) FROM convene.tier_override_requests o
        WHERE o.org_id = $1 AND o.mentee_id = $2 AND o.mentor_id = $3
          AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
    ) AS approved_until
FROM convene.users mentee
JOIN convene.users mentor ON mentor.org_id = mentee.org_id AND mentor.id = $3
JOIN convene.tier_policies policy ON policy.org_id = mentee.org_id AND policy.tier = mentee.reputation_tier
WHERE mentee.org_id = $1 AND mentee.id = $2
  AND mentor.role = 'mentor' AND convene.is_active_now(mentor)

-- $1 organization, $2 mentee.
-- The highest tier of mentor the mentee may book, and the mentors that overrides open beyond it.
SELECT policy.highest_bookable_tier AS highest_bookable, ARRAY(
    SELECT o.mentor_id
    FROM convene.tier_override_requests o
    WHERE o.org_id = mentee.org_id AND o.mentee_id = mentee.id
      AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
) AS opened
FROM convene.users mentee
JOIN convene.tier_policies policy ON policy.org_id = mentee.org_id AND policy.tier = mentee.reputation_tier
WHERE mentee.org_id = $1 AND mentee.id = $2

-- $1 organization.
-- Its mentors in a few rows, one for each tier, awake and dormant: ten thousand are read in a fraction of the time that
-- as many rows take.
SELECT
    reputation_tier AS tier, dormant_since IS NOT NULL AS is_dormant,
    array_agg(id) AS ids, array_agg(reputation_score) AS reputations
FROM convene.users
WHERE org_id = $1 AND role = 'mentor' AND convene.is_active_now(users)
GROUP BY reputation_tier, dormant_since IS NOT NULL

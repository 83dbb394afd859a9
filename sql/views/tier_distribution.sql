CREATE OR REPLACE VIEW convene.tier_distribution WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    u.role,
    u.reputation_tier AS tier,
    count(*) AS users,
    count(*) / sum(count(*)) OVER (PARTITION BY o.id, u.role) AS share,
    round(avg(u.reputation_score)::numeric, 2) AS average_score,
    count(u.dormant_since) AS dormant
FROM convene.users u
JOIN convene.organizations o ON o.id = u.org_id
WHERE u.role IN ('mentee', 'mentor') AND convene.is_active_now(u)
GROUP BY o.id, o.slug, u.role, u.reputation_tier;
COMMENT ON VIEW convene.tier_distribution IS 'How many active mentees and mentors stand in each tier';
COMMENT ON COLUMN convene.tier_distribution.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.tier_distribution.role IS 'mentee or mentor';
COMMENT ON COLUMN convene.tier_distribution.tier IS 'bronze, silver, gold or platinum';
COMMENT ON COLUMN convene.tier_distribution.users IS 'How many have it';
COMMENT ON COLUMN convene.tier_distribution.share IS 'Of the organization''s users of that role, 0 to 1';
COMMENT ON COLUMN convene.tier_distribution.average_score IS 'Their mean reputation';
COMMENT ON COLUMN convene.tier_distribution.dormant IS 'Users without activity for long';

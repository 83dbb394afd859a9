SELECT policy.weekly_limit
FROM convene.users u
JOIN convene.tier_policies policy ON policy.org_id = u.org_id AND policy.tier = u.reputation_tier
WHERE u.id = $1

SELECT tier, minimum_score, highest_bookable_tier, weekly_limit
FROM convene.tier_policies
WHERE org_id = $1
ORDER BY minimum_score

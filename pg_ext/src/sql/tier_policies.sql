SELECT {columns}
FROM convene.tier_policies
WHERE org_id = $1
ORDER BY minimum_score

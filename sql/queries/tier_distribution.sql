-- How mentees and mentors are spread over the tiers, the highest tier first.
SELECT organization, role, tier, users, round(100 * share, 1) AS percent, average_score, dormant
FROM convene.tier_distribution
ORDER BY organization, role, array_position(ARRAY['platinum', 'gold', 'silver', 'bronze'], tier);

-- Demo data, part 4: where everyone stands, calculated from part 3; and slots up to the horizon.

SELECT count(*) AS reputations_calculated
FROM convene.organizations o
JOIN convene.users u ON u.org_id = o.id
CROSS JOIN LATERAL convene.refresh_reputation(u.id)
WHERE o.slug = 'demo' AND u.reputation_updated_at IS NULL AND convene.is_active_now(u);

SELECT convene.generate_time_slots();

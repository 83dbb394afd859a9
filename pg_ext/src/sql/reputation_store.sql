UPDATE convene.users u
SET reputation_score = new.score, reputation_tier = new.tier, reputation_updated_at = clock_timestamp()
FROM unnest($2::uuid[], $3::float8[], $4::text[]) AS new (id, score, tier)
WHERE u.org_id = $1 AND u.id = new.id

-- Whoever tends to their profile is not dormant.
UPDATE convene.users u
SET name = $3, title = $4, company = $5, bio = $6, time_zone = $7,
    updated_at = clock_timestamp(), last_activity_at = clock_timestamp(), dormant_since = NULL
FROM convene.organizations org
WHERE u.org_id = $1 AND u.id = $2 AND org.id = u.org_id
RETURNING
    u.id, org.slug::text, u.email::text, u.name, u.role, u.title, u.company, u.bio, u.time_zone::text, u.is_active,
    u.reputation_score, u.reputation_tier, u.joined_at, u.last_activity_at, u.dormant_since IS NOT NULL

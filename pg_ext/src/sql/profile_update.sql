-- Whoever tends to their profile is not dormant.
UPDATE convene.users u
SET name = $3, title = $4, company = $5, bio = $6, time_zone = $7, slug = $8,
    updated_at = clock_timestamp(), last_activity_at = clock_timestamp(), dormant_since = NULL
FROM convene.organizations org
WHERE u.org_id = $1 AND u.id = $2 AND org.id = u.org_id
RETURNING {u.columns}

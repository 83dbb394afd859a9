SELECT name, title, company, bio, time_zone::text
FROM convene.users
WHERE org_id = $1 AND id = $2

-- $1 organization, $2 mentors.
-- The tags and web addresses that each of them shows.
SELECT mentor.id AS mentor_id, shown.tags, shown.urls
FROM unnest($2::uuid[]) AS mentor (id)
CROSS JOIN LATERAL convene.shown_by_user($1, mentor.id) AS shown

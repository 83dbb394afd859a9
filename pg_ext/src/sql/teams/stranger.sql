-- $1 organization, $2 team, $3 people: one of them who is not in the team.
SELECT person.id
FROM unnest($3) AS person (id)
WHERE NOT EXISTS (
    SELECT FROM convene.team_members m WHERE m.org_id = $1 AND m.team_id = $2 AND m.user_id = person.id
)
ORDER BY person.id
LIMIT 1

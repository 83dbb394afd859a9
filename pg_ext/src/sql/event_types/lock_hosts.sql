-- $1 organization, $2 people, locked in the order of their ids; one row for each, with the tenant's policy.
-- Nothing is joined by a value of the person's that may change: whoever waits for the lock would then miss the row.
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.org_id = $1 AND person.id = ANY ($2)
ORDER BY person.id
FOR NO KEY UPDATE OF person

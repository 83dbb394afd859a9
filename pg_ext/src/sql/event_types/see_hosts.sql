-- $1 organization, $2 people: as lock_hosts.sql, for functions that only read.
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.org_id = $1 AND person.id = ANY ($2)

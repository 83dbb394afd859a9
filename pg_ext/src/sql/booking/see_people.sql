-- $1 who would attend or looks, $2 other people: as lock_people.sql, for functions that only read.
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.id = ANY (array_append($2, $1))
  AND person.org_id = (SELECT attendee.org_id FROM convene.users attendee WHERE attendee.id = $1)

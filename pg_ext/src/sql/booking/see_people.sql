-- $1 who would attend or looks, $2 other people: as lock_people.sql, for functions that only read.
SELECT {columns}
FROM convene.users attendee
JOIN convene.organizations org ON org.id = attendee.org_id
JOIN convene.users person ON person.org_id = attendee.org_id AND (person.id = attendee.id OR person.id = ANY ($2))
WHERE attendee.id = $1

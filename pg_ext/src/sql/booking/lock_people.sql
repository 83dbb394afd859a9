-- $1 who attends, $2 other people. Locks them in the order of their ids; one row for each, with the tenant's policy.
-- Found by id alone, because the attendee says which organization it is; another organization's people are not found.
-- Nothing is joined by a value of the person's that may change: whoever waits for the lock would then miss the row.
SELECT {columns}
FROM convene.users attendee
JOIN convene.organizations org ON org.id = attendee.org_id
JOIN convene.users person ON person.org_id = attendee.org_id AND (person.id = attendee.id OR person.id = ANY ($2))
WHERE attendee.id = $1
ORDER BY person.id
FOR NO KEY UPDATE OF person

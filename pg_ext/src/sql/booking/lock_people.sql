-- $1 who attends, $2 other people. Locks them in the order of their ids; one row for each, with the tenant's policy.
-- Found by id alone, because the attendee says which organization it is; another organization's people are not found.
-- Nothing is joined by a value of the person's that may change: whoever waits for the lock would then miss the row.
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.id = ANY (array_append($2, $1))
  AND person.org_id = (SELECT attendee.org_id FROM convene.users attendee WHERE attendee.id = $1)
ORDER BY person.id
FOR NO KEY UPDATE OF person

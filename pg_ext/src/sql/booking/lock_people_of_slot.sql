-- $1 who attends, $2 the slot. Locks the attendee and the slot's mentor in the order of their ids; one row for each, with
-- the tenant's policy. A slot of another organization has no mentor here.
-- Nothing is joined by a value of the person's that may change: whoever waits for the lock would then miss the row.
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.id IN (
    $1,
    (
        SELECT slot.mentor_id
        FROM convene.users attendee
        JOIN convene.time_slots slot ON slot.org_id = attendee.org_id AND slot.id = $2
        WHERE attendee.id = $1
    )
)
ORDER BY person.id
FOR NO KEY UPDATE OF person

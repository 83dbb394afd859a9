-- $1 who attends, $2 the slot. Locks the attendee and the slot's mentor in the order of their ids; one row for each, with
-- the tenant's policy. A slot of another organization has no mentor here.
-- $3 how many places each has: one with each of them is taken first, as take_places.sql does, and where one has none left,
-- nobody is locked and there are no rows. NULL: no place is needed.
-- Nothing is joined by a value of the person's that may change: whoever waits for the lock would then miss the row.
WITH concerned AS (
    SELECT $1 AS id
    UNION
    SELECT slot.mentor_id
    FROM convene.users attendee
    JOIN convene.time_slots slot ON slot.org_id = attendee.org_id AND slot.id = $2
    WHERE attendee.id = $1
),
placed AS MATERIALIZED (
    SELECT
        concerned.id,
        $3 IS NULL OR EXISTS (
            SELECT FROM generate_series(1, $3) AS place (number)
            WHERE pg_try_advisory_xact_lock(hashtextextended(concerned.id::text, place.number))
        ) AS has_place
    FROM concerned
)
SELECT {columns}
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.id = ANY (ARRAY(SELECT placed.id FROM placed WHERE (SELECT bool_and(each_one.has_place) FROM placed each_one)))
ORDER BY person.id
FOR NO KEY UPDATE OF person

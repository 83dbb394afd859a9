-- Takes one of $2 places to have or wait for the row of each person of $1, until the transaction ends. Returns those of whom
-- all places are taken.
SELECT person.id
FROM (SELECT DISTINCT unnest($1)) AS person (id)
WHERE NOT EXISTS (
    SELECT FROM generate_series(1, $2) AS place (number)
    WHERE pg_try_advisory_xact_lock(hashtextextended(person.id::text, place.number))
)

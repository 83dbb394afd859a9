-- $2 bookings, locked in the order of their ids.
SELECT {b.columns}
FROM convene.bookings b
WHERE b.org_id = $1 AND b.id = ANY ($2)
ORDER BY b.id
FOR NO KEY UPDATE

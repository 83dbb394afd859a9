SELECT FROM convene.bookings
WHERE org_id = $1 AND id = ANY ($2)
ORDER BY id
FOR NO KEY UPDATE
